from datetime import date

import pytest

from audit.models import AuditEvent
from discounts.models import AppliedDiscounts
from fees.models import FeeSchedule, FixedFee
from mailing.models import OutboxMessage
from members.models import ContactRole
from renewals.deciding import approve
from renewals.leaving import accept_withdrawal, complete_withdrawal
from renewals.lifecycle import submit, take_back
from renewals.models import Renewal
from renewals.quoting import NoFeeSchedule
from renewals.refusals import NotAllowed, Stale
from renewals.status import Status
from tests.factories import (
    COMPLETED_AT,
    DECIDED_AT,
    JOB,
    REVIEWED_AT,
    SEASON,
    TAKEN_BACK_AT,
    FeeScheduleFactory,
    RenewalFactory,
    address,
    clerk_of,
    staff,
    unchanged,
    withdrawal,
)

pytestmark = pytest.mark.django_db


def approved(renewal: Renewal, version: int = 1) -> Renewal:
    return approve(renewal_id=renewal.pk, version=version, by=staff(), now=DECIDED_AT)


def accepted(renewal: Renewal, version: int = 1) -> Renewal:
    return accept_withdrawal(renewal_id=renewal.pk, version=version, by=staff(), now=DECIDED_AT)


def mails(kind: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind=kind).order_by("topic", "recipient"))


# --- approving ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("traits", "amount"),
    [
        ({"establishment__sme": True, "establishment__in_group": True}, 60_000),
        ({"establishment__sme": True}, 63_000),
        ({"establishment__in_group": True}, 80_000),
        ({}, 83_000),
    ],
    ids=["both", "sme", "group", "neither"],
)
def test_approving_fixes_the_fee_that_was_declared(traits: dict[str, bool], amount: int) -> None:
    renewal = RenewalFactory(submitted=True, **traits)
    approved(renewal)
    renewal.refresh_from_db()
    fee, declared = renewal.fixed_fee, renewal.submissions.get()
    assert (fee.amount, fee.fiscal_year, fee.establishment) == (amount, SEASON, renewal.establishment)
    assert (fee.sme, fee.in_group, fee.amount) == (
        declared.sme,
        declared.group is not None,
        declared.amount,
    )


def test_approving_records_next_years_discounts_with_the_certificate() -> None:
    renewal = RenewalFactory(submitted=True, establishment__sme=True, establishment__in_group=True)
    approved(renewal)
    this_year, next_year = AppliedDiscounts.objects.order_by("fiscal_year")
    assert (this_year.fiscal_year, next_year.fiscal_year) == (SEASON - 1, SEASON)
    assert (next_year.sme, next_year.group) == (True, this_year.group)
    assert next_year.certificate_valid_until == this_year.certificate_valid_until == date(2027, 3, 31)


def test_what_an_approval_writes_down() -> None:
    renewal = RenewalFactory(in_review=True, establishment__several_contacts=True)
    approved(renewal)
    renewal.refresh_from_db()
    assert (renewal.status, renewal.decided_at, renewal.reviewer) == (Status.APPROVED, DECIDED_AT, staff())
    assert renewal.review_started_at == REVIEWED_AT
    entry = AuditEvent.objects.get(verb="renewal.approve")
    assert (entry.actor, entry.details) == (f"user:{staff().pk}", {"version": 1, "amount": 83_000})
    told = mails("approved")
    assert [message.recipient for message in told] == [
        address(renewal.establishment, ContactRole.PRIMARY),
        address(renewal.establishment, ContactRole.SECONDARY),
    ]
    assert {message.params["amount"] for message in told} == {83_000}


@pytest.mark.parametrize("seen", [0, 82_999])
def test_a_fee_that_nobody_saw_is_not_approved(seen: int) -> None:
    renewal = RenewalFactory(submitted=True)
    with pytest.raises(Stale, match="確定する年会費（83,000円）"):
        approve(renewal_id=renewal.pk, version=1, amount=seen, by=staff(), now=DECIDED_AT)
    renewal.refresh_from_db()
    assert (renewal.status, renewal.fixed_fee) == (Status.SUBMITTED, None)
    assert not FixedFee.objects.exists()
    approve(renewal_id=renewal.pk, version=1, amount=83_000, by=staff(), now=DECIDED_AT)


def test_approving_without_taking_it_up_first_ends_taking_back_all_the_same() -> None:
    renewal = RenewalFactory(submitted=True)
    approved(renewal)
    renewal.refresh_from_db()
    assert renewal.review_started_at == DECIDED_AT


def test_what_the_member_changed_meanwhile_is_not_approved_unseen() -> None:
    renewal = RenewalFactory(submitted=True)
    take_back(renewal_id=renewal.pk, by=clerk_of(renewal), now=TAKEN_BACK_AT)
    submit(renewal_id=renewal.pk, answer=unchanged(), by=clerk_of(renewal), now=REVIEWED_AT)
    with pytest.raises(Stale, match="新しい内容を確認"):
        approved(renewal, version=1)
    assert not FixedFee.objects.exists()
    assert approved(renewal, version=2).status == Status.APPROVED


def test_approving_twice_fixes_one_fee() -> None:
    renewal = RenewalFactory(submitted=True)
    approved(renewal)
    with pytest.raises(NotAllowed, match="承認済み"):
        approved(renewal)
    assert FixedFee.objects.count() == len(mails("approved")) == 1


def test_a_withdrawal_is_not_approved_and_a_continuation_not_accepted_as_one() -> None:
    with pytest.raises(NotAllowed, match="退会を受理する"):
        approved(RenewalFactory(withdrawal_submitted=True))
    with pytest.raises(NotAllowed, match="継続の申請"):
        accepted(RenewalFactory(submitted=True))
    assert set(Renewal.objects.values_list("status", flat=True)) == {Status.SUBMITTED}


def test_without_rates_nothing_is_approved() -> None:
    renewal = RenewalFactory(submitted=True)
    FeeSchedule.objects.update(valid_from=2050)
    with pytest.raises(NoFeeSchedule):
        approved(renewal)
    renewal.refresh_from_db()
    assert (renewal.status, mails("approved")) == (Status.SUBMITTED, [])


def test_rates_of_later_years_do_not_touch_this_season() -> None:
    FeeScheduleFactory(valid_from=SEASON + 1)
    approved(RenewalFactory(submitted=True))
    assert FixedFee.objects.get().schedule.valid_from == 2026


# --- leaving ------------------------------------------------------------------------------------------


def test_accepting_a_withdrawal_sends_the_guidance_and_keeps_the_member_on_the_roster() -> None:
    renewal = RenewalFactory(withdrawal_submitted=True)
    accepted(renewal)
    renewal.refresh_from_db()
    assert (renewal.status, renewal.decided_at) == (Status.WITHDRAWAL_ACCEPTED, DECIDED_AT)
    assert (renewal.fixed_fee, renewal.establishment.left_on) == (None, None)
    [guidance] = mails("withdrawal_guidance")
    assert guidance.recipient == address(renewal.establishment, ContactRole.PRIMARY)
    assert AuditEvent.objects.get(verb="renewal.accept_withdrawal").details == {"version": 1}


def test_a_stale_withdrawal_is_not_accepted() -> None:
    renewal = RenewalFactory(withdrawal_submitted=True)
    take_back(renewal_id=renewal.pk, by=clerk_of(renewal), now=TAKEN_BACK_AT)
    submit(renewal_id=renewal.pk, answer=withdrawal(), by=clerk_of(renewal), now=REVIEWED_AT)
    with pytest.raises(Stale):
        accepted(renewal, version=1)


def test_completing_ends_the_membership_on_31_march_and_tells_the_member() -> None:
    renewal = RenewalFactory(withdrawn=True)
    assert renewal.status == Status.WITHDRAWN
    assert renewal.establishment.left_on == date(2027, 3, 31)
    assert len(mails("withdrawal_complete")) == 1
    entry = AuditEvent.objects.get(verb="renewal.complete_withdrawal")
    assert (entry.actor, entry.details) == ("job:test", {"left_on": "2027-03-31"})


def test_completing_twice_tells_once() -> None:
    renewal = RenewalFactory(withdrawn=True)
    with pytest.raises(NotAllowed, match="退会完了"):
        complete_withdrawal(renewal_id=renewal.pk, by=JOB, now=COMPLETED_AT)
    assert len(mails("withdrawal_complete")) == 1
