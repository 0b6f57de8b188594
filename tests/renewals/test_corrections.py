"""Reminders about what was returned: 3, 7 and 14 days after it, and to nobody who need not mend."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from mailing.sending import deliver_due
from mailing.status import MessageStatus
from members.models import ContactRole
from renewals.corrections import latest_decision, queue_correction_reminders, told_in, waiting_returns
from renewals.deciding import approve, return_for_correction, undo_decision
from renewals.ladder import DAYS_AFTER_RETURN, reached_step_after_return
from renewals.lifecycle import reopen, submit
from renewals.models import Decision, Renewal, RenewalCampaign
from tests.factories import (
    DECIDED_AT,
    REOPENED_UNTIL,
    CampaignFactory,
    RenewalFactory,
    address,
    changed,
    clerk_of,
    staff,
    told,
    unchanged,
    withdrawal,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def memory_mail(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def season() -> RenewalCampaign:
    return CampaignFactory(open=True)


def after(days: int, hour: int = 8) -> datetime:
    """That many days after the return of the factories."""
    return at(DECIDED_AT.date() + timedelta(days=days), hour)


def remind(now: datetime) -> int:
    return queue_correction_reminders(campaign=season(), now=now)


def reminders() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind="correction_reminder").order_by("queued_at", "recipient"))


def steps() -> list[int]:
    return [message.params["step"] for message in reminders()]


# --- when -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "step"),
    [(-1, None), (0, None), (2, None), (3, 3), (4, 3), (6, 3), (7, 7), (13, 7), (14, 14), (15, 14), (60, 14)],
)
def test_the_ladder(days: int, step: int | None) -> None:
    returned_on = date(2027, 1, 25)
    assert reached_step_after_return(returned_on=returned_on, today=returned_on + timedelta(days)) == step


def test_three_reminders_each_on_its_day() -> None:
    RenewalFactory(changed_returned=True)
    counted = [remind(after(days)) for days in range(21)]
    assert [days for days, reminded in enumerate(counted) if reminded] == list(DAYS_AFTER_RETURN)
    assert steps() == [3, 7, 14]
    assert sum(counted) == 3


def test_days_are_those_of_tokyo() -> None:
    """Returned at 14:00; the third day after begins at midnight."""
    RenewalFactory(changed_returned=True)
    assert remind(after(3, hour=0) - timedelta(seconds=1)) == 0
    assert remind(after(3, hour=0)) == 1


def test_a_second_run_on_the_same_day_changes_nothing() -> None:
    RenewalFactory(changed_returned=True)
    assert [remind(after(3)), remind(after(3, 9)), remind(after(4))] == [1, 0, 0]
    assert steps() == [3]


@pytest.mark.parametrize(("first_run", "step"), [(5, 3), (8, 7), (30, 14)])
def test_of_the_steps_that_were_missed_only_the_latest_goes(first_run: int, step: int) -> None:
    RenewalFactory(changed_returned=True)
    assert remind(after(first_run)) == 1
    assert steps() == [step]


def test_it_goes_to_each_contact_and_says_what_to_mend() -> None:
    renewal = RenewalFactory(changed_returned=True, establishment__several_contacts=True)
    assert remind(after(3)) == 1
    deliver_due(now=after(3))
    assert [message.recipient for message in reminders()] == [
        address(renewal.establishment, ContactRole.PRIMARY),
        address(renewal.establishment, ContactRole.SECONDARY),
    ]
    for message in reminders():
        assert message.status == MessageStatus.SENT
        assert "書類の発行日が3か月より前です。" in message.body
        assert "期限を過ぎています" not in message.body


def test_after_the_day_to_mend_it_says_so() -> None:
    RenewalFactory(changed_returned=True)
    remind(after(14))
    deliver_due(now=after(14))
    assert "期限を過ぎていますが、いまからでも修正できます。" in reminders()[0].body


# --- who --------------------------------------------------------------------------------------------------


def mended(renewal: Renewal) -> None:
    submit(renewal_id=renewal.pk, answer=changed(), by=clerk_of(renewal), now=after(1))


def answered_unchanged(renewal: Renewal) -> None:
    submit(renewal_id=renewal.pk, answer=unchanged(), by=clerk_of(renewal), now=after(1))


def withdrew(renewal: Renewal) -> None:
    submit(renewal_id=renewal.pk, answer=withdrawal(), by=clerk_of(renewal), now=after(1))


def undone(renewal: Renewal) -> None:
    decision = Decision.objects.get(renewal=renewal, undone_at__isnull=True)
    undo_decision(renewal_id=renewal.pk, decision_id=decision.pk, by=staff(), now=after(0, 15))


def reopened(renewal: Renewal) -> None:
    reopen(renewal_id=renewal.pk, until=REOPENED_UNTIL, reason="電話", by=staff(), now=after(1))


def mended_and_approved(renewal: Renewal) -> None:
    mended(renewal)
    approve(renewal_id=renewal.pk, version=2, refused=[told()], by=staff(), now=after(2))


DONE = [mended, answered_unchanged, withdrew, undone, reopened, mended_and_approved]


@pytest.mark.parametrize("done", DONE, ids=lambda done: done.__name__)
def test_nobody_who_need_not_mend_is_reminded(done: Any) -> None:
    renewal = RenewalFactory(changed_returned=True)
    assert waiting_returns(season()).count() == 1
    done(renewal)
    assert not waiting_returns(season()).exists()
    assert remind(after(3)) == remind(after(30)) == 0


@pytest.mark.parametrize("done", DONE, ids=lambda done: done.__name__)
def test_a_reminder_that_waits_does_not_leave_once_its_reason_is_gone(done: Any) -> None:
    renewal = RenewalFactory(changed_returned=True)
    remind(after(3))
    done(renewal)
    deliver_due(now=after(3))
    [message] = reminders()
    assert (message.status, message.note) == (MessageStatus.SKIPPED, "手続きの状態が変わった")


def test_another_season_is_not_reminded() -> None:
    RenewalFactory(changed_returned=True)
    other = CampaignFactory(fiscal_year=2028, open=True, opened_at=at(date(2028, 1, 14), 9))
    assert queue_correction_reminders(campaign=other, now=after(3)) == 0


def test_a_second_return_has_a_ladder_of_its_own() -> None:
    renewal = RenewalFactory(changed_returned=True)
    remind(after(3))
    submit(renewal_id=renewal.pk, answer=changed(), by=clerk_of(renewal), now=after(4))
    return_for_correction(
        renewal_id=renewal.pk, version=2, items=[told(text="会社名が違います。")], by=staff(), now=after(5)
    )
    assert [remind(after(7)), remind(after(8)), remind(after(12))] == [0, 1, 1]
    assert steps() == [3, 3, 7]
    deliver_due(now=after(12))
    assert [message.status for message in reminders()] == [
        MessageStatus.SKIPPED,
        MessageStatus.SKIPPED,
        MessageStatus.SENT,
    ]
    assert "会社名が違います。" in reminders()[-1].body


# --- while no mail leaves -------------------------------------------------------------------------------


def test_after_an_outage_only_the_latest_step_leaves() -> None:
    RenewalFactory(changed_returned=True)
    remind(after(3))
    remind(after(7))
    deliver_due(now=after(8))
    assert [(message.params["step"], message.status, message.note) for message in reminders()] == [
        (3, MessageStatus.SKIPPED, "次のお知らせの時期になった"),
        (7, MessageStatus.SENT, ""),
    ]


def test_after_an_outage_nobody_is_reminded_of_a_return_that_was_undone() -> None:
    """The same version was returned anew for another reason: the old one must not be told."""
    renewal = RenewalFactory(changed_returned=True)
    remind(after(3))
    decision = Decision.objects.get()
    undo_decision(renewal_id=renewal.pk, decision_id=decision.pk, by=staff(), now=after(3))
    return_for_correction(
        renewal_id=renewal.pk, version=1, items=[told(text="会社名が違います。")], by=staff(), now=after(3)
    )
    deliver_due(now=after(3))
    assert [(message.status, message.note) for message in reminders()] == [
        (MessageStatus.SKIPPED, "手続きの状態が変わった")
    ]
    sent = OutboxMessage.objects.filter(kind="returned", status=MessageStatus.SENT)
    assert [message.topic for message in sent] == ["campaign/2027/returned/1.1"]


@pytest.mark.parametrize("done", DONE, ids=lambda done: done.__name__)
def test_a_return_that_waits_to_leave_does_not_once_its_reason_is_gone(done: Any) -> None:
    renewal = RenewalFactory(changed_returned=True)
    done(renewal)
    deliver_due(now=after(3))
    message = OutboxMessage.objects.get(kind="returned")
    assert message.status == MessageStatus.SKIPPED


def test_a_return_that_still_waits_to_be_mended_leaves() -> None:
    RenewalFactory(changed_returned=True)
    deliver_due(now=after(3))
    assert OutboxMessage.objects.get(kind="returned").status == MessageStatus.SENT


def test_an_approval_that_was_undone_does_not_leave_and_the_next_one_does() -> None:
    renewal = RenewalFactory(changed_approved=True)
    undone(renewal)
    approve(renewal_id=renewal.pk, version=1, refused=[told()], by=staff(), now=after(0, 16))
    deliver_due(now=after(1))
    sent = {
        message.topic: message.status for message in OutboxMessage.objects.filter(kind="approved").order_by()
    }
    assert sent == {
        "campaign/2027/approved/1": MessageStatus.SKIPPED,
        "campaign/2027/approved/1.1": MessageStatus.SENT,
    }


# --- what holds -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trait", "outcome"),
    [
        ("changed_draft", None),
        ("changed_submitted", None),
        ("changed_returned", "returned"),
        ("mended", None),
        ("changed_approved", "approved"),
        ("reopened", None),
        ("withdrawal_accepted", None),
    ],
)
def test_the_decision_that_holds(trait: str, outcome: str | None) -> None:
    decision = latest_decision(RenewalFactory(**{trait: True}))
    assert (decision.outcome if decision else None) == outcome


def test_what_was_told_about_each_claim() -> None:
    RenewalFactory(changed_returned=True)
    assert told_in(Decision.objects.get()) == ["中小企業割引：書類の発行日が3か月より前です。"]


def test_an_undone_decision_does_not_hold() -> None:
    renewal = RenewalFactory(changed_returned=True)
    undone(renewal)
    assert latest_decision(Renewal.objects.get(pk=renewal.pk)) is None
