from datetime import UTC, datetime

import pytest

from audit.models import AuditEvent
from mailing.models import OutboxMessage
from renewals.lifecycle import submit, take_back
from renewals.models import Renewal, Submission
from renewals.refusals import Closed, Stale, UnderReview
from renewals.reviewing import begin_review
from renewals.status import Intent, Status
from tests.factories import (
    REOPENED_UNTIL,
    REVIEWED_AT,
    SUBMITTED_AT,
    TAKEN_BACK_AT,
    RenewalFactory,
    clerk_of,
    staff,
    unchanged,
    withdrawal,
)

pytestmark = pytest.mark.django_db


def taken_back(renewal: Renewal, now: datetime = TAKEN_BACK_AT) -> Renewal:
    take_back(renewal_id=renewal.pk, by=clerk_of(renewal), now=now)
    return Renewal.objects.get(pk=renewal.pk)


def test_taking_back_leaves_the_history_and_the_receipt_number() -> None:
    before = RenewalFactory(submitted=True)
    after = taken_back(before)
    assert (after.status, after.intent, after.submitted_at) == (Status.NOT_STARTED, "", None)
    assert (after.version, after.receipt_number) == (1, before.receipt_number)
    assert Submission.objects.filter(renewal=after).count() == 1
    entry = AuditEvent.objects.get(verb="renewal.take_back")
    assert (entry.actor, entry.details) == (f"user:{clerk_of(after).pk}", {"version": 1})


def test_whoever_took_back_may_answer_otherwise() -> None:
    renewal = RenewalFactory(taken_back=True)
    submission = submit(renewal_id=renewal.pk, answer=withdrawal(), by=clerk_of(renewal), now=REVIEWED_AT)
    again = Renewal.objects.get(pk=renewal.pk)
    assert (submission.version, again.version, again.intent) == (2, 2, Intent.WITHDRAW)
    assert again.receipt_number == renewal.receipt_number
    topics = OutboxMessage.objects.filter(kind="submission_receipt").values_list("topic", flat=True)
    assert sorted(topics) == ["campaign/2027/submission/1", "campaign/2027/submission/2"]


def test_only_the_submission_that_was_seen_is_taken_back() -> None:
    renewal = RenewalFactory(taken_back=True)
    submit(renewal_id=renewal.pk, answer=withdrawal(), by=clerk_of(renewal), now=REVIEWED_AT)
    with pytest.raises(Stale, match="すでにやり直されています"):
        take_back(renewal_id=renewal.pk, version=1, by=clerk_of(renewal), now=REVIEWED_AT)
    take_back(renewal_id=renewal.pk, version=2, by=clerk_of(renewal), now=REVIEWED_AT)
    assert Renewal.objects.get().status == Status.NOT_STARTED


def test_once_a_reviewer_has_begun_it_is_too_late() -> None:
    renewal = RenewalFactory(in_review=True)
    with pytest.raises(UnderReview, match="相談窓口"):
        taken_back(renewal)
    renewal.refresh_from_db()
    assert renewal.status == Status.SUBMITTED
    assert not renewal.may_be_taken_back


def test_after_the_last_day_there_would_be_no_way_to_answer_again() -> None:
    renewal = RenewalFactory(submitted=True)
    with pytest.raises(Closed, match="締切日を過ぎた"):
        taken_back(renewal, datetime(2027, 2, 10, 15, 0, tzinfo=UTC))
    assert taken_back(renewal, datetime(2027, 2, 10, 14, 59, tzinfo=UTC)).status == Status.NOT_STARTED


def test_whoever_was_given_longer_may_take_back_for_longer() -> None:
    renewal = RenewalFactory(reopened=True)
    submit(renewal_id=renewal.pk, answer=unchanged(), by=clerk_of(renewal), now=SUBMITTED_AT)
    last_moment = datetime(REOPENED_UNTIL.year, REOPENED_UNTIL.month, REOPENED_UNTIL.day, 14, 59, tzinfo=UTC)
    assert taken_back(renewal, last_moment).status == Status.NOT_STARTED


# --- reviewing ----------------------------------------------------------------------------------------


def test_taking_up_a_review_twice_changes_nothing() -> None:
    renewal = RenewalFactory(in_review=True)
    begin_review(renewal_id=renewal.pk, by=staff(), now=TAKEN_BACK_AT)
    renewal.refresh_from_db()
    assert (renewal.reviewer, renewal.review_started_at) == (staff(), REVIEWED_AT)
    assert AuditEvent.objects.filter(verb="renewal.begin_review").count() == 1


def test_a_second_reviewer_takes_over_and_the_review_began_when_it_began() -> None:
    renewal = RenewalFactory(in_review=True)
    colleague = staff("manager")
    begin_review(renewal_id=renewal.pk, by=colleague, now=TAKEN_BACK_AT)
    renewal.refresh_from_db()
    assert (renewal.reviewer, renewal.review_started_at) == (colleague, REVIEWED_AT)
    assert AuditEvent.objects.filter(verb="renewal.begin_review").count() == 2


def test_a_new_submission_awaits_a_review_of_its_own() -> None:
    renewal = RenewalFactory(reopened=True)
    submit(renewal_id=renewal.pk, answer=unchanged(), by=clerk_of(renewal), now=REVIEWED_AT)
    renewal.refresh_from_db()
    assert (renewal.reviewer, renewal.review_started_at) == (None, None)
