"""Queueing mails for tests, and looking at what became of them."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from mailing.outbox import Draft, queue

NOW = at(date(2027, 1, 20), 9)
MINUTE = timedelta(minutes=1)


def queue_notices(count: int = 1, *, kind: str = "notice", **params: Any) -> list[OutboxMessage]:
    """``count`` messages to member1@…, member2@…, due at ``NOW``, in the order of their recipients."""
    drafts = [
        Draft(kind, "test", f"S{number}", f"member{number}@example.jp", {"number": number, **params})
        for number in range(1, count + 1)
    ]
    with transaction.atomic():
        queue(drafts, now=NOW)
    return list(OutboxMessage.objects.filter(kind=kind).order_by("recipient"))


def statuses() -> dict[str, str]:
    """The status of every message, by the name of its recipient."""
    found = OutboxMessage.objects.values_list("recipient", "status")
    return {recipient.partition("@")[0]: status for recipient, status in found}


def the_message() -> OutboxMessage:
    return OutboxMessage.objects.get()
