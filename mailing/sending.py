"""Sending what is due. May be killed anywhere: nothing is lost, and a repeat carries the same Message-ID.

A worker claims a batch for a while, so that two workers do not prepare the same mails. Then, mail by mail, it marks
the row as sent and hands the mail to the server inside one transaction: the commit follows the server's OK at once,
and a kill between the two leaves the row queued. That window cannot be closed, only kept as short as a COMMIT.
"""

import smtplib
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from mailing.kinds import kind_of
from mailing.models import OutboxMessage
from mailing.rendering import Letter, render
from mailing.status import MessageStatus

BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 1440))
BATCH = 100


@dataclass(frozen=True)
class Delivery:
    """How many mails of a batch were sent, skipped because their reason had gone, and put off after an error."""

    sent: int = 0
    skipped: int = 0
    put_off: int = 0

    def __add__(self, other: "Delivery") -> "Delivery":
        return Delivery(
            self.sent + other.sent,
            self.skipped + other.skipped,
            self.put_off + other.put_off,
        )

    def __bool__(self) -> bool:
        return bool(self.sent or self.skipped or self.put_off)


def deliver_due(*, now: datetime, batch: int = BATCH) -> Delivery:
    """Send everything that is due at ``now``, batch by batch, over one connection.

    Raises ``OSError`` or ``SMTPException`` when the mail server cannot be reached: the mails stay queued as they are,
    none of them is to blame.
    """
    total = Delivery()
    connection = get_connection()
    try:
        while done := deliver_batch(connection=connection, now=now, size=batch):
            total += done
    finally:
        connection.close()
    return total


def deliver_batch(*, connection: Any, now: datetime, size: int = BATCH) -> Delivery:
    """Claim at most ``size`` due mails and deal with each; an empty :class:`Delivery` means nothing was due."""
    claim = uuid.uuid4()
    messages = claim_due(claim=claim, now=now, size=size)
    prepared = prepare(messages, now=now)
    _skip(prepared.reasons_gone, claim=claim)
    sent, put_off = 0, len(prepared.broken)
    for message in messages:
        if error := prepared.broken.get(message.id):
            _put_off(message, error, claim=claim, now=now)
        elif letter := prepared.letters.get(message.id):
            _open(connection, claim=claim)
            try:
                sent += _send(
                    message, letter, claim=claim, connection=connection, now=now
                )
            except (smtplib.SMTPException, OSError) as error:
                connection.close()
                _put_off(message, error, claim=claim, now=now)
                put_off += 1
    return Delivery(sent=sent, skipped=len(prepared.reasons_gone), put_off=put_off)


def claim_due(*, claim: uuid.UUID, now: datetime, size: int) -> list[OutboxMessage]:
    """Take the oldest due mails for ``settings.MAIL_CLAIM``; a worker that died loses its claim by time."""
    with transaction.atomic():
        due = OutboxMessage.objects.due(now).order_by("next_attempt_at")
        keys = list(
            due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:size]
        )
        OutboxMessage.objects.filter(pk__in=keys).update(
            claimed_by=claim, claimed_until=now + settings.MAIL_CLAIM
        )
        return sorted(
            OutboxMessage.objects.filter(pk__in=keys),
            key=lambda message: message.next_attempt_at,
        )


@dataclass(frozen=True)
class Prepared:
    """A batch before sending: what need not go any more and why, what goes, and what could not be written."""

    reasons_gone: Mapping[uuid.UUID, str]
    letters: Mapping[uuid.UUID, Letter]
    broken: Mapping[uuid.UUID, Exception]


def prepare(messages: Sequence[OutboxMessage], *, now: datetime) -> Prepared:
    """Re-check whether each mail still has its reason, and write the letters of those that have.

    A text that cannot be written stops its own mail, not the others.
    """
    by_kind: dict[str, list[OutboxMessage]] = defaultdict(list)
    for message in messages:
        by_kind[message.kind].append(message)
    reasons_gone: dict[uuid.UUID, str] = {}
    letters: dict[uuid.UUID, Letter] = {}
    broken: dict[uuid.UUID, Exception] = {}
    for code, of_kind in by_kind.items():
        kind = kind_of(code)
        gone = kind.reasons_gone(of_kind, now)
        reasons_gone.update(gone)
        remaining = [message for message in of_kind if message.id not in gone]
        contexts = kind.contexts(remaining, now)
        for message in remaining:
            try:
                letters[message.id] = render(kind, contexts[message.id])
            except Exception as error:  # noqa: BLE001  (a template is edited by people; any mistake is possible)
                broken[message.id] = error
    return Prepared(reasons_gone, letters, broken)


def as_email(
    message: OutboxMessage, letter: Letter, connection: Any = None
) -> EmailMessage:
    """The mail as it goes to the server."""
    return EmailMessage(
        subject=letter.subject,
        body=letter.body,
        to=[message.recipient],
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
        connection=connection,
    )


def _open(connection: Any, *, claim: uuid.UUID) -> None:
    """Connect if need be; where that fails, give the claim back before the error goes up."""
    try:
        connection.open()
    except (smtplib.SMTPException, OSError):
        OutboxMessage.objects.filter(claimed_by=claim).update(
            claimed_by=None, claimed_until=None
        )
        raise


def _send(
    message: OutboxMessage,
    letter: Letter,
    *,
    claim: uuid.UUID,
    connection: Any,
    now: datetime,
) -> bool:
    """True once the server took the mail; False if another worker took over this message meanwhile."""
    email = as_email(message, letter, connection)
    kept = letter.body if kind_of(message.kind).keeps_body else ""
    with transaction.atomic():
        held = OutboxMessage.objects.filter(
            pk=message.pk, status=MessageStatus.QUEUED, claimed_by=claim
        ).update(
            status=MessageStatus.SENT,
            sent_at=now,
            attempts=message.attempts + 1,
            subject=letter.subject,
            body=kept,
            last_error="",
            claimed_by=None,
            claimed_until=None,
        )
        if held:
            connection.send_messages([email])
        return bool(held)


def _skip(reasons: Mapping[uuid.UUID, str], *, claim: uuid.UUID) -> None:
    by_reason = sorted(reasons.items(), key=lambda item: item[1])
    for reason, items in groupby(by_reason, key=lambda item: item[1]):
        OutboxMessage.objects.filter(
            pk__in=[key for key, _ in items],
            status=MessageStatus.QUEUED,
            claimed_by=claim,
        ).update(
            status=MessageStatus.SKIPPED,
            note=reason,
            claimed_by=None,
            claimed_until=None,
        )


def _put_off(
    message: OutboxMessage, error: Exception, *, claim: uuid.UUID, now: datetime
) -> None:
    """Try again later; after the last step of the backoff the secretariat is shown the failure."""
    attempts = message.attempts + 1
    failed = attempts > len(BACKOFF)
    OutboxMessage.objects.filter(
        pk=message.pk, status=MessageStatus.QUEUED, claimed_by=claim
    ).update(
        status=MessageStatus.FAILED if failed else MessageStatus.QUEUED,
        attempts=attempts,
        next_attempt_at=now if failed else now + BACKOFF[attempts - 1],
        last_error=_without_addresses(error),
        claimed_by=None,
        claimed_until=None,
    )


def _without_addresses(error: Exception) -> str:
    """What went wrong, for the secretariat's list: class and server code, never the address it was about."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
    return f"{type(error).__name__} {code or ''}".strip()
