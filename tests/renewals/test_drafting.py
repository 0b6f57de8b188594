"""The draft of a change: it survives, commits to nothing, and never says what another window did not show."""

from datetime import date, datetime, timedelta

import pytest

from audit.models import AuditEvent
from discounts.kinds import Discount
from discounts.papers import Paper, SmeMethod
from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from renewals.deciding import return_for_correction
from renewals.drafting import discard_draft, draft_of, keep_evidence, revert_to_this_year, save_draft
from renewals.lifecycle import reopen, submit, take_back
from renewals.models import DraftDeclaration, Renewal
from renewals.refusals import Closed, NotAllowed, Stale
from renewals.status import Status
from tests.factories import (
    DECIDED_AT,
    HANDED_IN_AT,
    MENDED_AT,
    REOPENED_AT,
    REOPENED_UNTIL,
    REVIEWED_AT,
    SUBMITTED_AT,
    TAKEN_BACK_AT,
    CampaignFactory,
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
)

pytestmark = pytest.mark.django_db

AFTER_THE_LAST_DAY = at(date(2027, 2, 11), 0)
LAST_MOMENT = AFTER_THE_LAST_DAY - timedelta(seconds=1)
OLD, NEW = date(2027, 3, 31), date(2028, 3, 31)


def saved(renewal: Renewal, *, now: datetime = HANDED_IN_AT, **given: object) -> DraftDeclaration:
    return save_draft(renewal_id=renewal.pk, filled=filled(**given), by=clerk_of(renewal), now=now)


def status_of(renewal: Renewal) -> Status:
    return Status(Renewal.objects.get(pk=renewal.pk).status)


# --- beginning ----------------------------------------------------------------------------------------


def test_the_form_begins_with_this_years_discounts_and_nothing_is_saved_by_looking() -> None:
    renewal = RenewalFactory(establishment__sme=True, establishment__in_group=True)
    draft = draft_of(renewal)
    group = renewal.establishment.applied_discounts.get().group
    assert (draft.sme, draft.in_group, draft.group, draft.certificate_valid_until) == (True, True, group, OLD)
    assert (draft.sme_method, draft.sme_evidence, draft.group_evidence) == ("", None, None)
    assert draft.stamp == ""
    assert not DraftDeclaration.objects.exists()
    assert status_of(renewal) == Status.NOT_STARTED


def test_a_member_without_discounts_begins_with_an_empty_form() -> None:
    draft = draft_of(RenewalFactory(establishment__applied=False))
    assert (draft.sme, draft.in_group, draft.group_id, draft.certificate_valid_until) == (
        False,
        False,
        None,
        None,
    )


def test_saving_begins_the_draft_once_and_mails_nobody() -> None:
    renewal = RenewalFactory()
    mails = OutboxMessage.objects.count()
    saved(renewal, sme=True, sme_method=SmeMethod.CAPITAL)
    assert status_of(renewal) == Status.DRAFT
    draft = saved(renewal, sme=True, sme_remark="本店移転前の証明書です", now=SUBMITTED_AT)
    assert (draft.sme, draft.sme_method, draft.sme_remark) == (True, "", "本店移転前の証明書です")
    assert (draft.updated_at, draft.updated_by) == (SUBMITTED_AT, clerk_of(renewal))
    entry = AuditEvent.objects.get(verb="renewal.begin_draft")
    assert (entry.actor, entry.details) == (f"user:{clerk_of(renewal).pk}", {})
    assert OutboxMessage.objects.count() == mails


def test_a_draft_is_not_an_answer() -> None:
    renewal = RenewalFactory(changed_draft=True)
    assert not renewal.has_answered
    assert (renewal.intent, renewal.version, renewal.receipt_number) == ("", 0, None)
    assert renewal.is_unanswered(renewal.campaign, AFTER_THE_LAST_DAY.date())


def test_what_was_typed_stays_when_evidence_is_kept_and_the_other_way_round() -> None:
    renewal = RenewalFactory()
    saved(renewal, sme=True, sme_method=SmeMethod.HEADCOUNT, sme_remark="補足")
    evidence = hand_in_papers(renewal, Paper.FORM5, Paper.LABOUR)
    draft = draft_of(renewal)
    assert (draft.sme_method, draft.sme_remark, draft.sme_evidence) == (SmeMethod.HEADCOUNT, "補足", evidence)
    assert saved(renewal, sme=True, now=SUBMITTED_AT).sme_evidence == evidence


def test_evidence_alone_begins_a_draft_on_top_of_this_year() -> None:
    renewal = RenewalFactory(establishment__sme=True, establishment__in_group=True)
    evidence = EvidenceFactory(establishment=renewal.establishment, discount=Discount.GROUP)
    keep_evidence(
        renewal_id=renewal.pk,
        discount=Discount.GROUP,
        evidence=evidence,
        certificate_valid_until=NEW,
        by=clerk_of(renewal),
        now=HANDED_IN_AT,
    )
    draft = draft_of(renewal)
    assert status_of(renewal) == Status.DRAFT
    assert (draft.sme, draft.in_group, draft.group_evidence) == (True, True, evidence)
    assert draft.certificate_valid_until == NEW


def test_a_day_that_the_member_entered_stays_where_none_was_read() -> None:
    renewal = RenewalFactory(establishment__in_group=True)
    saved(renewal, in_group=True, certificate_valid_until=NEW)
    hand_in_papers(renewal, Paper.CERTIFICATE, discount=Discount.GROUP)
    assert draft_of(renewal).certificate_valid_until == NEW


# --- when -----------------------------------------------------------------------------------------------


def test_a_draft_is_written_until_the_last_second_of_the_last_day() -> None:
    renewal = RenewalFactory()
    saved(renewal, now=LAST_MOMENT)
    with pytest.raises(Closed, match="相談窓口"):
        saved(renewal, now=AFTER_THE_LAST_DAY)


def test_before_the_opening_nothing_is_written() -> None:
    renewal = Renewal.objects.create(
        campaign=CampaignFactory(), establishment=RenewalFactory(campaign__fiscal_year=2028).establishment
    )
    with pytest.raises(Closed, match="まだ始まっていません"):
        saved(renewal)


@pytest.mark.parametrize("trait", ["submitted", "changed_submitted", "changed_in_review", "approved"])
def test_what_was_submitted_is_not_typed_over(trait: str) -> None:
    renewal = RenewalFactory(**{trait: True})
    for write in (
        lambda: saved(renewal, now=MENDED_AT),
        lambda: hand_in_papers(renewal, Paper.REGISTRY, now=MENDED_AT),
        lambda: revert_to_this_year(
            renewal_id=renewal.pk, discount=Discount.SME, by=clerk_of(renewal), now=MENDED_AT
        ),
    ):
        with pytest.raises(NotAllowed, match=renewal.get_status_display()):
            write()


def test_what_was_returned_is_mended_also_after_the_last_day() -> None:
    renewal = RenewalFactory(changed_returned=True)
    saved(renewal, sme=True, sme_method=SmeMethod.HEADCOUNT, now=AFTER_THE_LAST_DAY)
    assert status_of(renewal) == Status.RETURNED
    assert draft_of(renewal).sme_method == SmeMethod.HEADCOUNT
    assert not AuditEvent.objects.filter(verb="renewal.begin_draft", at__gte=AFTER_THE_LAST_DAY).exists()


def test_whoever_was_given_longer_may_type_for_longer() -> None:
    renewal = RenewalFactory(reopened=True)
    saved(renewal, now=at(REOPENED_UNTIL, 23))
    with pytest.raises(Closed):
        saved(renewal, now=at(REOPENED_UNTIL + timedelta(days=1), 0))


# --- two windows ----------------------------------------------------------------------------------------


def test_what_another_window_saved_is_not_overwritten_unseen() -> None:
    renewal = RenewalFactory()
    mine = saved(renewal, sme=True)
    hand_in_papers(renewal, Paper.REGISTRY, now=SUBMITTED_AT)
    late = {"renewal_id": renewal.pk, "filled": filled(), "by": clerk_of(renewal), "now": TAKEN_BACK_AT}
    with pytest.raises(Stale, match="別の画面"):
        save_draft(**late, seen=mine.stamp)
    assert draft_of(renewal).sme
    save_draft(**late, seen=draft_of(renewal).stamp)
    assert not draft_of(renewal).sme


def test_the_first_save_begins_with_the_empty_stamp() -> None:
    renewal = RenewalFactory()
    first = {"renewal_id": renewal.pk, "by": clerk_of(renewal), "seen": draft_of(renewal).stamp}
    save_draft(**first, filled=filled(sme=True), now=HANDED_IN_AT)
    with pytest.raises(Stale):
        save_draft(**first, filled=filled(), now=SUBMITTED_AT)


# --- starting over --------------------------------------------------------------------------------------


def test_starting_over_leaves_no_trace_but_the_trail() -> None:
    renewal = RenewalFactory(changed_draft=True)
    discard_draft(renewal_id=renewal.pk, by=clerk_of(renewal), now=SUBMITTED_AT)
    assert status_of(renewal) == Status.NOT_STARTED
    assert not DraftDeclaration.objects.exists()
    assert AuditEvent.objects.filter(verb="renewal.discard_draft").count() == 1
    assert draft_of(renewal).sme is False


@pytest.mark.parametrize("trait", ["changed_submitted", "changed_returned", "approved", None])
def test_only_a_draft_is_discarded(trait: str | None) -> None:
    renewal = RenewalFactory(**({trait: True} if trait else {}))
    drafts = DraftDeclaration.objects.count()
    with pytest.raises(NotAllowed):
        discard_draft(renewal_id=renewal.pk, by=clerk_of(renewal), now=MENDED_AT)
    assert DraftDeclaration.objects.count() == drafts


@pytest.mark.parametrize("discount", Discount)
def test_one_discount_goes_back_to_this_year_and_the_other_stays_as_typed(discount: Discount) -> None:
    renewal = RenewalFactory(establishment__sme=True, establishment__in_group=True)
    this_year = renewal.establishment.applied_discounts.get()
    other = IndustryGroupFactory()
    saved(renewal, sme=False, sme_remark="外れます", in_group=True, group=other.pk, group_remark="移りました")
    hand_in_papers(renewal, Paper.REGISTRY)
    hand_in_papers(renewal, Paper.CERTIFICATE, discount=Discount.GROUP)
    revert_to_this_year(renewal_id=renewal.pk, discount=discount, by=clerk_of(renewal), now=SUBMITTED_AT)
    draft = draft_of(renewal)
    sme = (draft.sme, draft.sme_remark, draft.sme_evidence is None)
    group = (draft.group, draft.group_remark, draft.group_evidence is None, draft.certificate_valid_until)
    assert sme == ((True, "", True) if discount == Discount.SME else (False, "外れます", False))
    assert group == (
        (this_year.group, "", True, OLD) if discount == Discount.GROUP else (other, "移りました", False, None)
    )


# --- what was submitted, taken back, reopened, returned -------------------------------------------------


def test_the_draft_is_there_again_after_taking_back() -> None:
    renewal = RenewalFactory(changed_submitted=True)
    evidence = renewal.submissions.get().sme_evidence
    take_back(renewal_id=renewal.pk, by=clerk_of(renewal), now=TAKEN_BACK_AT)
    draft = draft_of(renewal)
    assert (draft.sme, draft.sme_method, draft.sme_evidence) == (True, SmeMethod.CAPITAL, evidence)
    assert status_of(renewal) == Status.NOT_STARTED
    again = submit(renewal_id=renewal.pk, answer=changed(), by=clerk_of(renewal), now=REVIEWED_AT)
    assert (again.version, again.sme_evidence) == (2, evidence)


def test_the_draft_is_there_again_after_reopening() -> None:
    renewal = RenewalFactory(changed_approved=True)
    reopen(renewal_id=renewal.pk, until=REOPENED_UNTIL, reason="電話", by=staff(), now=REOPENED_AT)
    assert draft_of(renewal).sme
    saved(renewal, sme=False, now=at(REOPENED_UNTIL, 9))
    assert status_of(renewal) == Status.DRAFT


def test_reopening_a_draft_leaves_it_a_draft() -> None:
    renewal = RenewalFactory(changed_draft=True)
    reopen(renewal_id=renewal.pk, until=REOPENED_UNTIL, reason="電話", by=staff(), now=AFTER_THE_LAST_DAY)
    assert status_of(renewal) == Status.DRAFT
    assert draft_of(renewal).sme
    submission = submit(
        renewal_id=renewal.pk, answer=changed(), by=clerk_of(renewal), now=at(REOPENED_UNTIL, 23)
    )
    assert submission.version == 1


def test_a_return_puts_what_was_submitted_into_the_draft() -> None:
    renewal = RenewalFactory(changed_returned=True)
    draft, submission = draft_of(renewal), renewal.submissions.get()
    assert (draft.sme, draft.sme_method, draft.sme_evidence) == (
        True,
        SmeMethod.CAPITAL,
        submission.sme_evidence,
    )
    assert (draft.updated_at, draft.updated_by) == (DECIDED_AT, staff())


def test_a_return_of_an_unchanged_answer_begins_with_this_year() -> None:
    renewal = RenewalFactory(establishment__sme=True, steps=("claim_sme", "submit", "return"))
    draft = draft_of(renewal)
    assert (draft.sme, draft.sme_method, draft.sme_evidence) == (True, "", None)


def test_of_another_group_the_draft_has_no_certificate_of_the_old_one() -> None:
    """A member moves to a group that asks for proof of dues; the old group's day is not the new one's."""
    renewal = RenewalFactory(establishment__in_group=True)
    dues = IndustryGroupFactory(proof="dues")
    saved(renewal, in_group=True, group=dues.pk)
    hand_in_papers(renewal, Paper.DUES, discount=Discount.GROUP)
    submit(renewal_id=renewal.pk, answer=changed(), by=clerk_of(renewal), now=SUBMITTED_AT)
    returned(renewal)
    draft = draft_of(renewal)
    assert (draft.group, draft.certificate_valid_until) == (dues, None)


def returned(renewal: Renewal) -> None:
    version = Renewal.objects.get(pk=renewal.pk).version
    return_for_correction(renewal_id=renewal.pk, version=version, items=[told()], by=staff(), now=DECIDED_AT)


def test_an_unchanged_answer_leaves_the_draft_for_later() -> None:
    renewal = RenewalFactory(changed_draft=True)
    submit(renewal_id=renewal.pk, answer=unchanged(), by=clerk_of(renewal), now=SUBMITTED_AT)
    submission = renewal.submissions.get()
    assert (submission.sme, submission.sme_evidence, submission.amount) == (False, None, 83_000)
    assert draft_of(renewal).sme
