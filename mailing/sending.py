"""Sending what is due. May be killed anywhere: nothing is lost, and a repeat carries the same Message-ID.

A worker claims a batch for a while, so that two workers do not prepare the same mails. Then, mail by mail, it tells
the server everything but the end of the mail, marks the row as sent inside a transaction, ends the mail, and commits
at once when the server has taken it. A kill between the two leaves the row queued. That window cannot be closed, only
kept short.
"""

import smtplib
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from mailing.commits import Commits, commits
from mailing.composing import Mail, compose
from mailing.marking import mark_sent
from mailing.models import OutboxMessage
from mailing.posting import Post, post
from mailing.preparing import prepare, write
from mailing.status import MessageStatus

BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 1440))
# A refusal for good (5xx) is asked about twice more: a mistake in a server's settings that is mended within minutes
# must not fail the mails of a whole season.
BACKOFF_WHEN_REFUSED = BACKOFF[:2]
BATCH = 100
DATABASE_GONE = (OperationalError, InterfaceError)

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Delivery:
    """How many mails were sent, skipped because their reason had gone, and put off after an error."""

    sent: int = 0
    skipped: int = 0
    put_off: int = 0

    def __add__(self, other: "Delivery") -> "Delivery":
        return Delivery(self.sent + other.sent, self.skipped + other.skipped, self.put_off + other.put_off)


def deliver_due(*, now: datetime, batch: int = BATCH) -> Delivery:
    """Send everything that is due at ``now``, over one connection to the server. Raises as :func:`deliver` does."""
    return deliver(clock=lambda: now, batch=batch)


def deliver(*, clock: Clock, batch: int = BATCH) -> Delivery:
    """Send until nothing is due any more, batch by batch; claims and times of sending follow ``clock``.

    Raises ``OSError`` or ``SMTPException`` when the mail server cannot be reached: the mails stay queued as they are,
    none of them is to blame.
    """
    total = Delivery()
    size = min(batch, most_within_a_claim())
    to_server = post()
    try:
        while (done := deliver_batch(to_server=to_server, clock=clock, size=size)) is not None:
            total += done
    finally:
        to_server.close()
    return total


def most_within_a_claim() -> int:
    """How many mails a worker can hand in, at its pace, in half the time that it may hold them."""
    if not settings.MAIL_PER_SECOND:
        return BATCH
    return max(1, int(settings.MAIL_PER_SECOND * settings.MAIL_CLAIM.total_seconds() / 2))


def deliver_batch(*, to_server: Post, clock: Clock, size: int = BATCH) -> Delivery | None:
    """Claim at most ``size`` due mails and deal with each; None when nothing was due."""
    claim = uuid.uuid4()
    messages = claim_due(claim=claim, now=clock(), size=size)
    if not messages:
        return None
    try:
        return _deal_with(messages, claim=claim, to_server=to_server, clock=clock)
    except Exception:
        with suppress(DatabaseError):
            give_back(claim=claim)
        raise


def claim_due(*, claim: uuid.UUID, now: datetime, size: int) -> list[OutboxMessage]:
    """Take the oldest due mails for ``settings.MAIL_CLAIM``; a worker that died loses its claim by time."""
    with transaction.atomic():
        due = OutboxMessage.objects.due(now).order_by("next_attempt_at")
        messages = list(due.select_for_update(skip_locked=True)[:size])
        _hold(messages, claim=claim, until=now + settings.MAIL_CLAIM)
        return messages


def _hold(messages: list[OutboxMessage], *, claim: uuid.UUID, until: datetime) -> None:
    keys = [message.pk for message in messages]
    OutboxMessage.objects.filter(pk__in=keys).update(claimed_by=claim, claimed_until=until)


def give_back(*, claim: uuid.UUID) -> None:
    """Let others have at once what is left of a claim."""
    OutboxMessage.objects.filter(claimed_by=claim).update(claimed_by=None, claimed_until=None)


def _deal_with(messages: list[OutboxMessage], *, claim: uuid.UUID, to_server: Post, clock: Clock) -> Delivery:
    prepared = prepare(messages, now=clock())
    _skip(prepared.reasons_gone.items(), claim=claim)
    broken = prepared.broken
    sent = 0
    with commits() as transactions:
        for message in messages:
            if message.id not in prepared.contexts:
                continue
            try:
                letter = write(message, prepared.contexts[message.id])
                mail = compose(message, letter, at=clock())
            except (
                Exception
            ) as error:  # a text is edited by people: any mistake is possible, and its own mail's
                broken[message.id] = error
                continue
            to_server.open()
            try:
                sent += _send(message, mail, claim, to_server, transactions, clock())
            except DATABASE_GONE:
                raise
            except Exception as error:  # one mail that cannot go must not hold up those behind it
                to_server.close()
                broken[message.id] = error
    for message in messages:
        if message.id in broken:
            _put_off(message, broken[message.id], claim=claim, now=clock())
    return Delivery(sent=sent, skipped=len(prepared.reasons_gone), put_off=len(broken))


def _send(
    message: OutboxMessage,
    mail: Mail,
    claim: uuid.UUID,
    to_server: Post,
    transactions: Commits,
    now: datetime,
) -> bool:
    """True once the server took the mail; False if another worker took over this message meanwhile."""
    to_server.begin(mail)
    with transactions.one():
        held = mark_sent(message, mail.letter, claim=claim, now=now)
        if held:
            to_server.finish()
    if not held:
        to_server.close()
    return held


def _skip(reasons: Iterable[tuple[uuid.UUID, str]], *, claim: uuid.UUID) -> None:
    by_reason = sorted(reasons, key=lambda item: item[1])
    for reason, items in groupby(by_reason, key=lambda item: item[1]):
        OutboxMessage.objects.filter(
            pk__in=[key for key, _ in items], status=MessageStatus.QUEUED, claimed_by=claim
        ).update(status=MessageStatus.SKIPPED, note=reason, claimed_by=None, claimed_until=None)


def _put_off(message: OutboxMessage, error: Exception, *, claim: uuid.UUID, now: datetime) -> None:
    """Try again later; after the last step of the backoff the secretariat is shown the failure."""
    steps = BACKOFF_WHEN_REFUSED if _is_refused_for_good(error) else BACKOFF
    attempts = message.attempts + 1
    failed = attempts > len(steps)
    OutboxMessage.objects.filter(pk=message.pk, status=MessageStatus.QUEUED, claimed_by=claim).update(
        status=MessageStatus.FAILED if failed else MessageStatus.QUEUED,
        attempts=attempts,
        next_attempt_at=now if failed else now + steps[attempts - 1],
        last_error=f"{type(error).__name__} {_smtp_code(error) or ''}".strip(),
        claimed_by=None,
        claimed_until=None,
    )


def _is_refused_for_good(error: Exception) -> bool:
    """The server will not have this recipient or this text; a sender it refuses is a matter of settings."""
    refused = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    return refused and 500 <= (_smtp_code(error) or 0) < 600


def _smtp_code(error: Exception) -> int | None:
    """The server's code; with the class all that is kept of an error, which may quote the address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))[0]
    return getattr(error, "smtp_code", None)
