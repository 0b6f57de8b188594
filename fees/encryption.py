"""Encryption of account numbers at rest."""

import base64
import hashlib
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache
def cipher(keys: tuple[str, ...]) -> MultiFernet:
    """Fernet over ``keys``: the first encrypts, all of them decrypt."""
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))
            for key in keys
        ]
    )


class EncryptedCharField(models.TextField):
    """Text that the database only ever sees encrypted; it cannot be searched. Empty text stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if not value:
            return value
        return (
            cipher(tuple(settings.FIELD_ENCRYPTION_KEYS))
            .encrypt(value.encode())
            .decode()
        )

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if not value:
            return value
        return (
            cipher(tuple(settings.FIELD_ENCRYPTION_KEYS))
            .decrypt(value.encode())
            .decode()
        )
