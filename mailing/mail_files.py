"""The embedded default: mail goes to files, one per message, named by its Message-ID."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class MailFilesBackend(BaseEmailBackend):
    """Writes ``<Message-ID>.eml`` into ``settings.MAIL_FILES_DIR``; a repeat of a message replaces its file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_FILES_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            name = str(message["Message-ID"]).strip("<>").replace("/", "_")
            (folder / f"{name}.eml").write_bytes(message.as_bytes(linesep="\r\n"))
        return len(email_messages)
