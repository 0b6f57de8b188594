import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from mailing.status import MessageStatus


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def due(self, now: datetime) -> Self:
        """Queued, its time has come, and no living worker holds it."""
        return self.filter(
            Q(claimed_until__isnull=True) | Q(claimed_until__lt=now),
            status=MessageStatus.QUEUED,
            next_attempt_at__lte=now,
        )

    def sent_to_member(self, member_number: str) -> Self:
        return self.filter(member_number=member_number, status=MessageStatus.SENT)


class OutboxMessage(models.Model):
    """A mail, written in the transaction that causes it and sent afterwards by a worker that may die at any point.

    Unique by what it is about: the matter (``topic``, for instance ``campaign/2027/deadline/2``), the member it
    concerns and the person it goes to. Text is rendered when it is sent and then kept as it was sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("種類", max_length=40)
    topic = models.CharField("件", max_length=100)
    member_number = models.CharField("会員番号", max_length=20, blank=True)
    recipient = models.EmailField("宛先")
    params = models.JSONField("差込項目", default=dict)
    subject = models.CharField("件名", max_length=200, blank=True)
    body = models.TextField("本文", blank=True)
    status = models.CharField("状態", max_length=10, choices=MessageStatus, default=MessageStatus.QUEUED)
    queued_at = models.DateTimeField("登録日時")
    next_attempt_at = models.DateTimeField("次の送信予定")
    attempts = models.PositiveSmallIntegerField("試行回数", default=0)
    last_error = models.CharField("直近のエラー", max_length=300, blank=True)
    note = models.CharField("送信しなかった理由", max_length=200, blank=True)
    sent_at = models.DateTimeField("送信日時", null=True, blank=True)
    claimed_by = models.UUIDField(null=True, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "メール"
        ordering = ["-queued_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "kind", "member_number", "recipient"],
                name="one_message_per_matter_and_recipient",
            ),
            models.CheckConstraint(
                condition=Q(status__in=MessageStatus.values),
                name="message_status_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(status=MessageStatus.SENT) | Q(sent_at__isnull=False),
                name="sent_message_has_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="outbox_due",
                condition=Q(status=MessageStatus.QUEUED),
            ),
            models.Index(fields=["member_number", "-queued_at"], name="outbox_by_member"),
            models.Index(fields=["status", "-queued_at"], name="outbox_by_status"),
            models.Index(fields=["-queued_at"], name="outbox_newest"),
        ]

    def __str__(self) -> str:
        """The subject once it is written, at the sending; until then whose mail it is."""
        return self.subject or f"{self._meta.verbose_name} {self.member_number}".strip()

    @property
    def message_id(self) -> str:
        """The Message-ID header: the same for every attempt, so that a mail server can drop a repeat."""
        return f"<{self.id}@{settings.MAIL_DOMAIN}>"
