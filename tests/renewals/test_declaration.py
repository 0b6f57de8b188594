"""What a changed continuation declares: what is stored of it, what stops it, what it costs."""

from collections.abc import Iterable
from datetime import date

import pytest

from audit.models import AuditEvent
from discounts.handing_in import name_papers, take_out
from discounts.kinds import Discount
from discounts.models import Evidence
from discounts.not_taken import NotTaken
from discounts.papers import Paper, SmeMethod
from fiscal_calendar.tokyo import at, day_of
from renewals.deciding import return_for_correction
from renewals.declaration import Declared, Incomplete, NothingChanged, as_declared
from renewals.drafting import draft_of, keep_evidence, save_draft
from renewals.lifecycle import answer_on_behalf, submit
from renewals.models import DraftDeclaration, Renewal, Submission
from renewals.refusals import Closed, NotAllowed, Stale
from renewals.status import Channel, Intent, Status
from tests.factories import (
    DECIDED_AT,
    HANDED_IN_AT,
    MENDED_AT,
    REVIEWED_AT,
    SUBMITTED_AT,
    EvidenceFactory,
    IndustryGroupFactory,
    RenewalFactory,
    changed,
    clerk_of,
    filled,
    hand_in_papers,
    staff,
    told,
    unchanged,
    withdrawal,
)

pytestmark = pytest.mark.django_db

OLD, NEW = date(2027, 3, 31), date(2028, 3, 31)
AFTER_THE_LAST_DAY = at(date(2027, 2, 11), 0)


def saved(renewal: Renewal, **given: object) -> DraftDeclaration:
    return save_draft(renewal_id=renewal.pk, filled=filled(**given), by=clerk_of(renewal), now=HANDED_IN_AT)


def submitted(renewal: Renewal, now: object = SUBMITTED_AT, **given: object) -> Submission:
    return submit(renewal_id=renewal.pk, answer=changed(**given), by=clerk_of(renewal), now=now)


def found(renewal: Renewal) -> Declared:
    return as_declared(renewal, draft_of(renewal), on=day_of(SUBMITTED_AT))


def codes(findings: Iterable[object]) -> list[tuple[str, str]]:
    return [(finding.field, finding.code) for finding in findings]


# --- what is stored -----------------------------------------------------------------------------------


def test_a_new_claim_is_stored_with_its_papers_which_are_sealed() -> None:
    renewal = RenewalFactory()
    saved(renewal, sme=True, sme_method=SmeMethod.HEADCOUNT, sme_remark="支店を含みます")
    evidence = hand_in_papers(renewal, Paper.FORM5, Paper.LABOUR)
    submission = submitted(renewal)
    assert (submission.intent, submission.version, submission.channel) == (Intent.CHANGED, 1, Channel.WEB)
    assert (submission.sme, submission.sme_method, submission.sme_evidence, submission.sme_remark) == (
        True,
        SmeMethod.HEADCOUNT,
        evidence,
        "支店を含みます",
    )
    assert (submission.group, submission.group_evidence, submission.certificate_valid_until) == (
        None,
        None,
        None,
    )
    assert submission.amount == 63_000
    assert Evidence.objects.get().sealed_at == SUBMITTED_AT


def test_sealed_papers_stay_as_they_were_submitted() -> None:
    renewal = RenewalFactory(changed_submitted=True)
    evidence = renewal.submissions.get().sme_evidence
    [part] = evidence.parts.all()
    with pytest.raises(NotTaken):
        name_papers(evidence=evidence, papers={part.pk: []}, by=clerk_of(renewal), now=REVIEWED_AT)
    with pytest.raises(NotTaken):
        take_out(evidence=evidence, part_id=part.pk, by=clerk_of(renewal), now=REVIEWED_AT)


def test_what_is_only_kept_is_stored_without_papers_and_its_method_counts_for_nothing() -> None:
    renewal = RenewalFactory(establishment__sme=True, establishment__in_group=True)
    saved(renewal, sme=True, sme_method=SmeMethod.CAPITAL, sme_remark="変更なし")
    submission = submitted(renewal)
    assert (submission.sme, submission.sme_method, submission.sme_evidence, submission.sme_remark) == (
        True,
        "",
        None,
        "",
    )
    assert (submission.group, submission.amount) == (None, 63_000)


def test_papers_of_a_discount_that_is_not_wanted_are_left_out() -> None:
    renewal = RenewalFactory(establishment__sme=True, establishment__in_group=True)
    group = renewal.establishment.applied_discounts.get().group
    saved(renewal, sme=False, in_group=True, group=group.pk, certificate_valid_until=OLD)
    evidence = hand_in_papers(renewal, Paper.REGISTRY)
    submission = submitted(renewal)
    assert (submission.sme, submission.sme_evidence, submission.group, submission.amount) == (
        False,
        None,
        group,
        80_000,
    )
    assert submission.certificate_valid_until is None
    evidence.refresh_from_db()
    assert evidence.sealed_at is None


def test_a_newer_certificate_alone_is_a_change() -> None:
    """The manual's third case: upload alone; the fee stays as it is."""
    renewal = RenewalFactory(establishment__in_group=True)
    group = renewal.establishment.applied_discounts.get().group
    saved(renewal, in_group=True, group=group.pk, certificate_valid_until=NEW)
    evidence = hand_in_papers(renewal, Paper.CERTIFICATE, discount=Discount.GROUP)
    submission = submitted(renewal)
    assert (submission.group, submission.group_evidence, submission.certificate_valid_until) == (
        group,
        evidence,
        NEW,
    )
    assert submission.amount == found(renewal).amount_before == 80_000


def test_a_group_that_is_not_wanted_any_more_is_not_stored() -> None:
    renewal = RenewalFactory(establishment__in_group=True)
    saved(renewal, in_group=False, group=IndustryGroupFactory().pk, certificate_valid_until=NEW)
    submission = submitted(renewal)
    assert (submission.group, submission.certificate_valid_until, submission.amount) == (None, None, 83_000)


@pytest.mark.parametrize("proof", ["none", "dues"])
def test_of_a_group_without_certificates_no_day_is_stored(proof: str) -> None:
    """The form began with the day of this year's certificate; another group has none."""
    renewal = RenewalFactory(establishment__in_group=True)
    other = IndustryGroupFactory(proof=proof)
    saved(renewal, in_group=True, group=other.pk, certificate_valid_until=OLD)
    if proof == "dues":
        hand_in_papers(renewal, Paper.DUES, discount=Discount.GROUP)
    submission = submitted(renewal)
    assert (submission.group, submission.certificate_valid_until) == (other, None)
    assert found(renewal).next_year.certificate_valid_until is None


def test_evidence_without_a_file_left_is_not_submitted() -> None:
    """All files were taken out again: nothing of it can be sealed, and nothing is stored."""
    renewal = RenewalFactory()
    saved(renewal, in_group=True, group=IndustryGroupFactory(proof="none").pk)
    empty = EvidenceFactory(establishment=renewal.establishment, discount=Discount.GROUP, files=[])
    keep_evidence(
        renewal_id=renewal.pk,
        discount=Discount.GROUP,
        evidence=empty,
        by=clerk_of(renewal),
        now=HANDED_IN_AT,
    )
    submission = submitted(renewal)
    assert (submission.group_evidence, submission.amount) == (None, 80_000)


def test_a_change_on_the_members_behalf_says_what_the_draft_says() -> None:
    renewal = RenewalFactory(changed_draft=True)
    submission = answer_on_behalf(
        renewal_id=renewal.pk,
        answer=changed(),
        channel=Channel.PHONE,
        note="10時に電話",
        by=staff(),
        now=AFTER_THE_LAST_DAY,
    )
    assert (submission.sme, submission.channel, submission.amount) == (True, Channel.PHONE, 63_000)
    assert evidence_again(submission.sme_evidence).sealed_at == AFTER_THE_LAST_DAY


# --- what stops ---------------------------------------------------------------------------------------


def refused(renewal: Renewal) -> Incomplete:
    before = Renewal.objects.get(pk=renewal.pk)
    with pytest.raises(Incomplete) as refusal:
        submitted(renewal)
    after = Renewal.objects.get(pk=renewal.pk)
    assert (after.status, after.version, after.receipt_number) == (
        before.status,
        before.version,
        before.receipt_number,
    )
    assert not Evidence.objects.filter(sealed_at__isnull=False).exists()
    return refusal.value


def test_everything_that_is_missing_is_told_at_once_beside_its_field() -> None:
    renewal = RenewalFactory()
    saved(renewal, sme=True, sme_method=SmeMethod.HEADCOUNT, in_group=True)
    hand_in_papers(renewal, Paper.FORM5)
    incomplete = refused(renewal)
    assert codes(incomplete.findings) == [("sme_papers", "missing_paper"), ("group", "no_group")]
    assert "まだ足りないもの" in str(incomplete)


def test_form5_alone_stops() -> None:
    renewal = RenewalFactory()
    saved(renewal, sme=True, sme_method=SmeMethod.HEADCOUNT)
    hand_in_papers(renewal, Paper.FORM5)
    [finding] = refused(renewal).findings
    assert "だけでは足りません" in finding.text


def test_a_sole_proprietor_has_no_capital_to_prove() -> None:
    renewal = RenewalFactory(establishment__sole_proprietor=True)
    saved(renewal, sme=True, sme_method=SmeMethod.CAPITAL)
    hand_in_papers(renewal, Paper.STATEMENT)
    assert codes(refused(renewal).findings) == [("sme_method", "method_not_open")]


@pytest.mark.parametrize("this_year", [False, True], ids=["new claim", "kept"])
def test_a_file_of_which_nobody_says_what_it_is_stops(this_year: bool) -> None:
    renewal = RenewalFactory(establishment__sme=this_year)
    saved(renewal, sme=True, sme_method=SmeMethod.CAPITAL)
    unnamed(renewal, Discount.SME)
    found_codes = codes(refused(renewal).findings)
    assert ("sme_papers", "unnamed_file") in found_codes
    assert len(set(found_codes)) == len(found_codes)


def test_one_file_without_a_name_stops_also_beside_one_with_a_name() -> None:
    renewal = RenewalFactory()
    saved(renewal, sme=True, sme_method=SmeMethod.CAPITAL)
    unnamed(renewal, Discount.SME, files=[["登記"], ["別の書類"]], papers=[(Paper.REGISTRY,)])
    assert codes(refused(renewal).findings) == [("sme_papers", "unnamed_file")]


def test_an_unnamed_certificate_of_a_group_that_is_kept_stops() -> None:
    renewal = RenewalFactory(establishment__in_group=True)
    group = renewal.establishment.applied_discounts.get().group
    saved(renewal, in_group=True, group=group.pk, certificate_valid_until=OLD)
    unnamed(renewal, Discount.GROUP)
    assert codes(refused(renewal).findings) == [("group_papers", "unnamed_file")]


def test_an_unnamed_file_stops_nobody_who_does_not_want_the_discount_or_need_not_prove_it() -> None:
    renewal = RenewalFactory(establishment__sme=True)
    saved(renewal, sme=False, in_group=True, group=IndustryGroupFactory(proof="none").pk)
    unnamed(renewal, Discount.SME)
    unnamed(renewal, Discount.GROUP)
    assert submitted(renewal).version == 1


def unnamed(renewal: Renewal, discount: Discount, **given: object) -> Evidence:
    evidence = EvidenceFactory(establishment=renewal.establishment, discount=discount, **given)
    keep_evidence(
        renewal_id=renewal.pk, discount=discount, evidence=evidence, by=clerk_of(renewal), now=HANDED_IN_AT
    )
    return evidence


@pytest.mark.parametrize("traits", [{}, {"establishment__sme": True, "establishment__in_group": True}])
def test_nothing_changed_is_noticed(traits: dict[str, bool]) -> None:
    renewal = RenewalFactory(**traits)
    draft = draft_of(renewal)
    saved(
        renewal,
        sme=draft.sme,
        in_group=draft.in_group,
        group=draft.group_id,
        certificate_valid_until=draft.certificate_valid_until,
    )
    assert found(renewal).nothing_changed
    with pytest.raises(NothingChanged, match="割引の変更なし"):
        submitted(renewal)
    assert submit(
        renewal_id=renewal.pk, answer=unchanged(), by=clerk_of(renewal), now=SUBMITTED_AT
    ).amount == (60_000 if traits else 83_000)


def test_without_a_draft_there_is_no_change_to_submit() -> None:
    with pytest.raises(NotAllowed, match="入力されていません"):
        submitted(RenewalFactory())


def test_what_was_typed_since_the_page_was_shown_is_not_submitted_unseen() -> None:
    renewal = RenewalFactory(changed_draft=True)
    seen = draft_of(renewal).stamp
    save_draft(
        renewal_id=renewal.pk,
        filled=filled(sme=True, sme_method=SmeMethod.CAPITAL, sme_remark="追記"),
        by=clerk_of(renewal),
        now=SUBMITTED_AT,
    )
    with pytest.raises(Stale, match="入力内容が変わりました"):
        submitted(renewal, seen=seen)
    assert submitted(renewal, seen=draft_of(renewal).stamp).sme_remark == "追記"


def test_a_draft_that_another_window_threw_away_is_not_submitted() -> None:
    renewal = RenewalFactory(changed_draft=True)
    seen = draft_of(renewal).stamp
    DraftDeclaration.objects.all().delete()
    with pytest.raises(Stale):
        submitted(renewal, seen=seen)


def test_after_the_last_day_a_draft_is_not_submitted() -> None:
    with pytest.raises(Closed):
        submitted(RenewalFactory(changed_draft=True), now=AFTER_THE_LAST_DAY)


# --- mended -------------------------------------------------------------------------------------------


def test_what_was_returned_is_submitted_as_the_next_version_under_the_same_number() -> None:
    renewal = RenewalFactory(changed_returned=True)
    number = renewal.receipt_number
    evidence = hand_in_papers(renewal, Paper.STATEMENT, now=AFTER_THE_LAST_DAY)
    again = submitted(renewal, now=AFTER_THE_LAST_DAY)
    renewal.refresh_from_db()
    assert (again.version, again.sme_evidence, renewal.status) == (2, evidence, Status.SUBMITTED)
    assert renewal.receipt_number == number
    first = renewal.submissions.get(version=1).sme_evidence
    assert (first.sealed_at, evidence_again(evidence).sealed_at) == (SUBMITTED_AT, AFTER_THE_LAST_DAY)
    assert AuditEvent.objects.filter(verb="renewal.submit").count() == 2


def evidence_again(evidence: Evidence) -> Evidence:
    return Evidence.objects.get(pk=evidence.pk)


def test_the_same_papers_may_be_submitted_again() -> None:
    renewal = RenewalFactory(mended=True)
    first, second = renewal.submissions.all()
    assert first.sme_evidence == second.sme_evidence
    assert second.sme_evidence.sealed_at == SUBMITTED_AT
    assert (renewal.review_started_at, renewal.reviewer, renewal.leased_until) == (None, None, None)


@pytest.mark.parametrize(
    ("answer", "amount"), [(unchanged, 83_000), (withdrawal, None)], ids=["unchanged", "withdrawn"]
)
def test_what_was_returned_may_be_answered_otherwise(answer: object, amount: int | None) -> None:
    renewal = RenewalFactory(changed_returned=True)
    again = submit(renewal_id=renewal.pk, answer=answer(), by=clerk_of(renewal), now=AFTER_THE_LAST_DAY)
    assert (again.version, again.amount, again.sme, again.sme_evidence) == (2, amount, False, None)
    assert Renewal.objects.get().status == Status.SUBMITTED


def test_a_press_from_before_the_return_submits_nothing_new() -> None:
    renewal, answer = RenewalFactory(changed_draft=True), changed()
    first = submit(renewal_id=renewal.pk, answer=answer, by=clerk_of(renewal), now=SUBMITTED_AT)
    return_for_correction(renewal_id=renewal.pk, version=1, items=[told()], by=staff(), now=DECIDED_AT)
    assert submit(renewal_id=renewal.pk, answer=answer, by=clerk_of(renewal), now=MENDED_AT) == first
    assert Renewal.objects.get().status == Status.RETURNED
