"""Two people at the same moment: one of them wins, and nothing happens twice."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError

from audit.models import AuditEvent
from audit.trail import verify_chain
from fees.models import FixedFee
from mailing.models import OutboxMessage
from renewals import deciding, lifecycle, reviewing, transition
from renewals.lifecycle import Answer
from renewals.models import Decision, Renewal, Submission
from renewals.refusals import NotAllowed, Refused, Stale, UnderReview
from renewals.status import Intent, Status
from tests.factories import (
    DECIDED_AT,
    REVIEWED_AT,
    SUBMITTED_AT,
    TAKEN_BACK_AT,
    RenewalFactory,
    clerk_of,
    staff,
    told,
    unchanged,
)
from tests.races import meet_before, race, refusals, without_immediate_transactions, without_row_locks

pytestmark = pytest.mark.django_db(transaction=True)


def submitting(renewal: Renewal, answer: Answer) -> Callable[[], Submission]:
    by = clerk_of(renewal)
    return lambda: lifecycle.submit(renewal_id=renewal.pk, answer=answer, by=by, now=SUBMITTED_AT)


def receipts() -> int:
    return OutboxMessage.objects.filter(kind="submission_receipt").count()


# --- 「申請する」 pressed twice --------------------------------------------------------------------------


def test_a_double_click_submits_once_and_mails_once(monkeypatch: pytest.MonkeyPatch) -> None:
    renewal, answer = RenewalFactory(), Answer(Intent.UNCHANGED, uuid4())
    meet_before(monkeypatch, lifecycle, "_same_press")
    one, other = race(submitting(renewal, answer), submitting(renewal, answer))
    assert one == other
    assert Submission.objects.get() == one
    assert receipts() == 1
    assert AuditEvent.objects.filter(verb="renewal.submit").count() == 1


def test_of_two_answers_at_once_one_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    renewal = RenewalFactory()
    meet_before(monkeypatch, lifecycle, "_same_press")
    outcomes = race(submitting(renewal, unchanged()), submitting(renewal, unchanged()))
    [refusal] = refusals(outcomes)
    assert isinstance(refusal, NotAllowed)
    [won] = [outcome for outcome in outcomes if isinstance(outcome, Submission)]
    assert Submission.objects.get() == won
    assert receipts() == 1


@pytest.mark.postgres
def test_without_the_lock_the_conditional_update_still_lets_one_win(monkeypatch: pytest.MonkeyPatch) -> None:
    renewal = RenewalFactory()
    without_row_locks(monkeypatch)
    meet_before(monkeypatch, lifecycle, "_same_press", held_up=False)
    outcomes = race(submitting(renewal, unchanged()), submitting(renewal, unchanged()))
    [refusal] = refusals(outcomes)
    assert isinstance(refusal, Stale)
    assert Submission.objects.count() == receipts() == 1


@pytest.mark.postgres
def test_without_both_only_the_constraint_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the two really meet, and what the verbs prevent would happen."""
    renewal = RenewalFactory()
    without_row_locks(monkeypatch)
    without_the_condition(monkeypatch)
    meet_before(monkeypatch, lifecycle, "_same_press", held_up=False)
    [error] = refusals(race(submitting(renewal, unchanged()), submitting(renewal, unchanged())))
    assert isinstance(error, IntegrityError)
    assert "one_submission_per_version" in str(error)


@pytest.mark.sqlite
def test_without_immediate_transactions_one_of_them_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a lock taken at the first write comes too late."""
    renewal = RenewalFactory()
    without_immediate_transactions(monkeypatch)
    meet_before(monkeypatch, lifecycle, "_same_press", held_up=False)
    [error] = refusals(race(submitting(renewal, unchanged()), submitting(renewal, unchanged())))
    assert isinstance(error, OperationalError)


def without_the_condition(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(renewal: Renewal, **changes: Any) -> None:
        Renewal.objects.filter(pk=renewal.pk).update(**changes)
        for name, value in changes.items():
            setattr(renewal, name, value)

    monkeypatch.setattr(transition, "change", change)


# --- the member and the secretariat -------------------------------------------------------------------


def taking_back(renewal: Renewal) -> Callable[[], None]:
    by = clerk_of(renewal)
    return lambda: lifecycle.take_back(renewal_id=renewal.pk, by=by, now=TAKEN_BACK_AT)


def test_taking_back_while_a_reviewer_takes_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    renewal, reviewer = RenewalFactory(submitted=True), staff()
    meet_before(monkeypatch, transition, "change")
    outcomes = race(
        taking_back(renewal),
        lambda: reviewing.begin_review(renewal_id=renewal.pk, by=reviewer, now=REVIEWED_AT),
    )
    [refusal] = refusals(outcomes)
    renewal.refresh_from_db()
    if renewal.status == Status.SUBMITTED:
        assert isinstance(refusal, UnderReview)
        assert renewal.reviewer == reviewer
    else:
        assert isinstance(refusal, NotAllowed)
        assert (renewal.status, renewal.reviewer) == (Status.NOT_STARTED, None)


def test_taking_back_while_it_is_approved(monkeypatch: pytest.MonkeyPatch) -> None:
    renewal, reviewer = RenewalFactory(submitted=True), staff()
    meet_before(monkeypatch, transition, "change")
    outcomes = race(
        taking_back(renewal),
        lambda: deciding.approve(renewal_id=renewal.pk, version=1, by=reviewer, now=DECIDED_AT),
    )
    [refusal] = refusals(outcomes)
    assert isinstance(refusal, Refused)
    renewal.refresh_from_db()
    approved = renewal.status == Status.APPROVED
    assert FixedFee.objects.count() == OutboxMessage.objects.filter(kind="approved").count() == approved
    assert approved or renewal.status == Status.NOT_STARTED


@pytest.mark.parametrize(
    "locked",
    [
        pytest.param(True, id="with the lock"),
        pytest.param(False, id="by the conditional update alone", marks=pytest.mark.postgres),
    ],
)
def test_two_reviewers_approve_once(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    renewal, one, other = RenewalFactory(submitted=True), staff(), staff("manager")
    if not locked:
        without_row_locks(monkeypatch)
    meet_before(monkeypatch, transition, "under_review", held_up=locked)
    outcomes = race(
        *(
            lambda by=by: deciding.approve(renewal_id=renewal.pk, version=1, by=by, now=DECIDED_AT)
            for by in (one, other)
        )
    )
    [refusal] = refusals(outcomes)
    assert isinstance(refusal, NotAllowed if locked else Stale)
    assert FixedFee.objects.count() == 1


@pytest.mark.parametrize(
    "locked",
    [
        pytest.param(True, id="with the lock"),
        pytest.param(False, id="by the conditional update alone", marks=pytest.mark.postgres),
    ],
)
def test_two_reviewers_return_once(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    renewal, one, other = RenewalFactory(changed_submitted=True), staff(), staff("manager")
    if not locked:
        without_row_locks(monkeypatch)
    meet_before(monkeypatch, transition, "under_review", held_up=locked)
    case = {"renewal_id": renewal.pk, "version": 1, "items": [told()], "now": DECIDED_AT}
    outcomes = race(*(lambda by=by: deciding.return_for_correction(**case, by=by) for by in (one, other)))
    [refusal] = refusals(outcomes)
    assert isinstance(refusal, NotAllowed if locked else Stale)
    assert Decision.objects.count() == OutboxMessage.objects.filter(kind="returned").count() == 1


def test_many_members_at_once_hold_each_other_up_only_for_the_trail() -> None:
    renewals = RenewalFactory.create_batch(6)
    outcomes = race(*(submitting(renewal, unchanged()) for renewal in renewals))
    assert refusals(outcomes) == []
    assert Submission.objects.count() == receipts() == 6
    assert verify_chain() == AuditEvent.objects.count()
