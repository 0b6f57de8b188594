"""Whether each mail still has its reason when it is about to go: nobody who has answered or left is bothered."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fiscal_calendar.tokyo import at
from mailing.kinds import kind_of
from mailing.models import OutboxMessage
from members.models import Establishment
from renewals import lifecycle
from renewals.campaign import continue_opening, move_deadline, open_campaign
from renewals.messages import KINDS
from renewals.models import Renewal
from renewals.reasons import (
    ANSWERED_ALREADY,
    DEADLINE_MOVED,
    DEADLINE_PASSED,
    MEMBER_LEFT,
    NEXT_STEP_DUE,
    NO_LONGER_SO,
)
from renewals.reminders import queue_reminders
from tests.factories import (
    DECIDED_AT,
    JOB,
    OPENED_AT,
    REOPENED_UNTIL,
    STEPS,
    CampaignFactory,
    EstablishmentFactory,
    RenewalFactory,
    clerk_of,
    staff,
    unchanged,
    withdrawal,
)

pytestmark = pytest.mark.django_db

IN_TIME = at(date(2027, 2, 10), 23, 59)
TOO_LATE = at(date(2027, 2, 11), 0)


def the_mail(kind: str, renewal: Renewal) -> OutboxMessage:
    """The newest mail of this kind to the member."""
    found = OutboxMessage.objects.filter(kind=kind, member_number=renewal.establishment.member_number)
    return found.order_by("-queued_at", "-topic")[0]


def reason_gone(message: OutboxMessage, now: datetime = IN_TIME) -> str:
    return kind_of(message.kind).reasons_gone([message], now).get(message.id, "")


def invited() -> Renewal:
    EstablishmentFactory()
    campaign = open_campaign(campaign_id=CampaignFactory().pk, by=JOB, now=OPENED_AT)
    continue_opening(campaign_id=campaign.pk, now=OPENED_AT)
    return Renewal.objects.get()


def told_of_a_move() -> Renewal:
    renewal = invited()
    move(renewal, date(2027, 2, 9))
    return renewal


def reminded() -> Renewal:
    renewal = invited()
    queue_reminders(campaign=renewal.campaign, now=at(date(2027, 1, 27), 6))
    return renewal


def move(renewal: Renewal, to: date, now: datetime = at(date(2027, 1, 29), 10)) -> None:  # noqa: B008
    move_deadline(campaign_id=renewal.campaign_id, deadline=to, reason="大雪のため", by=staff(), now=now)


def answer(renewal: Renewal) -> None:
    lifecycle.submit(renewal_id=renewal.pk, answer=unchanged(), by=clerk_of(renewal), now=DECIDED_AT)


def leave(renewal: Renewal) -> None:
    Establishment.objects.update(left_on=date(2027, 1, 31))


def give_longer(renewal: Renewal) -> None:
    STEPS["reopen"](renewal)


def nothing(renewal: Renewal) -> None:
    """Everything stays as it was."""


Happening = Callable[[Renewal], None]


@pytest.mark.parametrize(
    ("before", "kind", "happens", "now", "reason"),
    [
        (invited, "campaign_opened", nothing, IN_TIME, ""),
        (invited, "campaign_opened", answer, IN_TIME, ANSWERED_ALREADY),
        (invited, "campaign_opened", leave, IN_TIME, MEMBER_LEFT),
        (invited, "campaign_opened", nothing, TOO_LATE, DEADLINE_PASSED),
        (invited, "campaign_opened", give_longer, TOO_LATE, ""),
        (told_of_a_move, "deadline_moved", nothing, at(date(2027, 2, 9), 9), ""),
        (told_of_a_move, "deadline_moved", answer, at(date(2027, 2, 9), 9), ANSWERED_ALREADY),
        (told_of_a_move, "deadline_moved", leave, at(date(2027, 2, 9), 9), MEMBER_LEFT),
        (told_of_a_move, "deadline_moved", nothing, IN_TIME, DEADLINE_PASSED),
        (reminded, "reminder", nothing, at(date(2027, 2, 2), 23), ""),
        (reminded, "reminder", nothing, at(date(2027, 2, 3), 0), NEXT_STEP_DUE),
        (reminded, "reminder", answer, IN_TIME, ANSWERED_ALREADY),
        (reminded, "reminder", leave, IN_TIME, MEMBER_LEFT),
        (reminded, "reminder", nothing, TOO_LATE, DEADLINE_PASSED),
        (reminded, "reminder", give_longer, IN_TIME, DEADLINE_MOVED),
    ],
)
def test_before_the_answer(
    before: Callable[[], Renewal], kind: str, happens: Happening, now: datetime, reason: str
) -> None:
    renewal = before()
    message = the_mail(kind, renewal)
    happens(renewal)
    assert reason_gone(message, now) == reason


@pytest.mark.parametrize(("before", "kind"), [(told_of_a_move, "deadline_moved"), (reminded, "reminder")])
def test_what_was_written_about_another_deadline_is_not_sent(
    before: Callable[[], Renewal], kind: str
) -> None:
    renewal = before()
    message = the_mail(kind, renewal)
    move(renewal, date(2027, 2, 17))
    assert reason_gone(message, at(date(2027, 2, 1), 9)) == DEADLINE_MOVED


STEP = {
    name: (lambda renewal, step=step: step(Renewal.objects.get(pk=renewal.pk)))
    for name, step in STEPS.items()
}


def resubmit(renewal: Renewal) -> None:
    STEP["take_back"](renewal)
    answer(renewal)


@pytest.mark.parametrize(
    ("trait", "kind", "happens", "reason"),
    [
        ("submitted", "submission_receipt", nothing, ""),
        ("submitted", "submission_receipt", STEP["begin_review"], ""),
        ("submitted", "submission_receipt", STEP["approve"], ""),
        ("submitted", "submission_receipt", STEP["take_back"], NO_LONGER_SO),
        ("submitted", "submission_receipt", resubmit, NO_LONGER_SO),
        ("submitted", "submission_receipt", STEP["reopen"], NO_LONGER_SO),
        ("approved", "approved", nothing, ""),
        ("approved", "approved", STEP["reopen"], NO_LONGER_SO),
        ("reopened", "reopened", nothing, ""),
        ("reopened", "reopened", answer, ANSWERED_ALREADY),
        ("withdrawal_accepted", "withdrawal_guidance", nothing, ""),
        ("withdrawal_accepted", "withdrawal_guidance", STEP["complete_withdrawal"], ""),
        ("withdrawal_accepted", "withdrawal_guidance", STEP["reopen"], NO_LONGER_SO),
        ("withdrawn", "withdrawal_complete", nothing, ""),
    ],
)
def test_after_the_answer(trait: str, kind: str, happens: Happening, reason: str) -> None:
    renewal = RenewalFactory(**{trait: True})
    message = the_mail(kind, renewal)
    happens(renewal)
    assert reason_gone(message) == reason


def test_the_completion_is_told_although_the_member_has_left_by_then() -> None:
    renewal = RenewalFactory(withdrawn=True)
    for kind in ("withdrawal_guidance", "withdrawal_complete"):
        assert reason_gone(the_mail(kind, renewal), at(date(2027, 4, 5), 9)) == ""


def test_an_approval_that_was_undone_and_given_again_is_told_once() -> None:
    renewal = RenewalFactory(approved=True)
    first = the_mail("approved", renewal)
    STEP["reopen"](renewal)
    answer(renewal)
    STEP["approve"](renewal)
    assert reason_gone(first) == NO_LONGER_SO
    assert reason_gone(the_mail("approved", renewal)) == ""


def test_a_withdrawal_answered_twice_is_guided_by_its_own_mail() -> None:
    renewal = RenewalFactory(withdrawal_accepted=True)
    first = the_mail("withdrawal_guidance", renewal)
    STEP["reopen"](renewal)
    lifecycle.submit(renewal_id=renewal.pk, answer=withdrawal(), by=clerk_of(renewal), now=DECIDED_AT)
    STEP["accept_withdrawal"](renewal)
    assert OutboxMessage.objects.filter(kind="withdrawal_guidance").count() == 2
    assert reason_gone(first) == NO_LONGER_SO, "held up by mail trouble, it must not go beside the second"
    assert reason_gone(the_mail("withdrawal_guidance", renewal)) == ""


def test_a_new_last_day_takes_the_place_of_the_one_before() -> None:
    renewal = RenewalFactory(reopened=True)
    message = the_mail("reopened", renewal)
    assert reason_gone(message, at(REOPENED_UNTIL, 23, 59)) == ""
    lifecycle.reopen(
        renewal_id=renewal.pk,
        until=date(2027, 2, 25),
        reason="さらに延長",
        by=staff(),
        now=at(date(2027, 2, 1), 9),
    )
    assert reason_gone(message) == NO_LONGER_SO


def test_a_reopening_is_told_although_the_deadline_moves_beyond_the_day_it_granted() -> None:
    renewal = RenewalFactory(reopened=True)
    message = the_mail("reopened", renewal)
    move(renewal, date(2027, 2, 24))
    assert reason_gone(message, at(date(2027, 2, 24), 9)) == ""


def test_many_mails_are_checked_with_the_same_queries() -> None:
    renewals = RenewalFactory.create_batch(6, reopened=True)
    reopened_at = OPENED_AT.isoformat()
    params = {"version": 1, "fixed_fee": 0, "deadline_version": 1, "last_day": "2027-02-10", "step": 7}
    params |= {"reopened_at": reopened_at, "decision": 0, "returned_on": "2027-01-25"}
    queries = {"deadline_moved": 3, "correction_reminder": 2}
    for kind in KINDS:
        messages = [OutboxMessage(kind=kind.code, params=params | {"renewal": row.pk}) for row in renewals]
        with CaptureQueriesContext(connection) as captured:
            kind.reasons_gone(messages, IN_TIME)
        assert len(captured) == queries.get(kind.code, 1)
