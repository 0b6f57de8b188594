"""What the database refuses, whatever the code does."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError

from discounts.kinds import Discount
from renewals.models import ClaimMark, Decision, DecisionItem, Renewal, ReturnReason, Submission
from renewals.status import Intent, Mark, Outcome, Status
from tests.constraints import violates
from tests.factories import (
    DECIDED_AT,
    HANDED_IN_AT,
    REVIEWED_AT,
    SUBMITTED_AT,
    CampaignFactory,
    EvidenceFactory,
    IndustryGroupFactory,
    RenewalFactory,
    staff,
)

pytestmark = pytest.mark.django_db


def change(renewal: Renewal, **fields: Any) -> None:
    Renewal.objects.filter(pk=renewal.pk).update(**fields)


def test_one_campaign_per_year() -> None:
    campaign = CampaignFactory()
    campaign.pk = None
    with pytest.raises(IntegrityError, match="fiscal_year"):
        campaign.save(force_insert=True)


def test_one_renewal_per_establishment_and_campaign() -> None:
    renewal = RenewalFactory()
    with violates("one_renewal_per_establishment_and_campaign"):
        Renewal.objects.create(campaign=renewal.campaign, establishment=renewal.establishment)


def test_only_known_states() -> None:
    with violates("renewal_status_is_known"):
        change(RenewalFactory(), status="unanswered")


@pytest.mark.parametrize(
    ("trait", "fields"),
    [
        ("submitted", {"status": Status.APPROVED, "decided_at": SUBMITTED_AT}),
        ("approved", {"fixed_fee": None}),
        ("approved", {"status": Status.SUBMITTED}),
    ],
    ids=["approved without a fee", "fee taken away", "fee left over"],
)
def test_the_fee_is_fixed_exactly_when_approved(trait: str, fields: dict[str, Any]) -> None:
    renewal = RenewalFactory(**{trait: True})
    with violates("fee_is_fixed_exactly_when_approved"):
        change(renewal, **fields)


@pytest.mark.parametrize(
    "fields",
    [{"intent": ""}, {"receipt_number": None}, {"submitted_at": None}, {"version": 0}],
    ids=["no intent", "no receipt", "no time", "no version"],
)
def test_an_answer_has_an_intent_and_a_receipt(fields: dict[str, Any]) -> None:
    renewal = RenewalFactory(submitted=True)
    with violates("answer_has_an_intent_and_a_receipt"):
        change(renewal, **fields)


def test_only_known_intents() -> None:
    with violates("renewal_intent_is_known"):
        change(RenewalFactory(submitted=True), intent="perhaps")


@pytest.mark.parametrize(
    "fields",
    [{"intent": Intent.WITHDRAW}, {"submitted_at": SUBMITTED_AT}, {"review_started_at": SUBMITTED_AT}],
)
def test_nothing_is_declared_before_the_answer(fields: dict[str, Any]) -> None:
    with violates("nothing_is_declared_before_the_answer"):
        change(RenewalFactory(), **fields)


@pytest.mark.parametrize("trait", ["approved", "withdrawal_accepted", "withdrawn"])
def test_a_decision_has_a_time(trait: str) -> None:
    with violates("a_decision_has_a_time"):
        change(RenewalFactory(**{trait: True}), decided_at=None)


@pytest.mark.parametrize("fields", [{"intent": "perhaps"}, {"channel": "pigeon"}])
def test_only_known_intents_and_channels_are_submitted(fields: dict[str, Any]) -> None:
    renewal = RenewalFactory()
    with violates("submission_intent_and_channel_are_known"):
        Submission.objects.create(
            **{
                "renewal": renewal,
                "version": 1,
                "intent": Intent.UNCHANGED,
                "amount": 83_000,
                "submitted_at": SUBMITTED_AT,
                **fields,
            }
        )


@pytest.mark.parametrize("status", [Status.WITHDRAWAL_ACCEPTED, Status.WITHDRAWN])
def test_only_a_withdrawal_leaves(status: Status) -> None:
    renewal = RenewalFactory(submitted=True)
    with violates("only_a_withdrawal_leaves"):
        change(renewal, status=status, decided_at=SUBMITTED_AT)


def test_a_withdrawal_is_never_approved() -> None:
    renewal = RenewalFactory(approved=True)
    with violates("a_withdrawal_is_never_approved"):
        change(renewal, intent=Intent.WITHDRAW)


def test_a_receipt_number_once() -> None:
    one, other = RenewalFactory(submitted=True), RenewalFactory(submitted=True)
    with pytest.raises(IntegrityError, match="receipt_number"):
        change(other, receipt_number=one.receipt_number)


# --- submissions --------------------------------------------------------------------------------------


def submission(renewal: Renewal, **fields: Any) -> Submission:
    values = {
        "renewal": renewal,
        "version": 2,
        "intent": Intent.UNCHANGED,
        "amount": 83_000,
        "token": uuid4(),
        "submitted_at": SUBMITTED_AT,
    }
    return Submission.objects.create(**values | fields)


def test_one_submission_per_version() -> None:
    renewal = RenewalFactory(submitted=True)
    with violates("one_submission_per_version"):
        submission(renewal, version=1)


def test_one_submission_per_press() -> None:
    renewal = RenewalFactory(submitted=True)
    with violates("one_submission_per_press"):
        submission(renewal, token=renewal.submissions.get().token)


@pytest.mark.parametrize(
    ("intent", "amount"),
    [(Intent.UNCHANGED, None), (Intent.UNCHANGED, 0), (Intent.CHANGED, None), (Intent.WITHDRAW, 83_000)],
)
def test_a_continuation_has_an_amount_and_a_withdrawal_has_none(intent: Intent, amount: int | None) -> None:
    with violates("a_continuation_has_an_amount"):
        submission(RenewalFactory(), intent=intent, amount=amount)


@pytest.mark.parametrize("what", ["sme_evidence", "group_evidence", "sme_method"])
def test_only_a_change_brings_evidence(what: str) -> None:
    renewal = RenewalFactory()
    brought = "capital" if what == "sme_method" else EvidenceFactory(establishment=renewal.establishment)
    belongs = IndustryGroupFactory()
    with violates("only_a_change_brings_evidence"):
        submission(renewal, sme=True, group=belongs, **{what: brought})


@pytest.mark.parametrize("what", ["sme_evidence", "group_evidence", "certificate_valid_until"])
def test_evidence_belongs_to_a_claimed_discount(what: str) -> None:
    renewal = RenewalFactory()
    day = HANDED_IN_AT.date()
    brought = (
        day if what == "certificate_valid_until" else EvidenceFactory(establishment=renewal.establishment)
    )
    with violates("evidence_belongs_to_a_claimed_discount"):
        submission(renewal, intent=Intent.CHANGED, **{what: brought})


# --- reviewing ----------------------------------------------------------------------------------------


HELD = {"held_at": REVIEWED_AT, "hold_reason": "電話待ち"}


@pytest.mark.parametrize(
    ("trait", "fields"),
    [
        ("changed_submitted", {"held_at": REVIEWED_AT}),
        ("changed_submitted", {"hold_reason": "電話待ち"}),
        ("changed_draft", HELD),
        ("changed_returned", HELD),
        ("changed_approved", HELD),
    ],
)
def test_only_a_submission_is_held_and_for_a_reason(trait: str, fields: dict[str, Any]) -> None:
    renewal = RenewalFactory(**{trait: True})
    with violates("only_a_submission_is_held_and_for_a_reason"):
        change(renewal, **fields)


@pytest.mark.parametrize(
    "trait", ["changed_draft", "changed_submitted", "changed_returned", "changed_approved"]
)
def test_only_a_submission_is_leased_to_a_reviewer(trait: str) -> None:
    """Before the answer there is nothing to lease; of a submission it has to be known to whom."""
    renewal = RenewalFactory(**{trait: True})
    with violates("only_a_submission_is_leased_to_a_reviewer"):
        change(renewal, leased_until=REVIEWED_AT)


def test_a_return_has_a_time() -> None:
    with violates("a_return_has_a_time"):
        change(RenewalFactory(changed_returned=True), returned_at=None)


def test_a_title_once_per_discount() -> None:
    for discount in ("", Discount.SME):
        ReturnReason.objects.create(discount=discount, title="発行日", text="古い書類です。")
    with violates("return_reason_title_once_per_discount"):
        ReturnReason.objects.create(discount=Discount.SME, title="発行日", text="別の文です。")


def noted(renewal: Renewal, **fields: Any) -> ClaimMark:
    values = {
        "renewal": renewal,
        "version": 1,
        "discount": Discount.SME,
        "mark": Mark.UNSURE,
        "marked_by": staff(),
        "marked_at": REVIEWED_AT,
    }
    return ClaimMark.objects.create(**values | fields)


def test_one_mark_per_claim_and_version() -> None:
    renewal = RenewalFactory(changed_submitted=True)
    for claim in ({}, {"discount": Discount.GROUP}, {"version": 2}):
        noted(renewal, **claim)
    with violates("one_mark_per_claim_and_version"):
        noted(renewal, mark=Mark.CONFIRMED)


@pytest.mark.parametrize("fields", [{"mark": "maybe"}, {"discount": "rich"}])
def test_only_known_marks(fields: dict[str, str]) -> None:
    with violates("claim_mark_is_known"):
        noted(RenewalFactory(changed_submitted=True), **fields)


def decision(renewal: Renewal, **fields: Any) -> Decision:
    values = {
        "renewal": renewal,
        "version": 1,
        "outcome": Outcome.APPROVED,
        "decided_at": DECIDED_AT,
        "decided_by": staff(),
    }
    return Decision.objects.create(**values | fields)


def test_one_decision_holds_per_version() -> None:
    renewal = RenewalFactory(submitted=True)
    decision(renewal, undone_at=DECIDED_AT)
    decision(renewal)
    decision(renewal, version=2)
    decision(renewal, undone_at=DECIDED_AT)
    with violates("one_decision_holds_per_version"):
        decision(renewal, outcome=Outcome.RETURNED, mend_by=DECIDED_AT.date())


def test_only_known_outcomes() -> None:
    with violates("decision_outcome_is_known"):
        decision(RenewalFactory(submitted=True), outcome="postponed")


@pytest.mark.parametrize(
    "fields",
    [{"outcome": Outcome.RETURNED}, {"outcome": Outcome.APPROVED, "mend_by": DECIDED_AT.date()}],
    ids=["no day", "a day too many"],
)
def test_a_return_says_by_when_to_mend(fields: dict[str, Any]) -> None:
    with violates("a_return_says_by_when_to_mend"):
        decision(RenewalFactory(submitted=True), **fields)


def test_a_decision_item_says_something() -> None:
    with violates("decision_item_says_something"):
        DecisionItem.objects.create(
            decision=decision(RenewalFactory(submitted=True)), discount=Discount.SME, text=""
        )


def test_a_decision_item_is_about_a_known_discount() -> None:
    with violates("decision_item_discount_is_known"):
        DecisionItem.objects.create(
            decision=decision(RenewalFactory(submitted=True)), discount="rich", text="富裕"
        )
