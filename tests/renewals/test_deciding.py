"""Decisions on changed answers: what may be approved, what is told, and how a slip is undone."""

from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from audit.models import AuditEvent
from audit.trail import verify_chain
from discounts.kinds import Discount
from discounts.models import AppliedDiscounts
from discounts.papers import Paper, SmeMethod
from fees.models import FixedFee
from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from mailing.sending import claim_due, deliver_due
from mailing.status import MessageStatus
from members.models import ContactRole
from renewals.deciding import (
    DAYS_TO_MEND,
    UNDO_WINDOW,
    Told,
    approve,
    decision_that_holds,
    return_for_correction,
    undo_decision,
)
from renewals.drafting import draft_of, save_draft
from renewals.lifecycle import reopen, submit
from renewals.models import Decision, Renewal, ReturnReason, Submission
from renewals.refusals import NotAllowed, Stale
from renewals.reviewing import mark
from renewals.status import Mark, Outcome, Status
from tests.factories import (
    DECIDED_AT,
    HANDED_IN_AT,
    MENDED_AT,
    REOPENED_AT,
    REOPENED_UNTIL,
    REVIEWED_AT,
    SUBMITTED_AT,
    AppliedDiscountsFactory,
    IndustryGroupFactory,
    RenewalFactory,
    UserFactory,
    address,
    changed,
    clerk_of,
    filled,
    hand_in_papers,
    mark_all,
    staff,
    told,
)

pytestmark = pytest.mark.django_db

RATES = {(True, True): 60_000, (True, False): 63_000, (False, True): 80_000, (False, False): 83_000}
BOTH_MARKED = "○を付けてから"
OLD, NEW = date(2027, 3, 31), date(2028, 3, 31)


def again(renewal: Renewal) -> Renewal:
    return Renewal.objects.select_related("fixed_fee").get(pk=renewal.pk)


def approved(renewal: Renewal, *refused: Told, **given: Any) -> Renewal:
    version = again(renewal).version
    case = {"renewal_id": renewal.pk, "version": version, "by": staff(), "now": DECIDED_AT}
    return approve(**case | given, refused=refused)


def returned(renewal: Renewal, *items: Told, **given: Any) -> Decision:
    version = again(renewal).version
    case = {"renewal_id": renewal.pk, "version": version, "by": staff(), "now": DECIDED_AT}
    return return_for_correction(**case | given, items=items or [told()])


def undone(renewal: Renewal, decision: Decision | None = None, **given: Any) -> Renewal:
    decision = decision or Decision.objects.get(renewal=renewal, undone_at__isnull=True)
    case = {"renewal_id": renewal.pk, "decision_id": decision.pk, "by": staff(), "now": DECIDED_AT}
    return undo_decision(**case | given)


def marked(renewal: Renewal, discount: Discount, noted: Mark = Mark.CONFIRMED) -> None:
    version = again(renewal).version
    mark(renewal_id=renewal.pk, version=version, discount=discount, mark=noted, by=staff(), now=REVIEWED_AT)


def mails(kind: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind=kind).order_by("queued_at", "topic", "recipient"))


# --- the fee, for everything that can be declared and found ---------------------------------------------

WANTS = [Discount.SME, Discount.GROUP]
NOT_WANTED, KEPT, NEW_CLAIM = "not wanted", "kept", "claimed"


def declared_answer(sme: str, group: str) -> Renewal:
    """An answer in which each discount is kept from this year, claimed anew, or not wanted (had or not)."""
    renewal = RenewalFactory(establishment__applied=False)
    belongs = IndustryGroupFactory()
    AppliedDiscountsFactory(
        establishment=renewal.establishment,
        sme=sme in (KEPT, "given up"),
        group=belongs if group in (KEPT, "given up") else None,
    )
    save_draft(
        renewal_id=renewal.pk,
        filled=filled(
            sme=sme in (KEPT, NEW_CLAIM),
            sme_method=SmeMethod.CAPITAL,
            in_group=group in (KEPT, NEW_CLAIM),
            group=belongs.pk,
            certificate_valid_until=NEW if group == NEW_CLAIM else None,
        ),
        by=clerk_of(renewal),
        now=HANDED_IN_AT,
    )
    if sme == NEW_CLAIM:
        hand_in_papers(renewal, Paper.REGISTRY)
    if group == NEW_CLAIM:
        hand_in_papers(renewal, Paper.CERTIFICATE, discount=Discount.GROUP)
    submit(renewal_id=renewal.pk, answer=changed(), by=clerk_of(renewal), now=SUBMITTED_AT)
    return renewal


BECOMES = [NOT_WANTED, KEPT, NEW_CLAIM, "given up"]
REALLY_CHANGED = [
    (sme, group) for sme, group in product(BECOMES, BECOMES) if {sme, group} & {NEW_CLAIM, "given up"}
]
EVERYTHING = [
    (sme, group, sme_applies, group_applies)
    for sme, group in REALLY_CHANGED
    for sme_applies in ([True, False] if sme in (KEPT, NEW_CLAIM) else [False])
    for group_applies in ([True, False] if group in (KEPT, NEW_CLAIM) else [False])
]


@pytest.mark.parametrize(("sme", "group", "sme_applies", "group_applies"), EVERYTHING)
def test_the_fee_of_this_year_and_declared_and_found(
    sme: str, group: str, sme_applies: bool, group_applies: bool
) -> None:
    """Every combination: what held this year, what was declared, what the reviewer found."""
    renewal = declared_answer(sme, group)
    claims = {Discount.SME: sme in (KEPT, NEW_CLAIM), Discount.GROUP: group in (KEPT, NEW_CLAIM)}
    applies = {Discount.SME: sme_applies, Discount.GROUP: group_applies}
    assert renewal.submissions.get().amount == RATES[tuple(claims.values())]
    for discount in WANTS:
        if claims[discount] and applies[discount]:
            marked(renewal, discount)
    approved(renewal, *(told(discount) for discount in WANTS if claims[discount] and not applies[discount]))
    fee = again(renewal).fixed_fee
    assert fee.amount == RATES[sme_applies, group_applies]
    assert (fee.sme, fee.in_group) == (sme_applies, group_applies)
    recorded = AppliedDiscounts.objects.get(establishment=renewal.establishment, fiscal_year=2027)
    assert (recorded.sme, recorded.group_id is not None) == (sme_applies, group_applies)
    assert recorded.certificate_valid_until == (NEW if group == NEW_CLAIM and group_applies else None)


THIS_YEAR = [(sme, in_group) for sme in (True, False) for in_group in (True, False)]


@pytest.mark.parametrize(
    ("this_year", "refused"),
    [
        (this_year, refused)
        for this_year in THIS_YEAR
        for refused in ([], [Discount.SME], [Discount.GROUP], WANTS)
        if all(this_year[WANTS.index(discount)] for discount in refused)
    ],
)
def test_the_fee_of_an_unchanged_answer_and_of_what_was_found(
    this_year: tuple[bool, bool], refused: list[Discount]
) -> None:
    renewal = RenewalFactory(
        submitted=True, establishment__sme=this_year[0], establishment__in_group=this_year[1]
    )
    approved(renewal, *(told(discount) for discount in refused))
    terms = tuple(has and discount not in refused for has, discount in zip(this_year, WANTS, strict=True))
    assert again(renewal).fixed_fee.amount == RATES[terms]


# --- marks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("noted", [None, Mark.UNSURE, Mark.REJECTED])
def test_what_is_to_be_proven_has_to_be_marked(noted: Mark | None) -> None:
    renewal = RenewalFactory(changed_submitted=True)
    if noted:
        marked(renewal, Discount.SME, noted)
    with pytest.raises(NotAllowed, match="「中小企業割引」の証跡を確認して、○を付けてから"):
        approved(renewal)
    assert (again(renewal).status, FixedFee.objects.count(), mails("approved")) == (Status.SUBMITTED, 0, [])
    marked(renewal, Discount.SME)
    assert approved(renewal).status == Status.APPROVED


def test_each_claim_needs_a_mark_of_its_own() -> None:
    renewal = declared_answer(NEW_CLAIM, NEW_CLAIM)
    marked(renewal, Discount.SME)
    with pytest.raises(NotAllowed, match="「正会員団体割引」"):
        approved(renewal)
    with pytest.raises(NotAllowed, match="「正会員団体割引」"):
        approved(renewal, told(Discount.SME))
    approved(renewal, told(Discount.GROUP))
    assert again(renewal).fixed_fee.amount == 63_000


def test_a_mark_on_an_older_version_does_not_count() -> None:
    renewal = RenewalFactory(steps=("claim_sme", "submit_change", "mark", "return", "mend"))
    with pytest.raises(NotAllowed, match=BOTH_MARKED):
        approved(renewal, now=MENDED_AT)


def test_what_is_only_kept_needs_no_mark() -> None:
    renewal = declared_answer(KEPT, NEW_CLAIM)
    marked(renewal, Discount.GROUP)
    assert approved(renewal).status == Status.APPROVED


def test_a_newer_certificate_needs_a_mark() -> None:
    renewal = RenewalFactory(establishment__in_group=True)
    group = renewal.establishment.applied_discounts.get().group_id
    save_draft(
        renewal_id=renewal.pk,
        filled=filled(in_group=True, group=group, certificate_valid_until=NEW),
        by=clerk_of(renewal),
        now=HANDED_IN_AT,
    )
    hand_in_papers(renewal, Paper.CERTIFICATE, discount=Discount.GROUP)
    submit(renewal_id=renewal.pk, answer=changed(), by=clerk_of(renewal), now=SUBMITTED_AT)
    with pytest.raises(NotAllowed, match=BOTH_MARKED):
        approved(renewal)
    marked(renewal, Discount.GROUP)
    approved(renewal)
    recorded = AppliedDiscounts.objects.get(establishment=renewal.establishment, fiscal_year=2027)
    assert recorded.certificate_valid_until == NEW


def test_a_claim_that_became_new_meanwhile_is_not_approved_without_papers() -> None:
    """This year's record was corrected after the member kept the discount: nothing that came with it proves it."""
    renewal = declared_answer(KEPT, NEW_CLAIM)
    AppliedDiscounts.objects.filter(fiscal_year=2026).update(sme=False)
    mark_all(again(renewal))
    with pytest.raises(NotAllowed, match="書類が提出されていません"):
        approved(renewal)
    approved(renewal, told(Discount.SME))
    assert again(renewal).fixed_fee.amount == 80_000


def test_a_group_that_asks_for_nothing_needs_a_mark_and_no_papers() -> None:
    renewal = RenewalFactory()
    save_draft(
        renewal_id=renewal.pk,
        filled=filled(in_group=True, group=IndustryGroupFactory(proof="none").pk),
        by=clerk_of(renewal),
        now=HANDED_IN_AT,
    )
    submit(renewal_id=renewal.pk, answer=changed(), by=clerk_of(renewal), now=SUBMITTED_AT)
    with pytest.raises(NotAllowed, match=BOTH_MARKED):
        approved(renewal)
    marked(renewal, Discount.GROUP)
    assert approved(renewal).fixed_fee.amount == 80_000


# --- discounts that do not apply ------------------------------------------------------------------------


def test_what_does_not_apply_is_told_with_its_reason_and_kept() -> None:
    renewal = RenewalFactory(changed_submitted=True)
    reason = ReturnReason.objects.create(title="大企業", text="資本金が3億円を超えています。")
    approved(renewal, Told(Discount.SME, " 資本金が3億円を超えています。 ", reason))
    [item] = Decision.objects.get().items.all()
    assert (item.discount, item.text, item.reason) == (
        Discount.SME,
        "資本金が3億円を超えています。",
        reason,
    )
    [message] = mails("approved")
    assert message.params["refused"] == [
        {"discount": "中小企業割引", "text": "資本金が3億円を超えています。"}
    ]
    assert message.params["amount"] == 83_000
    assert AuditEvent.objects.get(verb="renewal.approve").details == {
        "version": 1,
        "amount": 83_000,
        "refused": ["sme"],
    }


def test_what_was_not_claimed_is_not_refused() -> None:
    renewal = RenewalFactory(changed_submitted=True)
    with pytest.raises(NotAllowed, match="「正会員団体割引」は申請されていません"):
        approved(renewal, told(Discount.SME), told(Discount.GROUP))


@pytest.mark.parametrize("text", ["", " ", "　\n"])
def test_nothing_is_refused_without_a_reason(text: str) -> None:
    renewal = RenewalFactory(changed_submitted=True)
    with pytest.raises(NotAllowed, match="理由を入力してください"):
        approved(renewal, told(text=text))
    assert (again(renewal).status, Decision.objects.count()) == (Status.SUBMITTED, 0)


def test_the_fee_that_the_reviewer_saw_is_the_one_without_what_does_not_apply() -> None:
    renewal = RenewalFactory(changed_submitted=True)
    with pytest.raises(Stale, match="83,000円"):
        approved(renewal, told(), amount=63_000)
    assert approved(renewal, told(), amount=83_000).status == Status.APPROVED


# --- returning ------------------------------------------------------------------------------------------


def test_what_a_return_writes_down() -> None:
    renewal = RenewalFactory(changed_in_review=True, establishment__several_contacts=True)
    decision = returned(renewal, told(), told(text="2枚目が読めません。"), note=" 再提出をお願いします ")
    after = again(renewal)
    assert (after.status, after.returned_at, after.reviewer, after.leased_until) == (
        Status.RETURNED,
        DECIDED_AT,
        staff(),
        None,
    )
    assert (after.version, after.receipt_number) == (1, renewal.receipt_number)
    assert (decision.outcome, decision.version, decision.note) == (
        Outcome.RETURNED,
        1,
        "再提出をお願いします",
    )
    assert decision.mend_by == DECIDED_AT.date() + timedelta(days=DAYS_TO_MEND) == date(2027, 2, 1)
    assert [item.text for item in decision.items.all()] == [
        "書類の発行日が3か月より前です。",
        "2枚目が読めません。",
    ]
    assert AuditEvent.objects.get(verb="renewal.return_for_correction").details == {
        "version": 1,
        "refused": ["sme"],
        "until": "2027-02-01",
    }
    messages = mails("returned")
    assert [message.recipient for message in messages] == [
        address(renewal.establishment, ContactRole.PRIMARY),
        address(renewal.establishment, ContactRole.SECONDARY),
    ]
    assert messages[0].params["items"] == [
        {"discount": "中小企業割引", "text": "書類の発行日が3か月より前です。"},
        {"discount": "中小企業割引", "text": "2枚目が読めません。"},
    ]
    assert messages[0].params["mend_by"] == "2027-02-01"


def test_a_return_is_possible_after_the_deadline_and_for_an_unchanged_answer() -> None:
    renewal = RenewalFactory(submitted=True, establishment__sme=True)
    returned(renewal, now=at(date(2027, 2, 20), 10))
    assert again(renewal).status == Status.RETURNED


@pytest.mark.parametrize("texts", [[], [""], [" ", "　"], ["読めません。", ""]])
def test_every_item_of_a_return_says_something(texts: list[str]) -> None:
    renewal = RenewalFactory(changed_submitted=True)
    with pytest.raises(NotAllowed, match="理由を"):
        return_for_correction(
            renewal_id=renewal.pk,
            version=1,
            items=[told(text=text) for text in texts],
            by=staff(),
            now=DECIDED_AT,
        )
    assert (again(renewal).status, Decision.objects.count()) == (Status.SUBMITTED, 0)


def test_nobody_mends_by_yesterday() -> None:
    renewal = RenewalFactory(changed_submitted=True)
    with pytest.raises(NotAllowed, match="今日以降"):
        returned(renewal, mend_by=DECIDED_AT.date() - timedelta(days=1))
    assert returned(renewal, mend_by=DECIDED_AT.date()).mend_by == DECIDED_AT.date()


def test_a_withdrawal_is_not_returned() -> None:
    with pytest.raises(NotAllowed, match="差し戻せません"):
        returned(RenewalFactory(withdrawal_submitted=True))


@pytest.mark.parametrize("trait", ["changed_draft", "changed_returned", "changed_approved"])
def test_only_what_waits_is_decided(trait: str) -> None:
    renewal = RenewalFactory(**{trait: True})
    with pytest.raises(NotAllowed):
        approved(renewal, told())
    with pytest.raises(NotAllowed):
        returned(renewal)


def test_what_was_mended_meanwhile_is_not_decided_unseen() -> None:
    renewal = RenewalFactory(mended=True)
    with pytest.raises(Stale, match="新しい内容を確認"):
        approved(renewal, told(), version=1, now=MENDED_AT)
    with pytest.raises(Stale):
        returned(renewal, version=1, now=MENDED_AT)


def test_a_second_return_of_the_next_version_has_its_own_mail() -> None:
    renewal = RenewalFactory(mended=True)
    returned(renewal, now=MENDED_AT)
    assert [message.topic for message in mails("returned")] == [
        "campaign/2027/returned/1",
        "campaign/2027/returned/2",
    ]


# --- undoing --------------------------------------------------------------------------------------------


@pytest.fixture
def memory_mail(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_an_approval_is_undone_before_its_mail_leaves(memory_mail: None) -> None:
    renewal = RenewalFactory(steps=("claim_sme", "submit_change", "mark"))
    approved(renewal, undo_for=UNDO_WINDOW)
    fee = again(renewal).fixed_fee
    undone(renewal)
    after = again(renewal)
    assert (after.status, after.fixed_fee, after.decided_at, after.version) == (
        Status.SUBMITTED,
        None,
        None,
        1,
    )
    assert FixedFee.objects.filter(pk=fee.pk).exists()  # history
    assert not AppliedDiscounts.objects.filter(fiscal_year=2027).exists()
    [message] = mails("approved")
    assert (message.status, message.note) == (MessageStatus.SKIPPED, "決定を取り消した")
    decision = Decision.objects.get()
    assert (decision.undone_at, decision_that_holds(after)) == (DECIDED_AT, None)
    assert AuditEvent.objects.get(verb="renewal.undo_decision").details == {
        "version": 1,
        "outcome": "approved",
    }
    deliver_due(now=DECIDED_AT + timedelta(days=1))
    assert mails("approved")[0].status == MessageStatus.SKIPPED


def test_a_return_is_undone_before_its_mail_leaves(memory_mail: None) -> None:
    renewal = RenewalFactory(changed_in_review=True)
    returned(renewal, undo_for=UNDO_WINDOW)
    undone(renewal)
    assert (again(renewal).status, again(renewal).returned_at) == (Status.SUBMITTED, None)
    deliver_due(now=DECIDED_AT + timedelta(days=1))
    assert [message.status for message in mails("returned")] == [MessageStatus.SKIPPED]


def test_a_mail_waits_for_as_long_as_the_decision_can_be_undone(memory_mail: None) -> None:
    renewal = RenewalFactory(changed_submitted=True)
    returned(renewal, undo_for=UNDO_WINDOW)
    deliver_due(now=DECIDED_AT + UNDO_WINDOW - timedelta(seconds=1))
    assert mails("returned")[0].status == MessageStatus.QUEUED
    deliver_due(now=DECIDED_AT + UNDO_WINDOW)
    assert mails("returned")[0].status == MessageStatus.SENT


@pytest.mark.parametrize("decide", [approved, returned])
def test_once_a_mail_has_left_nothing_is_undone(decide: Any, memory_mail: None) -> None:
    renewal = RenewalFactory(changed_submitted=True, establishment__several_contacts=True)
    decide(renewal, told())
    deliver_due(now=DECIDED_AT)
    status = again(renewal).status
    with pytest.raises(Stale, match="すでに送られた"):
        undone(renewal)
    assert again(renewal).status == status
    assert Decision.objects.get().undone_at is None


def test_one_of_two_mails_that_has_left_is_enough(memory_mail: None) -> None:
    renewal = RenewalFactory(changed_submitted=True, establishment__several_contacts=True)
    returned(renewal)
    first = mails("returned")[0]
    OutboxMessage.objects.filter(pk=first.pk).update(status=MessageStatus.SENT, sent_at=DECIDED_AT)
    with pytest.raises(Stale):
        undone(renewal)
    assert mails("returned")[1].status == MessageStatus.QUEUED


def test_a_mail_that_a_worker_holds_is_on_its_way() -> None:
    renewal = RenewalFactory(changed_submitted=True)
    returned(renewal)
    claim_due(claim=uuid4(), now=DECIDED_AT, size=100)
    with pytest.raises(Stale, match="すでに送られた"):
        undone(renewal)


def test_a_second_decision_on_the_same_version_tells_again(memory_mail: None) -> None:
    renewal = RenewalFactory(changed_submitted=True)
    returned(renewal, undo_for=UNDO_WINDOW)
    undone(renewal)
    returned(renewal, told(text="会社名が違います。"), undo_for=UNDO_WINDOW)
    undone(renewal)
    returned(renewal, told(text="印影がありません。"), undo_for=UNDO_WINDOW)
    deliver_due(now=DECIDED_AT + UNDO_WINDOW)
    assert [(message.topic[-4:], message.status) for message in mails("returned")] == [
        ("ed/1", MessageStatus.SKIPPED),
        ("/1.1", MessageStatus.SKIPPED),
        ("/1.2", MessageStatus.SENT),
    ]
    assert "印影がありません。" in mails("returned")[2].body
    assert verify_chain() > 0


def test_after_an_undone_return_it_is_approved(memory_mail: None) -> None:
    renewal = RenewalFactory(steps=("claim_sme", "submit_change", "mark"))
    returned(renewal, undo_for=UNDO_WINDOW)
    undone(renewal)
    approved(renewal, undo_for=UNDO_WINDOW)
    deliver_due(now=DECIDED_AT + UNDO_WINDOW)
    assert [message.status for message in mails("returned")] == [MessageStatus.SKIPPED]
    assert [message.status for message in mails("approved")] == [MessageStatus.SENT]
    assert [decision.outcome for decision in Decision.objects.all()] == ["returned", "approved"]


def test_after_an_undone_approval_the_fee_is_fixed_again(memory_mail: None) -> None:
    renewal = RenewalFactory(steps=("claim_sme", "submit_change", "mark"))
    approved(renewal, undo_for=UNDO_WINDOW)
    undone(renewal)
    approved(renewal, told(), undo_for=UNDO_WINDOW)
    deliver_due(now=DECIDED_AT + UNDO_WINDOW)
    first, second = mails("approved")
    assert (first.status, second.status) == (MessageStatus.SKIPPED, MessageStatus.SENT)
    assert "83,000円" in second.body
    assert again(renewal).fixed_fee.amount == 83_000


def test_a_decision_is_undone_once() -> None:
    renewal = RenewalFactory(changed_submitted=True)
    decision = returned(renewal)
    undone(renewal, decision)
    with pytest.raises(NotAllowed):
        undone(renewal, decision)
    returned(renewal)
    with pytest.raises(Stale, match="別の決定"):
        undone(renewal, decision)


def test_what_the_member_mended_is_not_undone() -> None:
    renewal = RenewalFactory(changed_returned=True)
    decision = Decision.objects.get()
    submit(renewal_id=renewal.pk, answer=changed(), by=clerk_of(renewal), now=MENDED_AT)
    with pytest.raises(NotAllowed):
        undone(renewal, decision)
    returned(renewal, now=MENDED_AT)
    with pytest.raises(Stale):
        undone(renewal, decision)


def test_what_was_reopened_is_not_undone() -> None:
    renewal = RenewalFactory(changed_approved=True)
    reopen(renewal_id=renewal.pk, until=REOPENED_UNTIL, reason="電話", by=staff(), now=REOPENED_AT)
    with pytest.raises(NotAllowed):
        undone(renewal)


def test_what_the_member_typed_after_a_return_survives_its_undoing() -> None:
    renewal = RenewalFactory(changed_submitted=True)
    returned(renewal, undo_for=UNDO_WINDOW)
    save_draft(
        renewal_id=renewal.pk,
        filled=filled(sme=True, sme_remark="直しました"),
        by=clerk_of(renewal),
        now=DECIDED_AT,
    )
    undone(renewal)
    assert draft_of(renewal).sme_remark == "直しました"
    assert Submission.objects.get().sme_remark == ""


def test_a_colleague_may_undo_it() -> None:
    renewal = RenewalFactory(changed_submitted=True)
    returned(renewal)
    colleague = UserFactory(manager=True)
    undone(renewal, by=colleague)
    entry = AuditEvent.objects.get(verb="renewal.undo_decision")
    assert entry.actor == f"user:{colleague.pk}"


def test_an_approval_of_an_unchanged_answer_is_undone_too() -> None:
    renewal = RenewalFactory(submitted=True, establishment__sme=True)
    approved(renewal)
    undone(renewal)
    assert (again(renewal).status, again(renewal).fixed_fee) == (Status.SUBMITTED, None)
