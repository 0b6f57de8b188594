"""Two reviewers press 「まとめて承認」 on the same submissions at the same moment."""

from typing import Any

import pytest

from audit.models import AuditEvent
from audit.trail import verify_chain
from fees.models import FixedFee
from mailing.models import OutboxMessage
from renewals.models import Renewal
from renewals.review import bulk
from renewals.review.bulk import approve_many, awaiting_unchanged, plan_for, seen_on
from renewals.status import Status
from tests.factories import DECIDED_AT, RenewalFactory, staff
from tests.races import meet_before, race, refusals

pytestmark = pytest.mark.django_db(transaction=True)


def both_press(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    renewals = [RenewalFactory(submitted=True) for _ in range(3)]
    one, other = staff(), staff("manager")
    seen = seen_on(plan_for(awaiting_unchanged(renewals[0].campaign), by=one))
    meet_before(monkeypatch, bulk, "load_candidates")
    return race(*(lambda by=by: approve_many(seen, by=by, clock=lambda: DECIDED_AT) for by in (one, other)))


def test_each_submission_is_approved_by_one_of_them_and_the_other_reads_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outcomes = both_press(monkeypatch)
    assert refusals(outcomes) == []
    assert sum(result.approved for result in outcomes) == 3
    assert sum(len(result.excluded) for result in outcomes) == 3
    assert sum(result.fee_total for result in outcomes) == 249_000
    assert Renewal.objects.filter(status=Status.APPROVED).count() == 3
    assert FixedFee.objects.count() == OutboxMessage.objects.filter(kind="approved").count() == 3
    assert AuditEvent.objects.filter(verb="renewal.approve").count() == 3
    verify_chain()


def test_control_a_press_that_believes_what_it_saw_counts_approvals_that_never_happened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without the verb and the look under the lock, both presses claim all three."""
    monkeypatch.setattr(bulk, "reasons_against", lambda candidate, reviewer_id: ())
    monkeypatch.setattr(bulk, "approve", lambda **given: None)
    outcomes = both_press(monkeypatch)
    assert sum(result.approved for result in outcomes) == 6
    assert FixedFee.objects.count() == 0
