from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.core import mail

from audit.models import AuditEvent
from discounts.models import AppliedDiscounts
from fees.models import FixedFee
from mailing.models import OutboxMessage
from mailing.sending import deliver_due
from renewals.campaign import move_deadline
from renewals.deciding import approve
from renewals.lifecycle import reopen, submit
from renewals.models import Renewal, Submission
from renewals.refusals import Closed, NotAllowed, Stale
from renewals.status import Status
from tests.factories import (
    DECIDED_AT,
    REOPENED_AT,
    REOPENED_UNTIL,
    SEASON,
    STEPS,
    RenewalFactory,
    clerk_of,
    staff,
    unchanged,
    withdrawal,
)

pytestmark = pytest.mark.django_db

ANSWERABLE = [
    "not_started",
    "submitted",
    "in_review",
    "approved",
    "withdrawal_submitted",
    "withdrawal_accepted",
]
LAST_MOMENT = datetime(2027, 2, 20, 14, 59, 59, tzinfo=UTC)


def renewal_in(trait: str) -> Renewal:
    return RenewalFactory(**({} if trait == "not_started" else {trait: True}))


def reopened(
    renewal: Renewal,
    *,
    until: date = REOPENED_UNTIL,
    reason: str = "電話での依頼",
    now: datetime = REOPENED_AT,
) -> Renewal:
    reopen(renewal_id=renewal.pk, until=until, reason=reason, by=staff(), now=now)
    return Renewal.objects.select_related("campaign").get(pk=renewal.pk)


@pytest.mark.parametrize("trait", ANSWERABLE)
def test_from_every_state_the_member_can_answer_again_until_the_day_it_was_given(trait: str) -> None:
    renewal = reopened(renewal_in(trait))
    assert (renewal.status, renewal.intent, renewal.submitted_at) == (Status.NOT_STARTED, "", None)
    assert (renewal.fixed_fee, renewal.reviewer, renewal.review_started_at, renewal.decided_at) == (None,) * 4
    assert (renewal.answer_until, renewal.reopened_at) == (REOPENED_UNTIL, REOPENED_AT)
    submission = submit(renewal_id=renewal.pk, answer=withdrawal(), by=clerk_of(renewal), now=LAST_MOMENT)
    assert submission.version == renewal.version + 1


@pytest.mark.parametrize("trait", ANSWERABLE)
def test_reopening_says_who_and_why_and_where_it_came_from(trait: str) -> None:
    renewal = renewal_in(trait)
    reopened(renewal)
    entry = AuditEvent.objects.get(verb="renewal.reopen")
    assert entry.actor == f"user:{staff().pk}"
    assert entry.details == {"reason": "電話での依頼", "came_from": renewal.status, "until": "2027-02-20"}


def test_the_day_given_holds_also_after_the_deadline_and_not_longer() -> None:
    renewal = reopened(RenewalFactory(), now=datetime(2027, 2, 15, 1, 0, tzinfo=UTC))
    with pytest.raises(Closed, match="2027年2月20日（土）"):
        submit(
            renewal_id=renewal.pk,
            answer=unchanged(),
            by=clerk_of(renewal),
            now=LAST_MOMENT + timedelta(seconds=1),
        )
    submit(renewal_id=renewal.pk, answer=unchanged(), by=clerk_of(renewal), now=LAST_MOMENT)


def test_what_changed_since_the_page_was_opened_is_not_undone_unseen() -> None:
    renewal = RenewalFactory(submitted=True)
    seen = renewal.stamp
    STEPS["approve"](Renewal.objects.get(pk=renewal.pk))
    with pytest.raises(Stale, match="承認済み"):
        reopen(
            renewal_id=renewal.pk,
            seen=seen,
            until=REOPENED_UNTIL,
            reason="電話",
            by=staff(),
            now=REOPENED_AT,
        )
    assert Renewal.objects.get().status == Status.APPROVED


def test_a_second_press_reopens_and_tells_nothing_more() -> None:
    renewal = Renewal.objects.get(pk=RenewalFactory().pk)
    press = partial(
        reopen, renewal_id=renewal.pk, seen=renewal.stamp, until=REOPENED_UNTIL, reason="電話", by=staff()
    )
    press(now=REOPENED_AT)
    with pytest.raises(Stale):
        press(now=REOPENED_AT + timedelta(seconds=1))
    assert OutboxMessage.objects.filter(kind="reopened").count() == 1


@pytest.mark.parametrize(
    ("until", "reason", "message"),
    [
        (REOPENED_UNTIL, "", "理由"),
        (REOPENED_UNTIL, "　 ", "理由"),
        (date(2027, 1, 27), "電話での依頼", "2027年1月27日（水）"),
        (date(2027, 2, 9), "電話での依頼", "締切日（2027年2月10日（水））より前"),
    ],
)
def test_a_reason_and_a_day_to_come_are_needed(until: date, reason: str, message: str) -> None:
    renewal = RenewalFactory(approved=True)
    with pytest.raises(NotAllowed, match=message):
        reopened(renewal, until=until, reason=reason)
    renewal.refresh_from_db()
    assert renewal.status == Status.APPROVED
    assert not OutboxMessage.objects.filter(kind="reopened").exists()


def test_undoing_an_approval_forgets_the_discounts_and_keeps_the_history() -> None:
    renewal = RenewalFactory(approved=True, establishment__sme=True)
    fee = renewal.fixed_fee
    reopened(renewal)
    assert list(AppliedDiscounts.objects.values_list("fiscal_year", flat=True)) == [SEASON - 1]
    assert FixedFee.objects.get() == fee
    assert Submission.objects.count() == 1


def test_discounts_of_next_year_stay_if_they_came_from_no_approval() -> None:
    renewal = RenewalFactory(submitted=True)
    AppliedDiscounts.objects.create(establishment=renewal.establishment, fiscal_year=SEASON, sme=True)
    reopened(renewal)
    assert AppliedDiscounts.objects.filter(fiscal_year=SEASON).exists()


def test_what_is_answered_and_approved_anew_gets_a_new_fee_and_a_mail_of_its_own() -> None:
    renewal = reopened(RenewalFactory(approved=True))
    submit(renewal_id=renewal.pk, answer=unchanged(), by=clerk_of(renewal), now=LAST_MOMENT)
    again = approve(renewal_id=renewal.pk, version=2, by=staff(), now=LAST_MOMENT)
    fees = list(FixedFee.objects.order_by("pk"))
    assert len(fees) == 2
    assert again.fixed_fee == fees[1]
    assert again.receipt_number == renewal.receipt_number
    assert OutboxMessage.objects.filter(kind="approved").count() == 2


def test_the_member_is_told_the_reason_and_the_last_day() -> None:
    reopened(RenewalFactory(submitted=True))
    message = OutboxMessage.objects.get(kind="reopened")
    assert message.params["reason"] == "電話での依頼"
    deliver_due(now=REOPENED_AT)
    [letter] = [letter for letter in mail.outbox if "再受付" in letter.subject]
    assert "2月20日締切" in letter.subject
    assert "再受付の理由：電話での依頼" in letter.body


def test_the_last_day_is_told_as_it_is_when_the_mail_goes() -> None:
    renewal = reopened(RenewalFactory(submitted=True))
    move_deadline(
        campaign_id=renewal.campaign_id,
        deadline=date(2027, 2, 24),
        reason="大雪",
        by=staff(),
        now=REOPENED_AT + timedelta(minutes=1),
    )
    deliver_due(now=REOPENED_AT + timedelta(minutes=2))
    [letter] = [letter for letter in mail.outbox if "再受付" in letter.subject]
    assert "2月24日締切" in letter.subject
    assert "前回のお申し出は取り消しました" in letter.body


def test_reopening_twice_tells_twice() -> None:
    renewal = reopened(RenewalFactory())
    reopened(renewal, until=date(2027, 2, 25), now=DECIDED_AT + timedelta(days=7))
    assert OutboxMessage.objects.filter(kind="reopened").count() == 2
