"""Keeps an uploaded list between its preview and its import: encrypted, for an hour, for the one who uploaded it."""

import base64
import secrets

from django.core.cache import cache

from fees.encryption import decrypted, encrypted
from members.models import User

KEPT_SECONDS = 3600


def keep(content: bytes, *, user: User) -> str:
    """Put ``content`` away and return the token that finds it again."""
    token = secrets.token_urlsafe(24)
    cache.set(_key(token, user), encrypted(base64.b85encode(content).decode()), KEPT_SECONDS)
    return token


def find(token: str, *, user: User) -> bytes | None:
    """What was put away; None when the hour is over or the list is another person's."""
    found = cache.get(_key(token, user))
    return base64.b85decode(decrypted(found)) if found else None


def _key(token: str, user: User) -> str:
    return f"member_import/{user.pk}/{token}"
