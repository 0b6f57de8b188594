"""Two reviewers work through one queue at the same time."""

import pytest
from django.db.models import QuerySet

from members.models import Establishment, User
from renewals import deciding, transition
from renewals.models import Renewal, Submission
from renewals.refusals import Stale
from renewals.reviewing import LEASE, claim_next
from renewals.status import Intent, Status
from tests.changes import small_company, submits_change
from tests.factories import DECIDED_AT, EstablishmentFactory, RenewalFactory, UserFactory, clerk_of
from tests.races import meet_before, race

CASES = 500


def next_for(by: User) -> Renewal | None:
    campaign = Renewal.objects.select_related("campaign").earliest("pk").campaign
    return claim_next(campaign=campaign, by=by, now=DECIDED_AT)


@pytest.fixture
def reviewers() -> tuple[User, User]:
    return UserFactory(reviewer=True), UserFactory(reviewer=True)


def five_hundred_cases() -> None:
    """Written in bulk as the verbs leave them: a group discount given up, so that no paper is asked for."""
    pattern = RenewalFactory(establishment=EstablishmentFactory(in_group=True))
    submits_change(pattern)
    pattern.refresh_from_db()
    campaign, clerk = pattern.campaign, clerk_of(pattern)
    submission = Submission.objects.get(renewal=pattern)
    establishments = [
        Establishment(
            corporation=pattern.establishment.corporation,
            member_number=f"T{number:06d}",
            name="工場",
            joined_on=pattern.establishment.joined_on,
        )
        for number in range(CASES - 1)
    ]
    made = Establishment.objects.bulk_create(establishments)
    renewals = Renewal.objects.bulk_create(
        Renewal(
            campaign=campaign,
            establishment=establishment,
            status=Status.SUBMITTED,
            intent=Intent.CHANGED,
            version=1,
            receipt_number=f"R-{number}",
            submitted_at=pattern.submitted_at,
        )
        for number, establishment in enumerate(made)
    )
    Submission.objects.bulk_create(
        Submission(
            renewal=renewal,
            version=1,
            intent=Intent.CHANGED,
            amount=submission.amount,
            submitted_at=pattern.submitted_at,
            submitted_by=clerk,
        )
        for renewal in renewals
    )


def working_through(by: User) -> list[int]:
    """Take and approve until nothing is left; which cases they were."""
    seen = []
    while case := next_for(by):
        seen.append(case.pk)
        deciding.approve(renewal_id=case.pk, version=1, by=by, now=DECIDED_AT)
    return seen


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_reviewers_and_500_cases(reviewers: tuple[User, User]) -> None:
    """No case is seen twice, no decision is lost."""
    five_hundred_cases()
    one, other = reviewers
    outcomes = race(lambda: working_through(one), lambda: working_through(other))
    assert all(isinstance(outcome, list) for outcome in outcomes), outcomes
    seen = [key for outcome in outcomes for key in outcome]
    assert len(seen) == len(set(seen)) == CASES
    assert min(map(len, outcomes)) > CASES // 10, "both worked"
    decided = Renewal.objects.filter(status=Status.APPROVED, fixed_fee__isnull=False)
    assert decided.count() == CASES
    for reviewer, keys in zip(reviewers, outcomes, strict=True):
        assert set(decided.filter(reviewer=reviewer).values_list("pk", flat=True)) == set(keys)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_locks_they_meet(reviewers: tuple[User, User], monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: both are given the first case, and the conditional update refuses one of them."""
    small_company()
    small_company(EstablishmentFactory())
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self.all())
    meet_before(monkeypatch, transition, "lock", held_up=False)
    outcomes = race(*(lambda by=by: next_for(by) for by in reviewers))
    assert any(isinstance(outcome, Stale) for outcome in outcomes)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False], ids=["with locks", "by the conditional update alone"])
def test_two_reviewers_at_a_lease_that_has_ended(
    locked: bool, reviewers: tuple[User, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was looked at before, so that the beginning of the review tells nobody who was quicker."""
    case = small_company()
    absent = UserFactory(reviewer=True)
    assert claim_next(campaign=case.campaign, by=absent, now=DECIDED_AT - LEASE) == case
    if not locked:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self.all())
    meet_before(monkeypatch, transition, "change", held_up=locked)
    outcomes = race(*(lambda by=by: next_for(by) for by in reviewers))
    given = [outcome for outcome in outcomes if isinstance(outcome, Renewal)]
    assert len(given) == 1
    assert [type(outcome) for outcome in outcomes if outcome not in given] == [
        type(None) if locked else Stale
    ]
