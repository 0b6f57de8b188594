"""Queueing: in the transaction of the cause, once per matter and recipient."""

from dataclasses import replace

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from mailing.models import OutboxMessage
from mailing.outbox import Draft, queue, requeue
from mailing.status import MessageStatus
from tests.constraints import violates
from tests.mailing.letters import NOW, the_message

pytestmark = pytest.mark.django_db
DRAFT = Draft("reminder", "campaign/2027/until/2027-02-10/minus/3", "S1", "a@example.jp", {"renewal": 1})


def message(**fields: object) -> OutboxMessage:
    return OutboxMessage(
        **{
            "kind": DRAFT.kind,
            "topic": DRAFT.topic,
            "member_number": DRAFT.member_number,
            "recipient": DRAFT.recipient,
            "queued_at": NOW,
            "next_attempt_at": NOW,
            **fields,
        }
    )


def test_a_draft_waits_from_now_on() -> None:
    with transaction.atomic():
        assert queue([DRAFT], now=NOW) == 1
    queued = the_message()
    assert (queued.status, queued.queued_at, queued.next_attempt_at) == (MessageStatus.QUEUED, NOW, NOW)
    assert (queued.kind, queued.topic, queued.member_number) == (DRAFT.kind, DRAFT.topic, "S1")
    assert (queued.recipient, queued.params) == ("a@example.jp", {"renewal": 1})


def test_the_same_matter_is_queued_once() -> None:
    for params in ({"renewal": 1}, {"renewal": 2}):
        with transaction.atomic():
            queue([replace(DRAFT, params=params)] * 2, now=NOW)
    assert the_message().params == {"renewal": 1}


@pytest.mark.parametrize(
    "other",
    [
        replace(DRAFT, kind="campaign_opened"),
        replace(DRAFT, topic="campaign/2027/until/2027-02-10/minus/1"),
        replace(DRAFT, member_number="S2"),
        replace(DRAFT, recipient="b@example.jp"),
    ],
)
def test_another_matter_member_or_person_is_another_mail(other: Draft) -> None:
    with transaction.atomic():
        queue([DRAFT, other], now=NOW)
    assert OutboxMessage.objects.count() == 2


def test_a_mail_whose_place_a_later_one_takes_is_kept_and_not_sent() -> None:
    with transaction.atomic():
        queue([replace(DRAFT, skipped_because="あとのお知らせにまとめた")], now=NOW)
    assert (the_message().status, the_message().note) == (MessageStatus.SKIPPED, "あとのお知らせにまとめた")


def test_a_mail_goes_with_its_cause_or_not_at_all() -> None:
    with transaction.atomic():
        queue([DRAFT], now=NOW)
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_queueing_outside_a_transaction_is_refused() -> None:
    with pytest.raises(TransactionManagementError, match="transaction of its cause"):
        queue([DRAFT], now=NOW)


@pytest.mark.parametrize("status", sorted(set(MessageStatus) - {MessageStatus.FAILED}))
def test_only_a_failed_mail_is_put_back(status: MessageStatus) -> None:
    message(status=status, sent_at=NOW).save()
    assert not requeue(message_id=the_message().pk, now=NOW)
    assert the_message().status == status


def test_one_message_per_matter_and_recipient() -> None:
    message().save()
    with violates("one_message_per_matter_and_recipient"):
        message().save()


def test_an_unknown_status_is_refused() -> None:
    with violates("message_status_is_known"):
        message(status="lost").save()


def test_what_was_sent_has_a_time() -> None:
    with violates("sent_message_has_a_time"):
        message(status=MessageStatus.SENT).save()


def test_the_id_of_a_mail_is_that_of_its_row() -> None:
    queued = message()
    assert queued.message_id == f"<{queued.id}@localhost>"
