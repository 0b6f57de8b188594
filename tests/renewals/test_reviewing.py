"""The queue of changed answers: whose turn it is, who looks at it, what a mark and a hold do."""

from datetime import date, datetime, timedelta

import pytest

from audit.models import AuditEvent
from discounts.kinds import Discount
from fiscal_calendar.tokyo import at
from members.models import User
from renewals.deciding import approve, return_for_correction, undo_decision
from renewals.leaving import accept_withdrawal
from renewals.lifecycle import submit, take_back
from renewals.models import ClaimMark, Renewal, RenewalCampaign
from renewals.refusals import NotAllowed, Stale, UnderReview
from renewals.reviewing import (
    LEASE,
    begin_review,
    claim_next,
    give_back,
    hold,
    keep_lease,
    mark,
    marks_of,
    queue_of,
    release,
)
from renewals.status import Mark, Status
from tests.factories import (
    DECIDED_AT,
    MENDED_AT,
    REVIEWED_AT,
    SUBMITTED_AT,
    TAKEN_BACK_AT,
    CampaignFactory,
    RenewalFactory,
    UserFactory,
    changed,
    clerk_of,
    staff,
    told,
    unchanged,
)

pytestmark = pytest.mark.django_db

LATER = MENDED_AT + timedelta(days=1)


@pytest.fixture
def colleague() -> User:
    return UserFactory(manager=True, name="事務局 同僚")


def season() -> RenewalCampaign:
    return CampaignFactory(open=True)


def waiting(now: datetime = SUBMITTED_AT) -> Renewal:
    """A changed answer that was submitted at ``now``."""
    renewal = RenewalFactory(changed_draft=True)
    submit(renewal_id=renewal.pk, answer=changed(), by=clerk_of(renewal), now=now)
    return renewal


def again(renewal: Renewal) -> Renewal:
    return Renewal.objects.get(pk=renewal.pk)


def next_for(by: User, *, now: datetime = REVIEWED_AT, after: Renewal | None = None) -> Renewal | None:
    return claim_next(campaign=season(), by=by, now=now, after=after.pk if after else None)


# --- whose turn it is -----------------------------------------------------------------------------------


def test_what_was_mended_comes_first_then_the_oldest() -> None:
    late, early = waiting(SUBMITTED_AT + timedelta(hours=5)), waiting(SUBMITTED_AT - timedelta(hours=5))
    same_moment = waiting(SUBMITTED_AT - timedelta(hours=5))
    mended = RenewalFactory(mended=True)
    assert list(queue_of(season())) == [mended, early, same_moment, late]


def test_of_two_mended_ones_the_one_returned_first_comes_first() -> None:
    second = mended_after_return_at(DECIDED_AT + timedelta(minutes=5))
    first = mended_after_return_at(DECIDED_AT)
    assert list(queue_of(season())) == [first, second]


def mended_after_return_at(now: datetime) -> Renewal:
    renewal = waiting()
    return_for_correction(renewal_id=renewal.pk, version=1, items=[told()], by=staff(), now=now)
    submit(renewal_id=renewal.pk, answer=changed(), by=clerk_of(renewal), now=MENDED_AT)
    return renewal


@pytest.mark.parametrize(
    "trait",
    [
        "submitted",
        "withdrawal_submitted",
        "changed_draft",
        "changed_returned",
        "changed_approved",
        "reopened",
    ],
)
def test_only_changed_answers_that_wait_are_in_the_queue(trait: str) -> None:
    RenewalFactory(**{trait: True})
    assert not queue_of(season()).exists()
    assert next_for(staff()) is None


def test_a_return_that_was_undone_does_not_jump_the_queue() -> None:
    """It was never mended: it waits where it waited before."""
    early, slipped = waiting(SUBMITTED_AT - timedelta(hours=1)), waiting()
    decision = return_for_correction(
        renewal_id=slipped.pk,
        version=1,
        items=[told()],
        by=staff(),
        now=DECIDED_AT,
        undo_for=timedelta(minutes=5),
    )
    undo_decision(renewal_id=slipped.pk, decision_id=decision.pk, by=staff(), now=DECIDED_AT)
    assert again(slipped).returned_at is None
    assert list(queue_of(season())) == [early, slipped]


def test_a_second_return_that_was_undone_leaves_it_mended() -> None:
    renewal = RenewalFactory(mended=True)
    decision = return_for_correction(
        renewal_id=renewal.pk, version=2, items=[told()], by=staff(), now=LATER, undo_for=timedelta(minutes=5)
    )
    undo_decision(renewal_id=renewal.pk, decision_id=decision.pk, by=staff(), now=LATER)
    assert again(renewal).returned_at == DECIDED_AT


def test_a_season_has_a_queue_of_its_own() -> None:
    waiting()
    other = CampaignFactory(fiscal_year=2028, open=True, opened_at=at(date(2028, 1, 14), 9))
    assert claim_next(campaign=other, by=staff(), now=REVIEWED_AT) is None


# --- who looks at it ------------------------------------------------------------------------------------


def test_the_next_case_is_leased_for_half_an_hour_and_no_longer_the_members() -> None:
    renewal = waiting()
    found = next_for(staff())
    assert found == renewal
    assert (found.reviewer, found.review_started_at, found.leased_until) == (
        staff(),
        REVIEWED_AT,
        REVIEWED_AT + timedelta(minutes=30),
    )
    assert again(renewal).leased_until == REVIEWED_AT + LEASE
    entry = AuditEvent.objects.get(verb="renewal.begin_review")
    assert (entry.actor, entry.details) == (f"user:{staff().pk}", {"version": 1})
    with pytest.raises(UnderReview):
        take_back(renewal_id=renewal.pk, by=clerk_of(renewal), now=REVIEWED_AT)


def test_two_reviewers_never_get_the_same_case(colleague: User) -> None:
    first, second = waiting(), waiting(SUBMITTED_AT + timedelta(minutes=1))
    assert (next_for(staff()), next_for(colleague)) == (first, second)
    assert next_for(UserFactory(reviewer=True)) is None


def test_whoever_asks_again_gets_the_same_case_and_holds_one(colleague: User) -> None:
    first = waiting()
    waiting(SUBMITTED_AT + timedelta(minutes=1))
    assert next_for(staff()) == next_for(staff(), now=REVIEWED_AT + timedelta(minutes=1)) == first
    assert Renewal.objects.filter(leased_until__isnull=False).count() == 1


def test_whoever_passes_over_a_case_gets_it_last_and_others_may_have_it(colleague: User) -> None:
    first, second = waiting(), waiting(SUBMITTED_AT + timedelta(minutes=1))
    assert next_for(staff()) == first
    assert next_for(staff(), after=first) == second
    assert again(first).leased_until is None
    assert next_for(colleague) == first


def test_whoever_passes_over_the_only_case_gets_it_again() -> None:
    only = waiting()
    assert next_for(staff()) == only
    assert next_for(staff(), after=only) == only


def test_a_lease_ends_by_itself(colleague: User) -> None:
    renewal = waiting()
    next_for(staff())
    until = REVIEWED_AT + LEASE
    assert next_for(colleague, now=until - timedelta(seconds=1)) is None
    found = next_for(colleague, now=until)
    assert (found, found.reviewer, found.review_started_at) == (renewal, colleague, REVIEWED_AT)


def test_a_lease_is_kept_while_the_page_is_open(colleague: User) -> None:
    renewal = waiting()
    next_for(staff())
    almost = REVIEWED_AT + LEASE - timedelta(minutes=1)
    assert keep_lease(renewal_id=renewal.pk, by=staff(), now=almost)
    assert next_for(colleague, now=REVIEWED_AT + LEASE) is None
    assert again(renewal).leased_until == almost + LEASE


def test_a_lease_that_another_took_over_is_not_kept(colleague: User) -> None:
    renewal = waiting()
    next_for(staff())
    late = REVIEWED_AT + LEASE
    next_for(colleague, now=late)
    assert not keep_lease(renewal_id=renewal.pk, by=staff(), now=late)
    assert again(renewal).leased_until == late + LEASE


@pytest.mark.parametrize("how", ["given back", "held", "decided"])
def test_what_is_no_longer_leased_is_not_kept(how: str) -> None:
    renewal = waiting()
    next_for(staff())
    if how == "given back":
        give_back(by=staff(), now=REVIEWED_AT)
    elif how == "held":
        hold(renewal_id=renewal.pk, version=1, reason="電話待ち", by=staff(), now=REVIEWED_AT)
    else:
        return_for_correction(renewal_id=renewal.pk, version=1, items=[told()], by=staff(), now=REVIEWED_AT)
    assert not keep_lease(renewal_id=renewal.pk, by=staff(), now=REVIEWED_AT)
    assert again(renewal).leased_until is None


def test_giving_back_lets_another_have_it_at_once(colleague: User) -> None:
    renewal = waiting()
    next_for(staff())
    give_back(by=colleague, now=REVIEWED_AT)
    assert again(renewal).leased_until is not None
    give_back(by=staff(), now=REVIEWED_AT)
    assert next_for(colleague) == renewal


def test_anothers_lease_refuses_whatever_would_change_the_case(colleague: User) -> None:
    renewal = waiting()
    next_for(colleague)
    case = {"renewal_id": renewal.pk, "by": staff(), "now": REVIEWED_AT}
    for change in (
        lambda: approve(**case, version=1, refused=[told()]),
        lambda: return_for_correction(**case, version=1, items=[told()]),
        lambda: mark(**case, version=1, discount=Discount.SME, mark=Mark.CONFIRMED),
        lambda: hold(**case, version=1, reason="電話待ち"),
        lambda: begin_review(**case),
    ):
        with pytest.raises(Stale, match="事務局 同僚さんが審査しています"):
            change()
    assert again(renewal).status == Status.SUBMITTED
    assert not ClaimMark.objects.exists()


def test_once_the_lease_has_ended_anybody_may_decide(colleague: User) -> None:
    renewal = waiting()
    next_for(colleague)
    approve(renewal_id=renewal.pk, version=1, refused=[told()], by=staff(), now=REVIEWED_AT + LEASE)
    assert (again(renewal).status, again(renewal).leased_until) == (Status.APPROVED, None)


def test_a_withdrawal_that_another_looks_at_is_not_accepted(colleague: User) -> None:
    renewal = RenewalFactory(withdrawal_submitted=True)
    Renewal.objects.filter(pk=renewal.pk).update(reviewer=colleague, leased_until=REVIEWED_AT + LEASE)
    with pytest.raises(Stale):
        accept_withdrawal(renewal_id=renewal.pk, version=1, by=staff(), now=REVIEWED_AT)


def test_a_new_version_begins_without_reviewer_lease_and_marks() -> None:
    renewal = RenewalFactory(steps=("claim_sme", "submit_change", "claim_next", "mark", "return", "mend"))
    assert (renewal.reviewer, renewal.review_started_at, renewal.leased_until) == (None, None, None)
    assert marks_of(renewal, 1) == {Discount.SME: Mark.CONFIRMED}
    assert marks_of(renewal, 2) == {}


# --- marks ----------------------------------------------------------------------------------------------


def marked(renewal: Renewal, noted: Mark | None, *, version: int = 1, by: User | None = None) -> None:
    mark(
        renewal_id=renewal.pk,
        version=version,
        discount=Discount.SME,
        mark=noted,
        by=by or staff(),
        now=REVIEWED_AT,
    )


def test_a_mark_is_noted_changed_and_taken_away() -> None:
    renewal = RenewalFactory(changed_in_review=True)
    for noted in (Mark.UNSURE, Mark.REJECTED, Mark.CONFIRMED):
        marked(renewal, noted)
        assert marks_of(renewal, 1) == {Discount.SME: noted}
    marked(renewal, None)
    assert marks_of(renewal, 1) == {}
    details = AuditEvent.objects.filter(verb="renewal.mark").values_list("details__mark", flat=True)
    assert list(details.order_by("sequence")) == ["unsure", "rejected", "confirmed", ""]
    assert again(renewal).status == Status.SUBMITTED


def test_a_discount_that_is_not_claimed_has_no_mark() -> None:
    renewal = RenewalFactory(changed_in_review=True)
    with pytest.raises(NotAllowed, match="申請されていません"):
        mark(
            renewal_id=renewal.pk,
            version=1,
            discount=Discount.GROUP,
            mark=Mark.REJECTED,
            by=staff(),
            now=REVIEWED_AT,
        )


def test_the_mark_of_an_older_version_is_refused() -> None:
    renewal = RenewalFactory(mended=True)
    with pytest.raises(Stale):
        marked(renewal, Mark.CONFIRMED, version=1)
    marked(renewal, Mark.CONFIRMED, version=2)
    assert marks_of(renewal, 2) == {Discount.SME: Mark.CONFIRMED}


@pytest.mark.parametrize("trait", ["changed_draft", "changed_returned", "changed_approved"])
def test_only_what_waits_is_marked_held_or_taken_up(trait: str) -> None:
    renewal = RenewalFactory(**{trait: True})
    before = ClaimMark.objects.count()
    case = {"renewal_id": renewal.pk, "by": staff(), "now": LATER}
    for change in (
        lambda: marked(renewal, Mark.REJECTED),
        lambda: hold(**case, version=1, reason="電話待ち"),
        lambda: begin_review(**case),
        lambda: release(**case),
    ):
        with pytest.raises(NotAllowed):
            change()
    assert ClaimMark.objects.count() == before


# --- putting aside --------------------------------------------------------------------------------------


def held(renewal: Renewal, reason: str = "会員からの電話待ち") -> Renewal:
    hold(renewal_id=renewal.pk, version=1, reason=reason, by=staff(), now=REVIEWED_AT)
    return again(renewal)


def test_what_is_put_aside_leaves_the_queue_with_its_reason() -> None:
    renewal = held(RenewalFactory(changed_in_review=True), " 会員からの電話待ち ")
    assert (renewal.status, renewal.held_at, renewal.hold_reason, renewal.leased_until) == (
        Status.SUBMITTED,
        REVIEWED_AT,
        "会員からの電話待ち",
        None,
    )
    assert next_for(staff()) is None
    assert AuditEvent.objects.get(verb="renewal.hold").details["reason"] == " 会員からの電話待ち "


@pytest.mark.parametrize("reason", ["", " ", "　"])
def test_nothing_is_put_aside_without_a_reason(reason: str) -> None:
    renewal = RenewalFactory(changed_in_review=True)
    with pytest.raises(NotAllowed, match="保留の理由"):
        held(renewal, reason)
    assert again(renewal).held_at is None


def test_a_held_case_is_no_longer_the_members_to_take_back() -> None:
    renewal = held(waiting())
    with pytest.raises(UnderReview):
        take_back(renewal_id=renewal.pk, by=clerk_of(renewal), now=REVIEWED_AT)


def test_released_it_waits_where_it_waited_before(colleague: User) -> None:
    early, late = waiting(SUBMITTED_AT - timedelta(hours=1)), waiting()
    held(early)
    assert next_for(colleague) == late
    release(renewal_id=early.pk, by=colleague, now=REVIEWED_AT)
    assert (again(early).held_at, again(early).hold_reason) == (None, "")
    assert list(queue_of(season())) == [early, late]
    assert AuditEvent.objects.filter(verb="renewal.release").count() == 1


def test_what_is_not_held_is_not_released() -> None:
    with pytest.raises(NotAllowed, match="保留中ではありません"):
        release(renewal_id=waiting().pk, by=staff(), now=REVIEWED_AT)


@pytest.mark.parametrize("decide", ["approve", "return"])
def test_a_decision_ends_the_hold(decide: str) -> None:
    renewal = held(waiting())
    case = {"renewal_id": renewal.pk, "version": 1, "by": staff(), "now": DECIDED_AT}
    if decide == "approve":
        approve(**case, refused=[told()])
    else:
        return_for_correction(**case, items=[told()])
    assert (again(renewal).held_at, again(renewal).hold_reason) == (None, "")


def test_an_unchanged_answer_may_be_held_too() -> None:
    assert held(RenewalFactory(submitted=True)).held_at == REVIEWED_AT


def test_a_member_that_answers_otherwise_meanwhile_leaves_nothing_to_review() -> None:
    renewal = waiting()
    take_back(renewal_id=renewal.pk, by=clerk_of(renewal), now=TAKEN_BACK_AT)
    submit(renewal_id=renewal.pk, answer=unchanged(), by=clerk_of(renewal), now=TAKEN_BACK_AT)
    assert next_for(staff()) is None
    with pytest.raises(Stale, match="やり直しました"):
        hold(renewal_id=renewal.pk, version=1, reason="電話待ち", by=staff(), now=REVIEWED_AT)
