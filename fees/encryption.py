"""Encryption of account numbers at rest."""

import base64
import hashlib
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    """Fernet over ``keys``: the first encrypts, all of them decrypt."""
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in keys]
    )


def encrypted(text: str) -> str:
    """``text`` under the first of ``settings.FIELD_ENCRYPTION_KEYS``."""
    return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS)).encrypt(text.encode()).decode()


def decrypted(text: str) -> str:
    """What :func:`encrypted` was given. Raises ``InvalidToken`` if none of the keys fits."""
    return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS)).decrypt(text.encode()).decode()


class EncryptedCharField(models.TextField):
    """Text that the database only ever sees encrypted; it cannot be searched. Empty text stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypted(value) if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return decrypted(value) if value else value
