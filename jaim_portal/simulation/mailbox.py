"""The other end of the mail: records what arrives, and at times refuses it as a mail server would."""

import re
import smtplib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from sys import intern
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from jaim_portal.simulation.script import Window

MEMBER_NUMBER = re.compile(r"^会員番号：(\S+)$", re.MULTILINE)
FEE = re.compile(r"^次年度の年会費：([\d,]+)円", re.MULTILINE)
LAST_DAY = re.compile(r"^(?:新しい)?締切日：(.+)$", re.MULTILINE)
MEND_BY = re.compile(r"^(?:お手数ですが、|修正の期限：)(.+?)(?:までに、)?$", re.MULTILINE)
FOUND = re.compile(
    r"^(?:\d+\. )?(中小企業割引|正会員団体割引)(?:：|\n   )(確認しましたが、.+)$", re.MULTILINE
)
ADDRESSEE = re.compile(r"^(.+) ご担当者様$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Arrived:
    """What matters of a letter that was handed over: where, when, and what it states. ``fees`` are next year's in yen,
    as often as the letter names it, ``found`` what a reviewer says of which discount."""

    message_id: str
    recipients: tuple[str, ...]
    at: datetime
    subject: str
    addressee: str
    member_number: str
    fees: tuple[int, ...]
    last_day: str
    mend_by: str
    found: tuple[tuple[str, str], ...]


@dataclass
class Mailbox:
    """``now`` is the virtual moment. An address in ``refused`` is refused for a while; at the moments in
    ``server_down`` nobody answers."""

    now: datetime
    refused: Mapping[str, Window]
    server_down: frozenset[datetime]
    arrived: list[Arrived] = field(default_factory=list)
    refusals: int = 0

    def connect(self) -> None:
        if self.now in self.server_down:
            raise ConnectionRefusedError("the mail server is away")

    def take(self, email: EmailMessage) -> None:
        for recipient in email.to:
            window = self.refused.get(recipient)
            if window and window.holds(self.now):
                self.refusals += 1
                raise _refusal(recipient, place=self.refusals)
        body = str(email.body)
        self.arrived.append(
            Arrived(
                message_id=str(email.message()["Message-ID"]),
                recipients=tuple(map(intern, email.recipients())),
                at=self.now,
                subject=intern(str(email.subject)),
                addressee=_named(ADDRESSEE, body),
                member_number=_named(MEMBER_NUMBER, body),
                fees=tuple(int(amount.replace(",", "")) for amount in FEE.findall(body)),
                last_day=_named(LAST_DAY, body),
                mend_by=_named(MEND_BY, body),
                found=tuple((intern(discount), intern(text)) for discount, text in FOUND.findall(body)),
            )
        )


def _named(line: re.Pattern[str], body: str) -> str:
    found = line.search(body)
    return intern(found[1]) if found else ""


def _refusal(recipient: str, *, place: int) -> Exception:
    """In turn: the recipient refused for now, the whole message refused for now, the connection lost."""
    match place % 3:
        case 0:
            return smtplib.SMTPRecipientsRefused({recipient: (450, b"4.2.1 mailbox busy, try again later")})
        case 1:
            return smtplib.SMTPDataError(451, b"4.3.0 local error, try again later")
        case _:
            return smtplib.SMTPServerDisconnected("connection closed")


_opened: ContextVar[Mailbox] = ContextVar("the mailbox of the simulation that is played")


class MailboxBackend(BaseEmailBackend):
    """The mail backend while a simulation is played."""

    def open(self) -> bool:
        _opened.get().connect()
        return True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for email in email_messages:
            _opened.get().take(email)
        return len(email_messages)


@contextmanager
def receiving(mailbox: Mailbox) -> Iterator[Mailbox]:
    """All mail of the portal goes to ``mailbox``, none of it out of this process."""
    configured: Any = settings.EMAIL_BACKEND
    token = _opened.set(mailbox)
    settings.EMAIL_BACKEND = f"{__name__}.{MailboxBackend.__name__}"
    try:
        yield mailbox
    finally:
        settings.EMAIL_BACKEND = configured
        _opened.reset(token)


def key_of(message_id: str) -> UUID | None:
    """The outbox row that a Message-ID names; None for one that the outbox cannot have written."""
    try:
        return UUID(message_id.strip("<>").partition("@")[0])
    except ValueError:
        return None
