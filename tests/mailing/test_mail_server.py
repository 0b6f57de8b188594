"""How sending stands up to a real mail server that refuses, hangs up, goes down and comes back."""

import smtplib
from datetime import timedelta

import pytest

from mailing.models import OutboxMessage
from mailing.outbox import requeue
from mailing.posting import SmtpPost
from mailing.sending import BACKOFF, Delivery, deliver_due
from mailing.status import MessageStatus
from tests.mailing.letters import MINUTE, NOW, queue_notices, statuses, the_message
from tests.mailing.test_sending import untouched
from tests.smtp_server import END, HANG_UP, SmtpServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("notice")]


def test_mails_go_over_one_connection(server: SmtpServer) -> None:
    messages = queue_notices(5)
    assert deliver_due(now=NOW, batch=2) == Delivery(sent=5)
    assert server.connections == 1
    assert sorted(mail.recipient for mail in server.taken) == [f"member{n}@example.jp" for n in range(1, 6)]
    assert {mail.message_id for mail in server.taken} == {message.message_id for message in messages}


@pytest.mark.parametrize(
    ("command", "reply", "error"),
    [
        ("MAIL", "451 later", "SMTPSenderRefused 451"),
        ("RCPT", "450 mailbox busy", "SMTPRecipientsRefused 450"),
        ("DATA", "451 later", "SMTPDataError 451"),
        (END, "452 no room", "SMTPDataError 452"),
        ("MAIL", HANG_UP, "SMTPServerDisconnected"),
        ("RCPT", HANG_UP, "SMTPServerDisconnected"),
        ("DATA", HANG_UP, "SMTPServerDisconnected"),
        ("RCPT", "421 shutting down", "SMTPRecipientsRefused 421"),
    ],
)
def test_a_mail_that_did_not_get_through_is_tried_again(
    server: SmtpServer, command: str, reply: str, error: str
) -> None:
    queue_notices()
    server.answer(command, reply, times=1)
    assert deliver_due(now=NOW) == Delivery(put_off=1)
    message = the_message()
    assert (message.status, message.attempts, message.last_error) == (MessageStatus.QUEUED, 1, error)
    assert (message.next_attempt_at, message.claimed_by) == (NOW + MINUTE, None)
    assert server.taken == []
    assert deliver_due(now=NOW + MINUTE) == Delivery(sent=1)
    assert len(server.taken) == 1
    assert the_message().last_error == ""


@pytest.mark.parametrize(("command", "reply"), [("RCPT", "450 busy"), ("RCPT", HANG_UP), (END, "554 no")])
def test_one_mail_in_trouble_does_not_hold_up_the_others(
    server: SmtpServer, command: str, reply: str
) -> None:
    queue_notices(4)
    server.answer(command, reply, containing="member2@")
    assert deliver_due(now=NOW) == Delivery(sent=3, put_off=1)
    assert statuses() == {"member1": "sent", "member2": "queued", "member3": "sent", "member4": "sent"}


def test_after_the_last_step_of_the_backoff_the_mail_has_failed(server: SmtpServer) -> None:
    queue_notices()
    server.answer("RCPT", "450 mailbox busy")
    now, waits = NOW, []
    while the_message().status == MessageStatus.QUEUED:
        now = the_message().next_attempt_at
        assert deliver_due(now=now - timedelta(seconds=1)) == Delivery()
        assert deliver_due(now=now) == Delivery(put_off=1)
        waits.append(the_message().next_attempt_at - now)
    assert waits == [*BACKOFF, timedelta(0)]
    message = the_message()
    assert (message.status, message.attempts) == (MessageStatus.FAILED, len(BACKOFF) + 1)
    assert deliver_due(now=now + 365 * 24 * 60 * MINUTE) == Delivery()


def test_a_failed_mail_goes_again_when_a_person_says_so(server: SmtpServer) -> None:
    [message] = queue_notices()
    OutboxMessage.objects.update(status=MessageStatus.FAILED, attempts=7)
    assert requeue(message_id=message.pk, now=NOW + MINUTE)
    assert deliver_due(now=NOW + MINUTE) == Delivery(sent=1)
    assert server.taken[0].message_id == message.message_id
    assert not requeue(message_id=message.pk, now=NOW + MINUTE), "it is sent by now"


@pytest.mark.parametrize(("command", "reply"), [("RCPT", "550 no such user"), (END, "554 unwanted")])
def test_a_refusal_for_good_is_asked_about_twice_more(server: SmtpServer, command: str, reply: str) -> None:
    queue_notices()
    server.answer(command, reply)
    for minutes in (0, 1, 6):
        assert the_message().status == MessageStatus.QUEUED
        assert deliver_due(now=NOW + minutes * MINUTE) == Delivery(put_off=1)
    assert (the_message().status, the_message().attempts) == (MessageStatus.FAILED, 3)


def test_an_error_never_quotes_the_address(server: SmtpServer) -> None:
    queue_notices()
    server.answer("RCPT", "550 <member1@example.jp> is unknown here")
    deliver_due(now=NOW)
    assert the_message().last_error == "SMTPRecipientsRefused 550"


# --- the server is down ---------------------------------------------------------------------------------


def test_a_server_that_is_down_is_no_mail_s_fault(server: SmtpServer) -> None:
    queue_notices(3)
    server.__exit__()
    with pytest.raises(ConnectionRefusedError):
        deliver_due(now=NOW)
    assert untouched()


def test_a_server_that_hangs_up_on_greeting_is_no_mail_s_fault(server: SmtpServer) -> None:
    queue_notices(3)
    server.answer("EHLO", HANG_UP)
    server.answer("HELO", HANG_UP)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        deliver_due(now=NOW)
    assert untouched()


def test_a_server_that_goes_down_on_the_way_loses_nothing(server: SmtpServer) -> None:
    queue_notices(10)

    def stop_after_three() -> None:
        if len(server.taken) == 3:
            server.answer("MAIL", HANG_UP)
            server.answer("EHLO", HANG_UP)
            server.answer("HELO", HANG_UP)

    server.on_taken = stop_after_three
    with pytest.raises(smtplib.SMTPServerDisconnected):
        deliver_due(now=NOW)
    assert sorted(statuses().values()) == ["queued"] * 7 + ["sent"] * 3
    assert not OutboxMessage.objects.filter(claimed_by__isnull=False).exists()
    server.recover()
    server.on_taken = lambda: None
    assert deliver_due(now=NOW + MINUTE) == Delivery(sent=7)
    assert len({mail.message_id for mail in server.taken}) == len(server.taken) == 10


def test_a_server_that_takes_a_mail_and_does_not_say_so_gets_it_under_the_same_id(
    server: SmtpServer,
) -> None:
    """The window that cannot be closed, from the server's side."""
    queue_notices()
    server.answer(END, HANG_UP, times=1)
    assert deliver_due(now=NOW) == Delivery(put_off=1)
    assert deliver_due(now=NOW + MINUTE) == Delivery(sent=1)
    first, second = server.taken
    assert first.message_id == second.message_id
    assert (first.recipient, first.text) == (second.recipient, second.text)


# --- killed ---------------------------------------------------------------------------------------------


class Killed(BaseException):
    pass


def test_killed_before_the_end_of_a_mail_nothing_is_sent(
    server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_notices()

    def killed(self: SmtpPost) -> None:
        raise Killed

    monkeypatch.setattr(SmtpPost, "finish", killed)
    with pytest.raises(Killed):
        deliver_due(now=NOW)
    assert server.taken == []
    assert the_message().status == MessageStatus.QUEUED


def test_killed_before_the_commit_the_mail_goes_again_under_the_same_id(
    server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window that cannot be closed, from our side."""
    queue_notices()
    finish = SmtpPost.finish

    def finish_and_be_killed(self: SmtpPost) -> None:
        finish(self)
        raise Killed

    monkeypatch.setattr(SmtpPost, "finish", finish_and_be_killed)
    with pytest.raises(Killed):
        deliver_due(now=NOW)
    monkeypatch.setattr(SmtpPost, "finish", finish)
    assert the_message().status == MessageStatus.QUEUED
    assert deliver_due(now=NOW + 3 * MINUTE) == Delivery(sent=1)
    assert len(server.taken) == 2
    assert len({mail.message_id for mail in server.taken}) == 1
