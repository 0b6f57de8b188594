from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from audit.models import AuditEvent
from fees.models import FeeSchedule
from mailing.models import OutboxMessage
from members.models import ContactRole
from renewals.lifecycle import Answer, answer_on_behalf, submit, take_back
from renewals.models import Renewal, Submission
from renewals.quoting import NoFeeSchedule
from renewals.receipts import parse_receipt_number, receipt_number
from renewals.refusals import Closed, NotAllowed, Stale
from renewals.status import Channel, Intent, Status
from renewals.withdrawal import STATEMENTS, Unconfirmed
from tests.factories import (
    SEASON,
    SUBMITTED_AT,
    TAKEN_BACK_AT,
    AppliedDiscountsFactory,
    CampaignFactory,
    EstablishmentFactory,
    RenewalFactory,
    address,
    clerk_of,
    staff,
    unchanged,
    withdrawal,
)

pytestmark = pytest.mark.django_db

LAST_SECOND = datetime(2027, 2, 10, 14, 59, 59, 999999, UTC)  # 23:59:59 in Tokyo
TOO_LATE = datetime(2027, 2, 10, 15, 0, 0, 0, UTC)  # midnight in Tokyo


def submitted(renewal: Renewal, answer: Answer | None = None, now: datetime = SUBMITTED_AT) -> Submission:
    return submit(renewal_id=renewal.pk, answer=answer or unchanged(), by=clerk_of(renewal), now=now)


def on_behalf(renewal: Renewal, answer: Answer | None = None, now: datetime = SUBMITTED_AT) -> Submission:
    return answer_on_behalf(
        renewal_id=renewal.pk,
        answer=answer or unchanged(),
        channel=Channel.FAX,
        note="FAXで受領",
        by=staff(),
        now=now,
    )


def receipts_of(renewal: Renewal) -> list[OutboxMessage]:
    found = OutboxMessage.objects.filter(
        kind="submission_receipt", member_number=renewal.establishment.member_number
    )
    return list(found.order_by("topic", "recipient"))


def nothing_happened(renewal: Renewal) -> bool:
    """No submission, no mail, no entry, and the row is as it was."""
    now = Renewal.objects.get(pk=renewal.pk)
    return (
        (now.status, now.version, now.intent, now.receipt_number) == (Status.NOT_STARTED, 0, "", None)
        and not Submission.objects.filter(renewal=renewal).exists()
        and not receipts_of(renewal)
        and not AuditEvent.objects.filter(subject=f"renewal:{renewal.pk}", verb="renewal.submit").exists()
    )


# --- going on unchanged -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("traits", "amount"),
    [
        ({"establishment__sme": True, "establishment__in_group": True}, 60_000),
        ({"establishment__sme": True}, 63_000),
        ({"establishment__in_group": True}, 80_000),
        ({}, 83_000),
        ({"establishment__applied": False}, 83_000),
    ],
    ids=["both", "sme", "group", "neither", "no record of this year"],
)
def test_this_years_discounts_carry_over_as_they_are(traits: dict[str, bool], amount: int) -> None:
    renewal = RenewalFactory(**traits)
    submission = Submission.objects.get(pk=submitted(renewal).pk)
    applied = renewal.establishment.applied_discounts.first()
    assert submission.amount == amount
    assert (submission.sme, submission.group) == ((applied.sme, applied.group) if applied else (False, None))


def test_discounts_of_other_years_do_not_count() -> None:
    renewal = RenewalFactory(establishment__applied=False)
    for year in (SEASON - 2, SEASON):
        AppliedDiscountsFactory(establishment=renewal.establishment, fiscal_year=year, sme=True)
    assert submitted(renewal).amount == 83_000


def test_what_a_submission_writes_down() -> None:
    renewal, answer = RenewalFactory(), unchanged()
    submission = submitted(renewal, answer)
    stored = Submission.objects.get()
    assert (stored.pk, stored.version, stored.intent) == (submission.pk, 1, Intent.UNCHANGED)
    assert (stored.token, stored.channel, stored.submitted_at) == (answer.token, Channel.WEB, SUBMITTED_AT)
    assert stored.submitted_by == clerk_of(renewal)
    renewal.refresh_from_db()
    assert (renewal.status, renewal.intent, renewal.version) == (Status.SUBMITTED, Intent.UNCHANGED, 1)
    assert renewal.submitted_at == SUBMITTED_AT
    assert renewal.may_be_taken_back


def test_a_submission_gets_a_receipt_number() -> None:
    renewal = RenewalFactory(submitted=True)
    assert renewal.receipt_number == receipt_number(fiscal_year=SEASON, renewal_id=renewal.pk)
    assert parse_receipt_number(renewal.receipt_number) == renewal.receipt_number


def test_a_submission_is_in_the_audit_trail() -> None:
    renewal = RenewalFactory(submitted=True)
    entry = AuditEvent.objects.get(verb="renewal.submit")
    assert (entry.subject, entry.actor) == (f"renewal:{renewal.pk}", f"user:{clerk_of(renewal).pk}")
    assert (entry.member_number, entry.at) == (renewal.establishment.member_number, SUBMITTED_AT)
    assert entry.details == {"version": 1, "intent": "unchanged", "channel": "web", "amount": 83_000}


def test_contacts_1_and_2_are_told_and_the_billing_contact_is_not() -> None:
    renewal = RenewalFactory(establishment__several_contacts=True)
    submitted(renewal)
    assert [message.recipient for message in receipts_of(renewal)] == [
        address(renewal.establishment, ContactRole.PRIMARY),
        address(renewal.establishment, ContactRole.SECONDARY),
    ]


# --- pressing twice -----------------------------------------------------------------------------------


def test_pressing_twice_submits_once_and_mails_once() -> None:
    renewal, answer = RenewalFactory(), unchanged()
    first, second = (
        submitted(renewal, answer),
        submitted(renewal, answer, SUBMITTED_AT + timedelta(seconds=1)),
    )
    assert first == second
    assert Submission.objects.count() == 1
    assert len(receipts_of(renewal)) == 1
    assert AuditEvent.objects.filter(verb="renewal.submit").count() == 1


def test_the_second_press_is_the_first_even_when_it_arrives_after_the_deadline() -> None:
    renewal, answer = RenewalFactory(), unchanged()
    assert submitted(renewal, answer, LAST_SECOND) == submitted(renewal, answer, TOO_LATE)


def test_another_page_that_was_still_open_is_refused() -> None:
    renewal = RenewalFactory(submitted=True)
    with pytest.raises(NotAllowed, match="審査待ち"):
        submitted(renewal, unchanged())
    assert Submission.objects.count() == 1


def test_a_page_from_before_taking_back_does_not_pass_for_an_answer() -> None:
    renewal, answer = RenewalFactory(), unchanged()
    submitted(renewal, answer)
    take_back(renewal_id=renewal.pk, by=clerk_of(renewal), now=TAKEN_BACK_AT)
    with pytest.raises(Stale, match="もう一度"):
        submitted(renewal, answer)
    submitted(renewal, unchanged())
    with pytest.raises(Stale, match="もう一度"):
        submitted(renewal, answer)


def test_the_token_of_another_member_is_not_this_members_submission() -> None:
    one, other, answer = RenewalFactory(), RenewalFactory(), unchanged()
    submitted(one, answer)
    assert submitted(other, replace(answer, token=uuid4())).renewal == other


# --- leaving ------------------------------------------------------------------------------------------


def test_a_withdrawal_declares_no_fee() -> None:
    renewal = RenewalFactory(establishment__sme=True)
    submission = Submission.objects.get(pk=submitted(renewal, withdrawal()).pk)
    assert (submission.intent, submission.amount, submission.sme) == (Intent.WITHDRAW, None, False)


@pytest.mark.parametrize("missing", [*STATEMENTS, *[tuple(STATEMENTS)[1:3], tuple(STATEMENTS)]], ids=str)
def test_every_statement_has_to_be_ticked(missing: str | tuple[str, ...]) -> None:
    renewal = RenewalFactory()
    left_out = {missing} if isinstance(missing, str) else set(missing)
    answer = replace(withdrawal(), confirmed=frozenset(STATEMENTS.keys() - left_out))
    with pytest.raises(Unconfirmed, match=f"{len(left_out)}つ") as refusal:
        submitted(renewal, answer)
    assert refusal.value.missing == [code for code in STATEMENTS if code in left_out]
    assert nothing_happened(renewal)


def test_an_unknown_statement_confirms_nothing() -> None:
    with pytest.raises(Unconfirmed):
        submitted(RenewalFactory(), replace(withdrawal(), confirmed=frozenset({"whatever"})))


def test_changed_discounts_need_a_draft() -> None:
    renewal = RenewalFactory()
    with pytest.raises(NotAllowed, match="入力されていません"):
        submitted(renewal, replace(unchanged(), intent=Intent.CHANGED))
    assert nothing_happened(renewal)


# --- when ---------------------------------------------------------------------------------------------


def test_the_deadline_day_counts_to_its_last_second_in_tokyo() -> None:
    assert submitted(RenewalFactory(), now=LAST_SECOND).version == 1


def test_after_the_deadline_the_page_takes_nothing() -> None:
    renewal = RenewalFactory()
    with pytest.raises(Closed, match=r"2027年2月10日（水）.*相談窓口"):
        submitted(renewal, now=TOO_LATE)
    assert nothing_happened(renewal)


def test_before_the_opening_nothing_is_taken() -> None:
    renewal = Renewal.objects.create(campaign=CampaignFactory(), establishment=EstablishmentFactory())
    for answering in (submitted, on_behalf):
        with pytest.raises(Closed):
            answering(renewal)
    assert nothing_happened(renewal)


def test_without_rates_nothing_is_taken() -> None:
    renewal = RenewalFactory()
    FeeSchedule.objects.all().delete()
    with pytest.raises(NoFeeSchedule, match="2027年度"):
        submitted(renewal)
    assert nothing_happened(renewal)


# --- by phone or fax ----------------------------------------------------------------------------------


@pytest.mark.parametrize("now", [SUBMITTED_AT, TOO_LATE + timedelta(days=20)], ids=["in time", "late"])
def test_the_secretariat_enters_an_answer_also_after_the_deadline(now: datetime) -> None:
    renewal = RenewalFactory(establishment__sme=True)
    submission = on_behalf(renewal, now=now)
    assert (submission.channel, submission.note, submission.submitted_by) == ("fax", "FAXで受領", staff())
    assert submission.amount == 63_000
    entry = AuditEvent.objects.get(verb="renewal.answer_on_behalf")
    assert (entry.actor, entry.details["channel"]) == (f"user:{staff().pk}", "fax")


def test_the_receipt_says_how_the_answer_came() -> None:
    by_fax, by_web = RenewalFactory(), RenewalFactory(submitted=True)
    on_behalf(by_fax)
    assert receipts_of(by_fax)[0].params["channel"] == "FAX"
    assert receipts_of(by_web)[0].params["channel"] == ""


def test_a_withdrawal_by_phone_needs_the_statements_as_well() -> None:
    with pytest.raises(Unconfirmed):
        on_behalf(RenewalFactory(), replace(withdrawal(), confirmed=frozenset()))


def test_pressing_twice_enters_an_answer_once() -> None:
    renewal, answer = RenewalFactory(), unchanged()
    assert on_behalf(renewal, answer) == on_behalf(renewal, answer)
    assert len(receipts_of(renewal)) == 1
