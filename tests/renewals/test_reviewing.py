"""The queue of changed continuations: who gets which case, for how long, and what a lease keeps others from."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet

from discounts.kinds import Discount
from members.models import Establishment, User
from renewals import deciding, lifecycle, reviewing, transition
from renewals.models import ClaimMark, Renewal, Submission
from renewals.refusals import NotAllowed, Stale, UnderReview
from renewals.reviewing import LEASE, claim_next, hold, keep_lease, mark, marks_of, release
from renewals.status import Intent, Mark, Status
from tests.factories import (
    DECIDED_AT,
    REVIEWED_AT,
    RenewalFactory,
    UserFactory,
    clerk_of,
    staff,
    told,
)
from tests.races import meet_before, race
from tests.renewals.changing import changed_submission, resubmitted

MINUTE = timedelta(minutes=1)


def next_for(by: User, *, now: object = REVIEWED_AT, after: Renewal | None = None) -> Renewal | None:
    campaign = Renewal.objects.select_related("campaign").earliest("pk").campaign
    return claim_next(campaign=campaign, by=by, now=now, after=after.pk if after else None)  # type: ignore[arg-type]


@pytest.fixture
def reviewers() -> tuple[User, User]:
    return UserFactory(reviewer=True), UserFactory(reviewer=True)


@pytest.mark.django_db
def test_mended_ones_come_first_then_the_oldest(reviewers: tuple[User, User]) -> None:
    first, mended, last = (changed_submission(minutes=minutes) for minutes in (0, 1, 2))
    deciding.return_for_correction(
        renewal_id=mended.pk, version=1, items=[told()], by=staff(), now=REVIEWED_AT - timedelta(days=1)
    )
    resubmitted(mended, now=REVIEWED_AT)
    one, other = reviewers
    assert next_for(one) == mended
    assert next_for(other) == first
    assert next_for(UserFactory(reviewer=True)) == last
    assert next_for(UserFactory(reviewer=True)) is None


@pytest.mark.django_db
def test_only_changed_continuations_are_in_the_queue(reviewers: tuple[User, User]) -> None:
    RenewalFactory(submitted=True)
    RenewalFactory(withdrawal_submitted=True)
    assert next_for(reviewers[0]) is None


@pytest.mark.django_db
def test_a_lease_ends_by_itself_and_goes_to_the_next(reviewers: tuple[User, User]) -> None:
    case = changed_submission()
    one, other = reviewers
    assert next_for(one) == case
    assert next_for(other, now=REVIEWED_AT + LEASE - MINUTE) is None
    assert next_for(other, now=REVIEWED_AT + LEASE) == case
    assert not keep_lease(renewal_id=case.pk, by=one, now=REVIEWED_AT + LEASE + MINUTE)


@pytest.mark.django_db
def test_an_open_page_keeps_its_lease(reviewers: tuple[User, User]) -> None:
    case = changed_submission()
    one, other = reviewers
    next_for(one)
    assert keep_lease(renewal_id=case.pk, by=one, now=REVIEWED_AT + 20 * MINUTE)
    assert next_for(other, now=REVIEWED_AT + LEASE + MINUTE) is None


@pytest.mark.django_db
def test_going_on_gives_the_case_back_and_it_comes_last(reviewers: tuple[User, User]) -> None:
    first, second = changed_submission(), changed_submission(minutes=1)
    one, other = reviewers
    assert next_for(one) == first
    assert next_for(one, after=first) == second
    assert next_for(other) == first
    assert Renewal.objects.filter(reviewer=one, leased_until__isnull=False).count() == 1


@pytest.mark.django_db
def test_the_only_case_comes_back(reviewers: tuple[User, User]) -> None:
    case = changed_submission()
    assert next_for(reviewers[0]) == case
    assert next_for(reviewers[0], after=case) == case


@pytest.mark.django_db
def test_from_then_on_the_member_cannot_take_it_back(reviewers: tuple[User, User]) -> None:
    case = changed_submission()
    next_for(reviewers[0])
    with pytest.raises(UnderReview):
        lifecycle.take_back(renewal_id=case.pk, by=clerk_of(case), now=REVIEWED_AT)


@pytest.mark.django_db
def test_nobody_decides_on_what_another_looks_at(reviewers: tuple[User, User]) -> None:
    case = changed_submission()
    one, other = reviewers
    next_for(one)
    acts = {
        "mark": lambda: mark(
            renewal_id=case.pk, version=1, discount=Discount.SME, mark=Mark.UNSURE, by=other, now=REVIEWED_AT
        ),
        "hold": lambda: hold(renewal_id=case.pk, version=1, reason="x", by=other, now=REVIEWED_AT),
        "approve": lambda: deciding.approve(renewal_id=case.pk, version=1, by=other, now=REVIEWED_AT),
        "return": lambda: deciding.return_for_correction(
            renewal_id=case.pk, version=1, items=[told()], by=other, now=REVIEWED_AT
        ),
        "begin": lambda: reviewing.begin_review(renewal_id=case.pk, by=other, now=REVIEWED_AT),
    }
    for act in acts.values():
        with pytest.raises(Stale, match="審査しています"):
            act()
    case.refresh_from_db()
    assert (case.status, case.reviewer) == (Status.SUBMITTED, one)
    acts["hold"] = lambda: hold(
        renewal_id=case.pk, version=1, reason="電話待ち", by=other, now=REVIEWED_AT + LEASE
    )
    acts["hold"]()


@pytest.mark.django_db
def test_a_held_case_waits_outside_the_queue_until_it_is_released(reviewers: tuple[User, User]) -> None:
    case = changed_submission()
    one, other = reviewers
    next_for(one)
    hold(renewal_id=case.pk, version=1, reason="団体に確認中", by=one, now=REVIEWED_AT)
    assert next_for(other) is None
    with pytest.raises(NotAllowed, match="理由"):
        hold(renewal_id=case.pk, version=1, reason=" ", by=one, now=REVIEWED_AT)
    release(renewal_id=case.pk, by=other, now=REVIEWED_AT)
    assert next_for(other) == case
    with pytest.raises(NotAllowed, match="保留中ではありません"):
        release(renewal_id=case.pk, by=other, now=REVIEWED_AT)


@pytest.mark.django_db
def test_marks_are_of_one_version_and_can_be_taken_away(reviewers: tuple[User, User]) -> None:
    case, one = changed_submission(), reviewers[0]
    for noted in (Mark.UNSURE, Mark.CONFIRMED):
        mark(renewal_id=case.pk, version=1, discount=Discount.SME, mark=noted, by=one, now=REVIEWED_AT)
    assert marks_of(case, 1) == {Discount.SME: Mark.CONFIRMED}
    assert marks_of(case, 2) == {}
    mark(renewal_id=case.pk, version=1, discount=Discount.SME, mark=None, by=one, now=REVIEWED_AT)
    assert not ClaimMark.objects.exists()
    with pytest.raises(NotAllowed, match="申請されていません"):
        mark(
            renewal_id=case.pk, version=1, discount=Discount.GROUP, mark=Mark.UNSURE, by=one, now=REVIEWED_AT
        )
    with pytest.raises(Stale):
        mark(renewal_id=case.pk, version=2, discount=Discount.SME, mark=Mark.UNSURE, by=one, now=REVIEWED_AT)


# --- two at once ---------------------------------------------------------------------------------------------

CASES = 500


def five_hundred_cases() -> None:
    """Written in bulk as the verbs leave them: a group discount given up, so that no paper is asked for."""
    pattern = changed_submission(gives_up=True)
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
    while case := next_for(by, now=DECIDED_AT):
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
    changed_submission()
    changed_submission(minutes=1)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self.all())
    meet_before(monkeypatch, transition, "lock", held_up=False)
    outcomes = race(*(lambda by=by: next_for(by) for by in reviewers))
    assert any(isinstance(outcome, Stale) for outcome in outcomes)
