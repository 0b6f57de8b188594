"""The bytes that go to the server: what mail programs make of them, and what the standards ask."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pytest_django import Settings

from mailing.composing import compose
from mailing.models import OutboxMessage
from mailing.posting import WireEmail
from mailing.rendering import Letter

NOW = datetime(2027, 1, 20, 23, 30, tzinfo=UTC)
KEY = UUID("8d3c2f6e-0d53-4a0a-9c55-0f6f5b3c7a11")
LETTER = Letter(
    "【JAIM】次年度更新のお手続き（2月10日締切）", "株式会社𠮷田製作所㈱ ご担当者様\n\n本文です。\n"
)


def message_to(recipient: str = "member@example.jp") -> OutboxMessage:
    return OutboxMessage(id=KEY, recipient=recipient)


def as_read(wire: bytes) -> EmailMessage:
    read = message_from_bytes(wire, policy=default)
    assert isinstance(read, EmailMessage)
    assert read.defects == []
    return read


def test_what_a_mail_program_shows(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "JAIM 賛助会員事務局 <noreply@jaim.example>"
    settings.MAIL_DOMAIN = "jaim.example"
    mail = compose(message_to(), LETTER, at=NOW)
    read = as_read(mail.wire)
    assert (mail.sender, mail.recipient) == ("noreply@jaim.example", "member@example.jp")
    assert read["From"] == "JAIM 賛助会員事務局 <noreply@jaim.example>"
    assert read["To"] == "member@example.jp"
    assert read["Subject"] == LETTER.subject
    assert read["Date"] == "Thu, 21 Jan 2027 08:30:00 +0900"
    assert read["Message-ID"] == "<8d3c2f6e-0d53-4a0a-9c55-0f6f5b3c7a11@jaim.example>"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read.get_content_type() == "text/plain"
    assert read.get_content() == LETTER.body.replace("\n", "\r\n")


def test_a_sender_without_a_name(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "noreply@jaim.example"
    assert as_read(compose(message_to(), LETTER, at=NOW).wire)["From"] == "noreply@jaim.example"


def test_every_attempt_has_the_same_id_and_its_own_date() -> None:
    later = NOW.replace(day=21)
    one, other = (as_read(compose(message_to(), LETTER, at=at).wire) for at in (NOW, later))
    assert one["Message-ID"] == other["Message-ID"]
    assert one["Date"] != other["Date"]


texts = st.text(st.characters(exclude_categories=["Cs"]))
one_line = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=120).map(str.strip)


@given(subject=one_line, body=texts)
@example(subject="【JAIM】" + "長い件名" * 30, body="From 行\n.\n..\n" + "あ" * 2000)
@example(subject="plain ASCII only, and rather longer than a line of a mail may be " * 3, body="ascii\n")
@example(subject="㈱𠮷野家 髙島屋 é", body="\r\n\r改行\n")
def test_any_text_arrives_and_every_line_is_lawful(subject: str, body: str) -> None:
    wire = compose(message_to(), Letter(subject, body), at=NOW).wire
    read = message_from_bytes(wire, policy=default)
    assert read["Subject"] == subject
    payload = read.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode() == re.sub("\r\n?|\n", "\r\n", body)
    lines = wire.split(b"\r\n")
    assert all(len(line) <= 78 and line.isascii() for line in lines)
    assert not any(b"\n" in line or b"\r" in line or line.startswith(b".") for line in lines)


@pytest.mark.parametrize(
    ("address", "as_told"),
    [
        ("member+renewal@example.co.jp", "member+renewal@example.co.jp"),
        ("info@工業.example.jp", "info@xn--estq0x.example.jp"),
    ],
)
def test_addresses_are_told_in_ascii(address: str, as_told: str) -> None:
    mail = compose(message_to(address), LETTER, at=NOW)
    assert mail.recipient == as_told
    assert as_read(mail.wire)["To"] == as_told


@pytest.mark.parametrize("address", ["", "a@example.jp\nBcc: b@example.jp", "a@b@c d"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"address|Address"):
        compose(message_to(address), LETTER, at=NOW)


def test_a_subject_cannot_bring_in_headers() -> None:
    with pytest.raises(ValueError, match="several lines"):
        compose(message_to(), Letter("件名\r\nBcc: b@example.jp", "本文"), at=NOW)


def test_django_s_backends_get_the_same_bytes() -> None:
    mail = compose(message_to(), LETTER, at=NOW)
    email = WireEmail(mail)
    assert email.message().as_bytes(linesep="\r\n") == mail.wire
    assert (email.subject, email.body, email.to) == (LETTER.subject, LETTER.body, ["member@example.jp"])
