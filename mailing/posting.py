"""Handing mails to the server in two steps: all but the last word, then the last word.

A server takes a mail at the dot that ends it and not before. Whoever is killed ahead of the dot has sent nothing.
So what takes time (the talk with the server, the database) is done ahead of it, and after it only the commit is left.
"""

import smtplib
import socket
from contextlib import suppress
from email import message_from_bytes
from email.message import Message
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import MIMEMixin

from mailing.composing import Mail
from mailing.pace import Pace

OK, OK_WILL_FORWARD, GO_AHEAD = 250, 251, 354
REFUSED_WHILE_SENDING = (smtplib.SMTPException, OSError)


class Post(Protocol):
    """A way to the mail server. Its errors are ``REFUSED_WHILE_SENDING``; after one, close it before going on."""

    def open(self) -> None:
        """Connect, unless connected."""

    def begin(self, mail: Mail) -> None:
        """Tell the server everything but the end of ``mail``, when it is its turn."""

    def finish(self) -> None:
        """End the mail that was begun; returns once the server has taken it."""

    def close(self) -> None:
        """Hang up. A mail that was begun and not finished is not sent."""


def post() -> Post:
    """The way that the settings name; nothing is connected yet."""
    backend = get_connection()
    return SmtpPost(backend) if isinstance(backend, EmailBackend) else BackendPost(backend)


class BackendPost:
    """Any of Django's mail backends: files, memory, console. The mail goes as a whole when it is finished."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self._begun: Mail | None = None

    def open(self) -> None:
        self._backend.open()

    def begin(self, mail: Mail) -> None:
        self._begun = mail

    def finish(self) -> None:
        if self._begun:
            self._backend.send_messages([WireEmail(self._begun)])

    def close(self) -> None:
        self._begun = None
        self._backend.close()


class WireMessage(MIMEMixin, Message):  # type: ignore[misc]
    """What Django's backends expect of a message: ``as_bytes(linesep=…)``."""


class WireEmail(EmailMessage):
    """Django's mail object around a mail that is composed already."""

    def __init__(self, mail: Mail) -> None:
        super().__init__(mail.letter.subject, mail.letter.body, to=[mail.recipient])
        self._wire = mail.wire

    def message(self) -> Any:
        return message_from_bytes(self._wire, _class=WireMessage)


class SmtpPost:
    """SMTP over the connection that Django's backend opens: host, TLS and login as the settings say.

    It hands in no more than ``settings.MAIL_PER_SECOND`` mails a second.
    """

    def __init__(self, backend: EmailBackend) -> None:
        self._backend = backend
        self._pace = Pace(settings.MAIL_PER_SECOND)
        self._in_mail = False

    def open(self) -> None:
        if self._backend.open():
            smtp = self._connection
            smtp.sock.setsockopt(
                socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
            )  # the dot must not wait for an ACK
            smtp.ehlo_or_helo_if_needed()

    def begin(self, mail: Mail) -> None:
        self._pace.wait()
        smtp = self._connection
        options = [f"size={len(mail.wire)}"] if smtp.has_extn("size") else []
        code, reply = smtp.mail(mail.sender, options)
        if code != OK:
            raise smtplib.SMTPSenderRefused(code, reply, mail.sender)
        code, reply = smtp.rcpt(mail.recipient)
        if code not in (OK, OK_WILL_FORWARD):
            raise smtplib.SMTPRecipientsRefused({mail.recipient: (code, reply)})
        code, reply = smtp.docmd("data")
        if code != GO_AHEAD:
            raise smtplib.SMTPDataError(code, reply)
        self._in_mail = True
        smtp.send(mail.wire)  # no line of it begins with a dot: it is headers and base64

    def finish(self) -> None:
        smtp = self._connection
        smtp.send(b".\r\n")
        code, reply = smtp.getreply()
        if code != OK:
            raise smtplib.SMTPDataError(code, reply)
        self._in_mail = False

    def close(self) -> None:
        if self._in_mail:  # a QUIT would be taken for a line of the mail
            self._connection.close()
            self._backend.connection = None
            self._in_mail = False
        with suppress(*REFUSED_WHILE_SENDING):
            self._backend.close()

    @property
    def _connection(self) -> Any:
        """An ``smtplib.SMTP`` while it is open."""
        return self._backend.connection
