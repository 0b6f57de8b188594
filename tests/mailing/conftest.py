from collections.abc import Callable, Iterator

import pytest
from django.test import override_settings

from mailing import kinds
from mailing.kinds import MessageKind
from tests.smtp_server import SmtpServer


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """The mail server that the settings name."""
    with (
        SmtpServer() as running,
        override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=running.port,
            EMAIL_TIMEOUT=5,
        ),
    ):
        yield running


@pytest.fixture
def register_kind(monkeypatch: pytest.MonkeyPatch) -> Callable[[MessageKind], None]:
    """Know a kind for the length of a test."""

    def register(kind: MessageKind) -> None:
        monkeypatch.setitem(kinds._registry, kind.code, kind)

    return register


@pytest.fixture
def notice(register_kind: Callable[[MessageKind], None]) -> MessageKind:
    """A plain kind whose text needs nothing and whose reason cannot go away."""
    kind = MessageKind("notice", "お知らせ", "mail/withdrawal_complete.txt")
    register_kind(kind)
    return kind
