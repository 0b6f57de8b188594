from django.db import models


class MessageStatus(models.TextChoices):
    """Where a message of the outbox stands."""

    QUEUED = "queued", "送信待ち"
    SENT = "sent", "送信済み"
    SKIPPED = "skipped", "送信不要"
    FAILED = "failed", "送信失敗"
