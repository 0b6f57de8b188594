"""What the database refuses, whatever the code does."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError

from renewals.models import ClaimMark, Decision, DecisionItem, Renewal, ReturnReason, Submission
from renewals.status import Intent, Status
from tests.constraints import violates
from tests.factories import SUBMITTED_AT, CampaignFactory, EvidenceFactory, RenewalFactory, staff

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


# --- changed continuations and their review ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trait", "fields"),
    [
        ("submitted", {"held_at": SUBMITTED_AT}),
        ("submitted", {"hold_reason": "電話待ち"}),
        ("approved", {"held_at": SUBMITTED_AT, "hold_reason": "電話待ち"}),
    ],
    ids=["no reason", "no time", "decided"],
)
def test_only_a_submission_is_held_and_for_a_reason(trait: str, fields: dict[str, Any]) -> None:
    renewal = RenewalFactory(**{trait: True})
    with violates("only_a_submission_is_held_and_for_a_reason"):
        change(renewal, **fields)


@pytest.mark.parametrize("trait", ["submitted", "approved"])
def test_only_a_submission_is_leased_and_to_somebody(trait: str) -> None:
    renewal = RenewalFactory(**{trait: True})
    with violates("only_a_submission_is_leased_to_a_reviewer"):
        change(renewal, leased_until=SUBMITTED_AT)


def test_a_return_has_a_time() -> None:
    renewal = RenewalFactory(returned=True)
    with violates("a_return_has_a_time"):
        change(renewal, returned_at=None)


@pytest.mark.parametrize("intent", [Intent.UNCHANGED, Intent.WITHDRAW])
def test_only_a_change_brings_evidence(intent: Intent) -> None:
    amount = None if intent == Intent.WITHDRAW else 83_000
    with violates("only_a_change_brings_evidence"):
        submission(RenewalFactory(), intent=intent, amount=amount, sme_method="capital")


@pytest.mark.parametrize("side", ["sme", "group", "certificate"])
def test_evidence_belongs_to_a_claimed_discount(side: str) -> None:
    renewal = RenewalFactory()
    fields = {
        "sme": {"sme_evidence": EvidenceFactory(establishment=renewal.establishment)},
        "group": {"group_evidence": EvidenceFactory(establishment=renewal.establishment, discount="group")},
        "certificate": {"certificate_valid_until": date(2027, 3, 31)},
    }[side]
    with violates("evidence_belongs_to_a_claimed_discount"):
        submission(renewal, intent=Intent.CHANGED, **fields)


def test_a_title_of_a_reason_once_per_discount() -> None:
    ReturnReason.objects.create(discount="sme", title="題", text="文")
    ReturnReason.objects.create(discount="group", title="題", text="文")
    with violates("return_reason_title_once_per_discount"):
        ReturnReason.objects.create(discount="sme", title="題", text="別の文")


def claim_mark(renewal: Renewal, **fields: Any) -> ClaimMark:
    values = {"renewal": renewal, "version": 1, "discount": "sme", "mark": "unsure"}
    return ClaimMark.objects.create(**values | fields, marked_by=staff(), marked_at=SUBMITTED_AT)


def test_one_mark_per_claim_and_version() -> None:
    renewal = RenewalFactory(submitted=True)
    claim_mark(renewal)
    claim_mark(renewal, version=2)
    claim_mark(renewal, discount="group")
    with violates("one_mark_per_claim_and_version"):
        claim_mark(renewal)


@pytest.mark.parametrize("fields", [{"mark": "maybe"}, {"discount": "age"}], ids=["mark", "discount"])
def test_only_known_marks(fields: dict[str, str]) -> None:
    with violates("claim_mark_is_known"):
        claim_mark(RenewalFactory(submitted=True), **fields)


def decision(renewal: Renewal, **fields: Any) -> Decision:
    values = {"renewal": renewal, "version": 1, "outcome": "approved"}
    return Decision.objects.create(**values | fields, decided_by=staff(), decided_at=SUBMITTED_AT)


def test_one_decision_holds_per_version() -> None:
    renewal = RenewalFactory(submitted=True)
    decision(renewal, undone_at=SUBMITTED_AT)
    decision(renewal)
    with violates("one_decision_holds_per_version"):
        decision(renewal)


def test_only_known_outcomes() -> None:
    with violates("decision_outcome_is_known"):
        decision(RenewalFactory(submitted=True), outcome="forgotten")


@pytest.mark.parametrize(
    "fields",
    [{"outcome": "returned"}, {"outcome": "approved", "mend_by": date(2027, 2, 1)}],
    ids=["a return without a day", "an approval with one"],
)
def test_a_return_and_nothing_else_says_by_when_to_mend(fields: dict[str, Any]) -> None:
    with violates("a_return_says_by_when_to_mend"):
        decision(RenewalFactory(submitted=True), **fields)


def test_what_is_told_says_something() -> None:
    decided = decision(RenewalFactory(submitted=True))
    with violates("decision_item_says_something"):
        DecisionItem.objects.create(decision=decided, discount="sme", text="")


def test_what_is_told_is_about_a_known_discount() -> None:
    decided = decision(RenewalFactory(submitted=True))
    with violates("decision_item_discount_is_known"):
        DecisionItem.objects.create(decision=decided, discount="age", text="対象外です。")
