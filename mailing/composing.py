"""From a letter to the bytes that go to the mail server."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.header import Header
from email.message import Message
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.message import MIMEMixin, sanitize_address

from fiscal_calendar.japanese import TOKYO
from mailing.models import OutboxMessage
from mailing.rendering import Letter

_LINE_LENGTH = 75
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True)
class Envelope:
    """A mail ready to go: whom it is from and to, as the server is told, and the whole message with CRLF."""

    sender: str
    recipient: str
    wire: bytes


def compose(message: OutboxMessage, letter: Letter, *, at: datetime) -> Envelope:
    """Every attempt carries the same Message-ID; ``Date`` is that of the attempt.

    The text is UTF-8 in base64: it passes servers that are not 8-bit clean, and 𠮷 and ㈱ arrive as they are.
    Raises ``ValueError`` for a subject of several lines, an address that is none, or text that is not Unicode.
    """
    sender, sender_header = _sender(settings.DEFAULT_FROM_EMAIL)
    recipient = _ascii_address(message.recipient)
    headers = {
        "Message-ID": message.message_id,
        "Date": format_datetime(at.astimezone(TOKYO)),
        "From": sender_header,
        "To": recipient,
        "Subject": _encoded("Subject", letter.subject),
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "base64",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    text = re.sub(r"\r\n?|\n", "\r\n", letter.body).encode()
    body = base64.encodebytes(text).replace(b"\n", b"\r\n")
    return Envelope(sender, recipient, head.encode("ascii") + b"\r\n" + body)


class WireMessage(MIMEMixin, Message):  # type: ignore[misc]
    """What Django's backends expect of a message: ``as_bytes(linesep=…)``."""


class OutboxEmail(EmailMessage):
    """A composed mail, as Django's mail backends take it."""

    def __init__(self, envelope: Envelope, **fields: Any) -> None:
        super().__init__(**fields)
        self.envelope = envelope

    def message(self) -> Any:
        return message_from_bytes(self.envelope.wire, _class=WireMessage)


def as_email(message: OutboxMessage, letter: Letter, *, at: datetime) -> OutboxEmail:
    """The mail for one recipient, attempted at ``at``. Raises as :func:`compose` does."""
    return OutboxEmail(
        compose(message, letter, at=at),
        subject=letter.subject,
        body=letter.body,
        to=[message.recipient],
        headers={"Message-ID": message.message_id},
    )


@lru_cache(maxsize=4)
def _sender(name_and_address: str) -> tuple[str, str]:
    """The bare address for the server, and the ``From`` line with its name encoded."""
    name, address = parseaddr(name_and_address)
    bare = _ascii_address(address)
    return bare, f"{_encoded('From', name)} <{bare}>" if name else bare


def _encoded(header: str, value: str) -> str:
    if "\n" in value or "\r" in value:
        raise ValueError(f"{header} has several lines")
    return Header(value, "utf-8", header_name=header, maxlinelen=_LINE_LENGTH).encode(linesep="\r\n")


def _ascii_address(address: str) -> str:
    """``address`` as it is, with the domain in punycode where it needs that."""
    return address if _PLAIN_ADDRESS.fullmatch(address) else sanitize_address(address, "utf-8")
