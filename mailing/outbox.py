"""Queueing mail: a row per message, in the transaction that causes it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from mailing.models import OutboxMessage
from mailing.status import MessageStatus


@dataclass(frozen=True)
class Draft:
    """A mail to be sent: its kind, the matter it is about, whom it concerns and whom it goes to.

    ``skipped_because`` records a mail that came due but whose place a later one takes; it is kept, not sent.
    """

    kind: str
    topic: str
    member_number: str
    recipient: str
    params: dict[str, Any] = field(default_factory=dict)
    skipped_because: str = ""


def queue(drafts: Iterable[Draft], *, now: datetime, not_before: datetime | None = None) -> int:
    """Write ``drafts`` to the outbox inside the caller's transaction; what is there already stays as it is. They wait
    until ``not_before``.

    Returns how many drafts were given. Raises ``TransactionManagementError`` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("mailing.queue must run in the transaction of its cause")
    rows = [
        OutboxMessage(
            kind=draft.kind,
            topic=draft.topic,
            member_number=draft.member_number,
            recipient=draft.recipient,
            params=draft.params,
            status=MessageStatus.SKIPPED if draft.skipped_because else MessageStatus.QUEUED,
            note=draft.skipped_because,
            queued_at=now,
            next_attempt_at=not_before or now,
        )
        for draft in drafts
    ]
    OutboxMessage.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    return len(rows)


def requeue(*, message_id: UUID, now: datetime) -> bool:
    """Try a failed mail once more, from the beginning of its backoff. False if it is not a failed one."""
    return bool(
        OutboxMessage.objects.filter(pk=message_id, status=MessageStatus.FAILED).update(
            status=MessageStatus.QUEUED,
            attempts=0,
            next_attempt_at=now,
            claimed_by=None,
            claimed_until=None,
        )
    )


def call_back(*, topic: str, member_number: str, note: str) -> bool:
    """Stop the mails about one matter to one member, if none of them has left or is on its way; ``note`` says why they
    were not sent. False if it is too late: then none is stopped. Needs a transaction.
    """
    mails = list(OutboxMessage.objects.select_for_update().filter(topic=topic, member_number=member_number))
    waiting = [mail.pk for mail in mails if mail.status == MessageStatus.QUEUED and mail.claimed_by is None]
    if any(mail.status != MessageStatus.SKIPPED and mail.pk not in waiting for mail in mails):
        return False
    OutboxMessage.objects.filter(pk__in=waiting).update(status=MessageStatus.SKIPPED, note=note)
    return True
