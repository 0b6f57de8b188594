"""From a letter to the bytes that go to the mail server."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, parseaddr
from functools import lru_cache

from django.conf import settings
from django.core.mail.message import sanitize_address

from fiscal_calendar.japanese import TOKYO
from mailing.models import OutboxMessage
from mailing.rendering import Letter

_LINE_LENGTH = 75
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True)
class Mail:
    """A mail ready to go: whom it is from and to, as the server is told, and the whole message with CRLF."""

    sender: str
    recipient: str
    letter: Letter
    wire: bytes


def compose(message: OutboxMessage, letter: Letter, *, at: datetime) -> Mail:
    """Every attempt carries the same Message-ID; ``Date`` is that of the attempt, ``at``.

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
    return Mail(sender, recipient, letter, head.encode("ascii") + b"\r\n" + body)


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
