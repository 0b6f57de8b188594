"""Every verb in every state, against a list written by hand: by the table, and by the real verbs on real rows."""

from collections.abc import Callable
from datetime import date
from itertools import product

import pytest

from members.models import User
from renewals import deciding, drafting, leaving, lifecycle, reviewing
from renewals.models import Renewal
from renewals.refusals import NotAllowed
from renewals.status import (
    ANSWERED,
    FEE_IS_FIXED,
    LEAVING,
    NOT_ANSWERED,
    TRANSITIONS,
    Channel,
    Status,
    target_of,
)
from tests.factories import (
    COMPLETED_AT,
    DECIDED_AT,
    JOB,
    REOPENED_AT,
    SUBMITTED_AT,
    RenewalFactory,
    clerk_of,
    filled,
    staff,
    told,
    unchanged,
    withdrawal,
)

N, D, S, R, A, WA, W = (
    Status.NOT_STARTED,
    Status.DRAFT,
    Status.SUBMITTED,
    Status.RETURNED,
    Status.APPROVED,
    Status.WITHDRAWAL_ACCEPTED,
    Status.WITHDRAWN,
)
BY_HAND = {
    "begin_draft": {N: D},
    "discard_draft": {D: N},
    "submit": {N: S, D: S, R: S},
    "answer_on_behalf": {N: S, D: S, R: S},
    "take_back": {S: N},
    "return_for_correction": {S: R},
    "approve": {S: A},
    "accept_withdrawal": {S: WA},
    "complete_withdrawal": {WA: W},
    "undo_decision": {R: S, A: S},
    "reopen": {N: N, D: D, S: N, R: N, A: N, WA: N, W: N},
}
GOES_ON = {("begin_draft", D), ("begin_draft", R)}  # a draft is written on without a move
EVERY_MOVE = list(product(BY_HAND, Status))


def ids(move: object) -> str:
    return str(move)


@pytest.mark.parametrize(("verb", "source"), EVERY_MOVE, ids=ids)
def test_the_table(verb: str, source: Status) -> None:
    assert target_of(verb, source) == BY_HAND[verb].get(source)


def test_the_table_has_nothing_that_was_not_written_by_hand() -> None:
    assert {transition.verb for transition in TRANSITIONS} == set(BY_HAND)
    assert len(TRANSITIONS) == sum(map(len, BY_HAND.values()))


def test_the_groups_of_states() -> None:
    assert set(NOT_ANSWERED) == {N, D}
    assert set(ANSWERED) == {S, R, A, WA, W}
    assert set(FEE_IS_FIXED) == {A}
    assert set(LEAVING) == {WA, W}


# --- the same list through the verbs ------------------------------------------------------------------

Verb = Callable[[Renewal, User], object]
VERBS: dict[str, Verb] = {
    "begin_draft": lambda renewal, by: drafting.save_draft(
        renewal_id=renewal.pk, filled=filled(), by=by, now=SUBMITTED_AT
    ),
    "discard_draft": lambda renewal, by: drafting.discard_draft(
        renewal_id=renewal.pk, by=by, now=SUBMITTED_AT
    ),
    "return_for_correction": lambda renewal, by: deciding.return_for_correction(
        renewal_id=renewal.pk, version=renewal.version, items=[told()], by=by, now=DECIDED_AT
    ),
    "undo_decision": lambda renewal, by: deciding.undo_decision(
        renewal_id=renewal.pk,
        decision_id=getattr(renewal.decisions.last(), "pk", 0),
        by=by,
        now=DECIDED_AT,
    ),
    "submit": lambda renewal, by: lifecycle.submit(
        renewal_id=renewal.pk, answer=unchanged(), by=by, now=SUBMITTED_AT
    ),
    "answer_on_behalf": lambda renewal, by: lifecycle.answer_on_behalf(
        renewal_id=renewal.pk,
        answer=withdrawal(),
        channel=Channel.PHONE,
        note="電話で確認",
        by=by,
        now=SUBMITTED_AT,
    ),
    "take_back": lambda renewal, by: lifecycle.take_back(renewal_id=renewal.pk, by=by, now=SUBMITTED_AT),
    "approve": lambda renewal, by: deciding.approve(
        renewal_id=renewal.pk, version=renewal.version, by=by, now=DECIDED_AT
    ),
    "accept_withdrawal": lambda renewal, by: leaving.accept_withdrawal(
        renewal_id=renewal.pk, version=renewal.version, by=by, now=DECIDED_AT
    ),
    "complete_withdrawal": lambda renewal, by: leaving.complete_withdrawal(
        renewal_id=renewal.pk, by=JOB, now=COMPLETED_AT
    ),
    "reopen": lambda renewal, by: lifecycle.reopen(
        renewal_id=renewal.pk, until=date(2027, 2, 20), reason="電話での依頼", by=by, now=REOPENED_AT
    ),
}
BY_THE_MEMBER = ("begin_draft", "discard_draft", "submit", "take_back")
TRAITS = {
    N: None,
    D: "draft_begun",
    S: "submitted",
    R: "returned",
    A: "approved",
    WA: "withdrawal_accepted",
    W: "withdrawn",
}


def renewal_for(verb: str, source: Status) -> Renewal:
    """A renewal in ``source``; a submission that ``verb`` may decide about, where it is one of the two."""
    trait = TRAITS[source]
    if source == S and verb == "accept_withdrawal":
        trait = "withdrawal_submitted"
    return RenewalFactory(**{trait: True} if trait else {})


@pytest.mark.django_db
@pytest.mark.parametrize(("verb", "source"), EVERY_MOVE, ids=ids)
def test_the_verbs(verb: str, source: Status) -> None:
    renewal = renewal_for(verb, source)
    by = clerk_of(renewal) if verb in BY_THE_MEMBER else staff()
    target = source if (verb, source) in GOES_ON else BY_HAND[verb].get(source)
    assert renewal.status == source
    if target is None:
        with pytest.raises(NotAllowed, match=source.label):
            VERBS[verb](renewal, by)
    else:
        VERBS[verb](renewal, by)
    renewal.refresh_from_db()
    assert renewal.status == (target or source)


@pytest.mark.django_db
@pytest.mark.parametrize("source", Status, ids=ids)
def test_a_review_begins_on_what_awaits_it_only(source: Status) -> None:
    renewal = renewal_for("begin_review", source)
    if source == S:
        reviewing.begin_review(renewal_id=renewal.pk, by=staff(), now=DECIDED_AT)
    else:
        with pytest.raises(NotAllowed, match=source.label):
            reviewing.begin_review(renewal_id=renewal.pk, by=staff(), now=DECIDED_AT)
    renewal.refresh_from_db()
    assert renewal.status == source
