"""Sending what is due against a bare SMTP loop over the same mails. Called with Django set up."""

import sys
import time
from datetime import timedelta
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.db import connection
from django.utils import timezone

from mailing.models import OutboxMessage
from mailing.sending import deliver_due
from mailing.status import MessageStatus

LATER = timedelta(days=365)


def measure(*, mails: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of each round for ``mails`` mails, ours and the floor's. Takes an outbox of queued mails.

    The floor sends what ours sent the round before: texts as long, from a list that was made beforehand. A first
    round warms both up and is not counted. Raises ``RuntimeError`` where not every mail was sent.
    """
    now = timezone.now()
    OutboxMessage.objects.filter(status=MessageStatus.QUEUED).update(next_attempt_at=now + LATER)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) mailing_outboxmessage")
    letters = _letters(_send_due(mails, [])[0])
    found: dict[str, list[float]] = {"ours": [], "floors": []}
    for number in range(rounds + 1):
        took: dict[str, float] = {}
        sent: list[Any] = []
        for side in ("ours", "floors")[:: 1 if number % 2 else -1]:
            took[side] = _send_bare(letters) if side == "floors" else _send_due(mails, sent)[1]
        letters = _letters(sent)
        if number:
            print(
                f"  sending, round {number}: {took['ours']:.2f} s, bare {took['floors']:.2f} s",
                file=sys.stderr,
            )
            found["ours"].append(took["ours"])
            found["floors"].append(took["floors"])
    return found


def _send_due(mails: int, keys: list[Any]) -> tuple[list[Any], float]:
    """Make ``mails`` mails due and send them; their keys are added to ``keys``."""
    now = timezone.now()
    queued = OutboxMessage.objects.filter(status=MessageStatus.QUEUED).order_by("next_attempt_at", "pk")
    keys += queued.values_list("pk", flat=True)[:mails]
    OutboxMessage.objects.filter(pk__in=keys).update(next_attempt_at=now)
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    begun = time.perf_counter()
    delivery = deliver_due(now=now)
    taken = time.perf_counter() - begun
    if delivery.sent != mails:
        raise RuntimeError(f"{mails} mails were due: {delivery}")
    return keys, taken


def _letters(keys: list[Any]) -> list[EmailMessage]:
    return [
        EmailMessage(
            subject=sent.subject,
            body=sent.body,
            to=[sent.recipient],
            headers={"Message-ID": sent.message_id, "Auto-Submitted": "auto-generated"},
        )
        for sent in OutboxMessage.objects.filter(pk__in=keys)
    ]


def _send_bare(letters: list[EmailMessage]) -> float:
    """One by one over one connection, as ours go: each is taken by the server before the next is begun."""
    begun = time.perf_counter()
    server = get_connection()
    server.open()
    for letter in letters:
        if server.send_messages([letter]) != 1:
            raise RuntimeError("the server refused a mail")
    server.close()
    return time.perf_counter() - begun
