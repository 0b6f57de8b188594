"""Keeps an uploaded list between its preview and its import: encrypted, for an hour, for the one who uploaded it."""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.cache import cache

from fees.encryption import decrypted, encrypted
from members.models import User

KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Kept:
    """What was put away, and what was said about it."""

    content: bytes
    about: Mapping[str, str]


def keep(content: bytes, *, kind: str, user: User, about: Mapping[str, str] | None = None) -> str:
    """Put ``content`` away and return the token that finds it again. ``kind`` says which import it is for."""
    token = secrets.token_urlsafe(24)
    packed = json.dumps({"content": base64.b85encode(content).decode(), "about": dict(about or {})})
    cache.set(_key(kind, token, user), encrypted(packed), KEPT_SECONDS)
    return token


def find(token: str, *, kind: str, user: User) -> Kept | None:
    """What was put away; None when the hour is over or the list is another person's."""
    found = cache.get(_key(kind, token, user))
    if not found:
        return None
    packed = json.loads(decrypted(found))
    return Kept(base64.b85decode(packed["content"]), packed["about"])


def _key(kind: str, token: str, user: User) -> str:
    return f"{kind}/{user.pk}/{token}"
