"""What becomes of queued mail: sent once, skipped, or left for later, each with its reason."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import OperationalError

from mailing import preparing, sending
from mailing.kinds import MessageKind
from mailing.models import OutboxMessage
from mailing.rendering import Letter
from mailing.sending import Delivery, claim_due, deliver, deliver_due
from mailing.status import MessageStatus
from tests.mailing.letters import MINUTE, NOW, queue_notices, statuses, the_message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("notice")]
Register = Callable[[MessageKind], None]


# --- what goes --------------------------------------------------------------------------------------------


def test_everything_due_is_sent_and_kept_as_it_was_sent() -> None:
    queue_notices(2)
    assert deliver_due(now=NOW) == Delivery(sent=2)
    assert {email.to[0] for email in mail.outbox} == {"member1@example.jp", "member2@example.jp"}
    for message in OutboxMessage.objects.all():
        assert (message.status, message.sent_at, message.attempts) == (MessageStatus.SENT, NOW, 1)
        assert message.subject.startswith("【JAIM】退会手続完了")
        assert "賛助会員の退会手続が完了しました" in message.body


def test_a_second_run_sends_nothing() -> None:
    queue_notices()
    deliver_due(now=NOW)
    assert deliver_due(now=NOW + 60 * MINUTE) == Delivery()
    assert len(mail.outbox) == 1


def test_more_than_a_batch_goes_in_one_run() -> None:
    queue_notices(7)
    assert deliver_due(now=NOW, batch=3) == Delivery(sent=7)
    assert len(mail.outbox) == 7


def test_what_is_due_later_waits() -> None:
    queue_notices()
    assert deliver_due(now=NOW - MINUTE) == Delivery()
    assert deliver_due(now=NOW) == Delivery(sent=1)


def test_mail_with_a_token_leaves_no_text_behind(register_kind: Register, notice: MessageKind) -> None:
    register_kind(replace(notice, code="secret", keeps_body=False))
    queue_notices(kind="secret")
    deliver_due(now=NOW)
    assert the_message().body == ""
    assert mail.outbox[0].body != ""


def test_times_follow_the_clock_while_a_long_run_goes_on() -> None:
    queue_notices(3)
    ticks = iter(range(100))
    deliver(clock=lambda: NOW + timedelta(seconds=next(ticks)), batch=2)
    assert len(set(OutboxMessage.objects.values_list("sent_at", flat=True))) == 3


def test_a_subject_that_is_too_long_to_keep_is_cut_in_the_outbox_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queue_notices()
    monkeypatch.setattr(sending, "write", lambda message, values: Letter("長" * 300, "本文\n"))
    assert deliver_due(now=NOW) == Delivery(sent=1)
    assert len(the_message().subject) == 200
    assert mail.outbox[0].subject == "長" * 300


# --- what need not go any more ----------------------------------------------------------------------------


def test_mail_whose_reason_has_gone_is_skipped_and_says_why(
    register_kind: Register, notice: MessageKind
) -> None:
    register_kind(
        replace(
            notice,
            reasons_gone=lambda messages, now: {
                message.id: "すでに回答済み" for message in messages if message.params["number"] == 1
            },
        )
    )
    queue_notices(2)
    assert deliver_due(now=NOW) == Delivery(sent=1, skipped=1)
    skipped = OutboxMessage.objects.get(status=MessageStatus.SKIPPED)
    assert (skipped.recipient, skipped.note) == ("member1@example.jp", "すでに回答済み")
    assert skipped.claimed_by is None
    assert [email.to for email in mail.outbox] == [["member2@example.jp"]]


# --- a mail that cannot be written stops itself only ------------------------------------------------------


def raises_for_the_first(*args: object) -> None:
    messages = args[0]
    if any(message.params["number"] == 1 for message in messages):
        raise KeyError("renewal")


def one_bad_text(message: OutboxMessage, values: object) -> Letter:
    if message.params["number"] == 1:
        raise ValueError("template")
    return Letter("件名", "本文\n")


def two_line_subject(message: OutboxMessage, values: object) -> Letter:
    return Letter("件名\nBcc: a@example.jp" if message.params["number"] == 1 else "件名", "本文\n")


def not_unicode(message: OutboxMessage, values: object) -> Letter:
    return Letter("件名", "\ud800" if message.params["number"] == 1 else "本文\n")


@pytest.mark.parametrize("mistake", [one_bad_text, two_line_subject, not_unicode])
def test_a_text_that_cannot_be_written(
    mistake: Callable[..., Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_notices(3)
    monkeypatch.setattr(sending, "write", mistake)
    assert deliver_due(now=NOW) == Delivery(sent=2, put_off=1)
    assert statuses() == {"member1": "queued", "member2": "sent", "member3": "sent"}
    broken = OutboxMessage.objects.get(recipient="member1@example.jp")
    assert broken.last_error in {"ValueError", "UnicodeEncodeError"}
    assert broken.next_attempt_at == NOW + MINUTE


@pytest.mark.parametrize("part", ["reasons_gone", "contexts"])
def test_a_look_up_that_fails_for_one(part: str, register_kind: Register, notice: MessageKind) -> None:
    original = getattr(notice, part)

    def look_up(messages: list[OutboxMessage], now: object) -> object:
        raises_for_the_first(messages)
        return original(messages, now)

    register_kind(replace(notice, **{part: look_up}))
    queue_notices(3)
    assert deliver_due(now=NOW) == Delivery(sent=2, put_off=1)
    assert statuses() == {"member1": "queued", "member2": "sent", "member3": "sent"}
    assert OutboxMessage.objects.get(recipient="member1@example.jp").last_error == "KeyError"


def test_a_kind_that_nobody_knows() -> None:
    queue_notices(kind="unheard_of")
    queue_notices()
    assert deliver_due(now=NOW) == Delivery(sent=1, put_off=1)


def test_a_database_that_fails_is_no_mail_s_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    queue_notices(2)

    def gone(*args: object, **kwargs: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(preparing, "_look_up", gone)
    with pytest.raises(OperationalError):
        deliver_due(now=NOW)
    assert untouched()


# --- claims -------------------------------------------------------------------------------------------------


def test_what_another_worker_holds_is_left_to_it() -> None:
    queue_notices(2)
    claim_due(claim=uuid.uuid4(), now=NOW, size=1)
    assert deliver_due(now=NOW) == Delivery(sent=1)


def test_the_claim_of_a_dead_worker_runs_out(settings: object) -> None:
    queue_notices()
    claim_due(claim=uuid.uuid4(), now=NOW, size=1)
    assert deliver_due(now=NOW + sending.settings.MAIL_CLAIM) == Delivery()
    assert deliver_due(now=NOW + sending.settings.MAIL_CLAIM + MINUTE) == Delivery(sent=1)


def test_a_worker_that_was_overtaken_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    queue_notices()
    other = uuid.uuid4()

    def overtaken(message: OutboxMessage, values: object) -> Letter:
        OutboxMessage.objects.update(claimed_by=other)
        return Letter("件名", "本文\n")

    monkeypatch.setattr(sending, "write", overtaken)
    assert deliver_due(now=NOW) == Delivery()
    assert mail.outbox == []
    assert the_message().claimed_by == other


def untouched() -> bool:
    """Every message waits as if nobody had tried."""
    return all(
        (message.status, message.attempts, message.claimed_by, message.claimed_until, message.next_attempt_at)
        == (MessageStatus.QUEUED, 0, None, None, NOW)
        for message in OutboxMessage.objects.all()
    )
