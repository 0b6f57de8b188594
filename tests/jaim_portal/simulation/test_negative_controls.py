"""The books notice: whatever is tampered with, the command ends with an error that names the book."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from audit.models import AuditEvent
from discounts.models import Evidence, EvidencePart, IndustryGroup
from fees.schedule import FeeRates
from jaim_portal import daily
from jaim_portal.management.commands import simulate_season
from jaim_portal.simulation import simulate
from jaim_portal.simulation.mailbox import Mailbox
from mailing import kinds
from members.models import Establishment, StaffRole, User
from renewals import campaign, deciding, lifecycle, messages, reminders, reviewing, transition
from renewals.ladder import DueSteps
from renewals.messages import return_values
from renewals.models import (
    ClaimMark,
    Decision,
    DecisionItem,
    DraftDeclaration,
    Renewal,
    RenewalQuerySet,
    Submission,
)
from renewals.status import Intent, Mark, Outcome, Status
from tests.conftest import triggers_lifted

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
OUTCOMES, MEMBERS, ROSTER = "操作", "会員", "名簿"
DELIVERED, REMINDERS, BILLING, OUTBOX, WITHHELD = (
    "メール",
    "締切前のお知らせ",
    "請求書送付先",
    "送信箱",
    "送らなかったメール",
)
ANSWERS, DRAFTS, EVIDENCE, DECISIONS, MARKS = "申請内容", "入力内容", "証跡", "審査の決定", "審査の印"
FEES, CHAIN, TRAIL = "年会費", "監査記録：連鎖", "監査記録：行われた"

Patch = pytest.MonkeyPatch
Tamper = Callable[[Patch], None]


@pytest.fixture(autouse=True)
def play_in_the_database_of_the_test(monkeypatch: Patch) -> None:
    monkeypatch.setattr(simulate_season, "throwaway_database", nullcontext)


def run() -> None:
    call_command("simulate_season", members=60, seed=1)


def after_the_season(monkeypatch: Patch, tamper: Callable[[], None]) -> None:
    """Tamper between the last step and the check of the books."""
    balance = simulate.balance

    def tampered(played: simulate.Played) -> Any:
        tamper()
        return balance(played)

    monkeypatch.setattr(simulate, "balance", tampered)


def at_the_first(monkeypatch: Patch, owner: Any, name: str, instead: Callable[..., Any]) -> None:
    """Replace the first call of ``owner.name`` by ``instead(original, *args)``."""
    original = getattr(owner, name)
    calls = []

    def once(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        return instead(original, *args, **kwargs) if len(calls) == 1 else original(*args, **kwargs)

    monkeypatch.setattr(owner, name, once)


def test_untampered_it_ends_well() -> None:
    run()


# --- mail -------------------------------------------------------------------------------------------------


def remind_those_who_answered(monkeypatch: Patch) -> None:
    monkeypatch.setattr(RenewalQuerySet, "unanswered", RenewalQuerySet.awaiting_review)
    without_check = replace(messages.REMINDER, reasons_gone=kinds.always_due)
    monkeypatch.setitem(kinds._registry, messages.REMINDER.code, without_check)


def forget_a_receipt(monkeypatch: Patch) -> None:
    at_the_first(monkeypatch, lifecycle, "queue", lambda queue, drafts, now: queue(list(drafts)[1:], now=now))


def queue_a_second_receipt(monkeypatch: Patch) -> None:
    def twice(queue: Any, drafts: Any, now: Any) -> None:
        drafts = list(drafts)
        queue([*drafts, *(replace(draft, topic=f"{draft.topic}/again") for draft in drafts)], now=now)

    at_the_first(monkeypatch, lifecycle, "queue", twice)


def tell_another_fee(monkeypatch: Patch) -> None:
    drafts = deciding.decision_drafts

    def full_fee(kind: Any, renewal: Any, **values: Any) -> Any:
        return drafts(kind, renewal, **(values | ({"amount": 83_001} if "amount" in values else {})))

    monkeypatch.setattr(deciding, "decision_drafts", full_fee)


def tell_another_last_day(monkeypatch: Patch) -> None:
    """Right in the subject, wrong in the letter."""
    values = messages.last_day_values
    monkeypatch.setattr(
        messages,
        "last_day_values",
        lambda day: values(day) | {"last_day_text": values(day + timedelta(days=1))["last_day_text"]},
    )


def lose_a_mail_on_its_way(monkeypatch: Patch) -> None:
    """One of the season's: what is due about certificates has a book of its own."""
    take, lost = Mailbox.take, []

    def losing(mailbox: Mailbox, email: Any) -> None:
        if lost or "会員証" in str(email.subject):
            return take(mailbox, email)
        return lost.append(email)

    monkeypatch.setattr(Mailbox, "take", losing)


def hand_a_mail_over_twice(monkeypatch: Patch) -> None:
    def twice(take: Any, mailbox: Mailbox, email: Any) -> None:
        arrived = len(mailbox.arrived)
        take(mailbox, email)
        mailbox.arrived *= 2
        assert len(mailbox.arrived) == 2 * (arrived + 1)

    at_the_first(monkeypatch, Mailbox, "take", twice)


def send_procedural_mail_to_the_billing_contact(monkeypatch: Patch) -> None:
    monkeypatch.setattr(
        messages, "procedural_addresses", lambda contacts: sorted({contact.email for contact in contacts})
    )


def tell_nobody_that_the_deadline_moved(monkeypatch: Patch) -> None:
    monkeypatch.setattr(campaign, "deadline_drafts", lambda *args, **kwargs: [])


def note_no_superseded_reminder(monkeypatch: Patch) -> None:
    due_steps = reminders.due_steps

    def without_missed(**days: Any) -> DueSteps | None:
        steps = due_steps(**days)
        return DueSteps(steps.send) if steps else None

    monkeypatch.setattr(reminders, "due_steps", without_missed)


# --- fees -------------------------------------------------------------------------------------------------


def charge_by_another_table(monkeypatch: Patch) -> None:
    amount = FeeRates.amount
    monkeypatch.setattr(FeeRates, "amount", lambda rates, **discounts: amount(rates, **discounts) + 1_000)


def store_a_wrong_fee(monkeypatch: Patch) -> None:
    """The verb is told the right amount, the table holds another."""

    def fix(fix_fee: Any, **values: Any) -> Any:
        fee = fix_fee(**{**values, "sme": not values["sme"]})
        fee.amount = values["schedule"].rates.amount(sme=values["sme"], in_group=values["in_group"])
        return fee

    at_the_first(monkeypatch, deciding, "fix_fee", fix)


def fix_a_fee_twice(monkeypatch: Patch) -> None:
    def twice(fix_fee: Any, **values: Any) -> Any:
        fix_fee(**values)
        return fix_fee(**values)

    at_the_first(monkeypatch, deciding, "fix_fee", twice)


# --- members ----------------------------------------------------------------------------------------------


def lose_a_member(monkeypatch: Patch) -> None:
    def lose() -> None:
        with triggers_lifted():
            silent = Renewal.objects.filter(status=Status.NOT_STARTED, version=0)
            silent.filter(pk=silent.first().pk).delete()

    after_the_season(monkeypatch, lose)


def take_in_one_who_left(monkeypatch: Patch) -> None:
    def take_in() -> None:
        outsider = Establishment.objects.filter(renewals=None).first()
        Renewal.objects.create(campaign=Renewal.objects.first().campaign, establishment=outsider)

    after_the_season(monkeypatch, take_in)


def let_late_answers_through(monkeypatch: Patch) -> None:
    monkeypatch.setattr(lifecycle, "_require_open", lambda renewal, *, today: None)


def keep_the_withdrawn_on_the_roster(monkeypatch: Patch) -> None:
    def keep() -> None:
        withdrawn = Establishment.objects.filter(renewals__status=Status.WITHDRAWN)
        withdrawn.filter(pk=withdrawn.first().pk).update(left_on=None)

    after_the_season(monkeypatch, keep)


def drop_a_silent_member_from_the_roster(monkeypatch: Patch) -> None:
    def drop() -> None:
        silent = Establishment.objects.filter(renewals__status=Status.NOT_STARTED)
        silent.filter(pk=silent.first().pk).update(left_on=F("joined_on"))

    after_the_season(monkeypatch, drop)


# --- changed discounts -----------------------------------------------------------------------------------


def declare_another_group(monkeypatch: Patch) -> None:
    def declare() -> None:
        changed = Submission.objects.filter(intent=Intent.CHANGED, group__isnull=False)
        other = IndustryGroup.objects.exclude(pk=changed.first().group_id).first()
        with triggers_lifted():
            changed.filter(pk=changed.first().pk).update(group=other)

    after_the_season(monkeypatch, declare)


def forget_what_was_filled_in(monkeypatch: Patch) -> None:
    after_the_season(monkeypatch, lambda: DraftDeclaration.objects.first().delete())


def name_another_paper(monkeypatch: Patch) -> None:
    def name() -> None:
        part = EvidencePart.objects.filter(evidence__sealed_at__isnull=False).first()
        with triggers_lifted():
            EvidencePart.objects.filter(pk=part.pk).update(papers=["registry", "form5"])

    after_the_season(monkeypatch, name)


def leave_submitted_papers_open(monkeypatch: Patch) -> None:
    def leave_open() -> None:
        with triggers_lifted():
            sealed = Evidence.objects.filter(sealed_at__isnull=False).first()
            Evidence.objects.filter(pk=sealed.pk).update(sealed_at=None)

    after_the_season(monkeypatch, leave_open)


def keep_discarded_papers(monkeypatch: Patch) -> None:
    monkeypatch.setattr(daily, "JOBS", tuple(job for job in daily.JOBS if job.name != "orphans"))


def decide_in_the_name_of_another(monkeypatch: Patch) -> None:
    def decide() -> None:
        decision = Decision.objects.filter(outcome=Outcome.RETURNED).first()
        other = User.objects.exclude(pk=decision.decided_by_id).filter(role=StaffRole.REVIEWER).first()
        Decision.objects.filter(pk=decision.pk).update(decided_by=other)

    after_the_season(monkeypatch, decide)


def reword_a_reason(monkeypatch: Patch) -> None:
    def reword() -> None:
        DecisionItem.objects.filter(pk=DecisionItem.objects.first().pk).update(text="別の理由です。")

    after_the_season(monkeypatch, reword)


def mark_otherwise(monkeypatch: Patch) -> None:
    def mark() -> None:
        ClaimMark.objects.filter(pk=ClaimMark.objects.first().pk).update(mark=Mark.UNSURE)

    after_the_season(monkeypatch, mark)


def tell_no_reason(monkeypatch: Patch) -> None:
    monkeypatch.setattr(deciding, "return_values", lambda decision, said: return_values(decision, []))


def remind_nobody_of_corrections(monkeypatch: Patch) -> None:
    monkeypatch.setattr(daily, "JOBS", tuple(job for job in daily.JOBS if job.name != "correction_reminders"))


def grant_what_does_not_apply(monkeypatch: Patch) -> None:
    """The fee is right, the record of next year's discounts is not."""

    def grant() -> None:
        refused = DecisionItem.objects.filter(decision__outcome=Outcome.APPROVED, discount="sme").first()
        establishment = refused.decision.renewal.establishment
        establishment.applied_discounts.filter(fiscal_year=2027).update(sme=True)

    after_the_season(monkeypatch, grant)


def let_the_newest_first(monkeypatch: Patch) -> None:
    queue_of = reviewing.queue_of
    monkeypatch.setattr(reviewing, "queue_of", lambda campaign: queue_of(campaign).order_by("-submitted_at"))


def forget_leases(monkeypatch: Patch) -> None:
    monkeypatch.setattr(transition, "require_not_leased", lambda renewal, *, by, now: None)


# --- the trail --------------------------------------------------------------------------------------------


def alter_an_entry(monkeypatch: Patch) -> None:
    def alter() -> None:
        with trail_unlocked():
            AuditEvent.objects.filter(sequence=20).update(actor="user:999")

    after_the_season(monkeypatch, alter)


def record_no_taking_back(monkeypatch: Patch) -> None:
    record = transition.record
    monkeypatch.setattr(
        transition,
        "record",
        lambda renewal, verb, **values: None if verb == "take_back" else record(renewal, verb, **values),
    )


def trail_unlocked() -> Any:
    if connection.vendor == "sqlite":
        return triggers_lifted()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
    return nullcontext()


@pytest.mark.parametrize(
    ("tamper", "off"),
    [
        (remind_those_who_answered, {REMINDERS, DELIVERED, WITHHELD}),
        (forget_a_receipt, {DELIVERED}),
        (queue_a_second_receipt, {DELIVERED}),
        (tell_another_fee, {DELIVERED}),
        (tell_another_last_day, {DELIVERED}),
        (lose_a_mail_on_its_way, {DELIVERED, OUTBOX}),
        (hand_a_mail_over_twice, {OUTBOX}),
        (send_procedural_mail_to_the_billing_contact, {BILLING, DELIVERED, WITHHELD}),
        (tell_nobody_that_the_deadline_moved, {DELIVERED}),
        (note_no_superseded_reminder, {WITHHELD}),
        (charge_by_another_table, {OUTCOMES, ANSWERS, DELIVERED, FEES, TRAIL}),
        (store_a_wrong_fee, {FEES}),
        (fix_a_fee_twice, {FEES}),
        (lose_a_member, {MEMBERS}),
        (take_in_one_who_left, {MEMBERS}),
        (let_late_answers_through, {OUTCOMES, ANSWERS, DECISIONS, DELIVERED, TRAIL}),
        (keep_the_withdrawn_on_the_roster, {ROSTER}),
        (drop_a_silent_member_from_the_roster, {ROSTER}),
        (declare_another_group, {ANSWERS}),
        (forget_what_was_filled_in, {DRAFTS}),
        (name_another_paper, {ANSWERS, DRAFTS, EVIDENCE}),
        (leave_submitted_papers_open, {EVIDENCE}),
        (keep_discarded_papers, {EVIDENCE, TRAIL}),
        (decide_in_the_name_of_another, {DECISIONS}),
        (reword_a_reason, {DECISIONS}),
        (mark_otherwise, {MARKS}),
        (tell_no_reason, {DELIVERED}),
        (remind_nobody_of_corrections, {DELIVERED}),
        (grant_what_does_not_apply, {FEES}),
        (let_the_newest_first, {OUTCOMES, DECISIONS, TRAIL}),
        (forget_leases, {OUTCOMES, DECISIONS, TRAIL}),
        (alter_an_entry, {CHAIN, TRAIL}),
        (record_no_taking_back, {TRAIL}),
    ],
)
def test_what_is_tampered_with_is_named(tamper: Tamper, off: set[str], monkeypatch: Patch) -> None:
    tamper(monkeypatch)

    with pytest.raises(CommandError) as stopped:
        run()

    assert stopped.value.returncode == 1
    named = str(stopped.value).removeprefix("合わない帳簿：").split("、")
    assert {book for book in ALL if any(title.startswith(book) for title in named)} == off


ALL = (
    OUTCOMES,
    MEMBERS,
    ROSTER,
    DELIVERED,
    REMINDERS,
    BILLING,
    OUTBOX,
    WITHHELD,
    ANSWERS,
    DRAFTS,
    EVIDENCE,
    DECISIONS,
    MARKS,
    FEES,
    CHAIN,
    TRAIL,
)
