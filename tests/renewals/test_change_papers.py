"""The papers of a draft, where the pages do not show what becomes of them."""

from datetime import date, timedelta

import pytest

from audit.models import AuditEvent
from discounts.kinds import Discount
from discounts.not_taken import NotTaken
from discounts.papers import Paper, SmeMethod
from discounts.requirements import ProofOfBelonging
from renewals.change_papers import (
    add_file,
    checklist_of,
    expiry_read,
    move_file_up,
    remove_file,
    replace_file,
    say_what_is_in,
)
from renewals.drafting import draft_of, keep_evidence, save_draft
from renewals.models import DraftDeclaration, Renewal
from renewals.refusals import Closed, Stale
from tests import papers
from tests.factories import (
    SUBMITTED_AT,
    EvidenceFactory,
    IndustryGroupFactory,
    RenewalFactory,
    clerk_of,
    filled,
)
from tests.pdfs import pdf_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def renewal() -> Renewal:
    return RenewalFactory()


def who(renewal: Renewal) -> dict:
    return {"by": clerk_of(renewal), "now": SUBMITTED_AT}


def adds(renewal: Renewal, name: str, text: str, discount: Discount = Discount.SME) -> DraftDeclaration:
    draft = draft_of(renewal)
    return add_file(renewal, draft, discount, name=name, content=pdf_of(text), **who(renewal))


def names(draft: DraftDeclaration) -> list[str]:
    return [part.file.name for part in draft.sme_evidence.parts.select_related("file")]


@pytest.mark.parametrize(
    ("method", "offered"),
    [
        ("", [Paper.REGISTRY, Paper.STATEMENT, Paper.FORM5, Paper.LABOUR, Paper.INCOME_TAX]),
        (SmeMethod.CAPITAL, [Paper.REGISTRY, Paper.STATEMENT]),
        (SmeMethod.HEADCOUNT, [Paper.FORM5, Paper.LABOUR, Paper.INCOME_TAX]),
    ],
)
def test_which_papers_a_claim_by_a_method_takes(method, offered):
    assert list(checklist_of(DraftDeclaration(sme_method=method), Discount.SME).papers) == offered


@pytest.mark.parametrize(
    ("proof", "offered"),
    [
        (ProofOfBelonging.CERTIFICATE, [Paper.CERTIFICATE]),
        (ProofOfBelonging.DUES, [Paper.DUES]),
        (ProofOfBelonging.NONE, [Paper.CERTIFICATE, Paper.DUES]),
    ],
)
def test_which_papers_a_claim_on_a_group_takes(proof, offered):
    draft = DraftDeclaration(group=IndustryGroupFactory(proof=proof))
    assert list(checklist_of(draft, Discount.GROUP).papers) == offered


def test_each_change_of_the_files_is_on_record(renewal):
    adds(renewal, "1.pdf", papers.FORM5)
    draft = adds(renewal, "2.pdf", papers.LABOUR)
    draft = move_file_up(renewal, draft, Discount.SME, 2, **who(renewal))
    assert names(draft) == ["2.pdf", "1.pdf"]
    draft = say_what_is_in(renewal, draft, Discount.SME, [[Paper.INCOME_TAX], [Paper.FORM5]], **who(renewal))
    draft = remove_file(renewal, draft, Discount.SME, 2, **who(renewal))
    assert names(draft) == ["2.pdf"]
    verbs = AuditEvent.objects.filter(verb__startswith="evidence.").order_by("sequence")
    assert [event.verb for event in verbs] == [
        "evidence.hand_in",
        "evidence.hand_in",
        "evidence.move_up",
        "evidence.name_papers",
        "evidence.take_out",
    ]


def test_saying_what_is_said_already_writes_nothing(renewal):
    draft = adds(renewal, "1.pdf", papers.FORM5)
    stamp, events = draft.stamp, AuditEvent.objects.count()
    draft = say_what_is_in(renewal, draft, Discount.SME, [[Paper.FORM5]], **who(renewal))
    assert (draft.stamp, AuditEvent.objects.count()) == (stamp, events)


def test_what_was_submitted_stays_as_it_was(renewal):
    sealed = EvidenceFactory(establishment=renewal.establishment, sealed_at=SUBMITTED_AT)
    draft = keep_evidence(renewal_id=renewal.pk, discount=Discount.SME, evidence=sealed, **who(renewal))
    before = [part.file_id for part in sealed.parts.all()]
    draft = replace_file(
        renewal, draft, Discount.SME, 1, name="新.pdf", content=pdf_of(papers.STATEMENT), **who(renewal)
    )
    assert draft.sme_evidence != sealed
    assert "新.pdf" in names(draft)
    assert [part.file_id for part in sealed.parts.all()] == before


def test_a_replacement_that_is_not_taken_changes_nothing(renewal):
    draft = adds(renewal, "1.pdf", papers.FORM5)
    with pytest.raises(NotTaken):
        replace_file(renewal, draft, Discount.SME, 1, name="2.pdf", content=b"no pdf", **who(renewal))
    assert names(draft_of(renewal)) == ["1.pdf"]


def test_there_is_no_file_to_change_without_evidence(renewal):
    with pytest.raises(LookupError):
        remove_file(renewal, draft_of(renewal), Discount.SME, 1, **who(renewal))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (papers.certificate("令和10年3月31日"), date(2028, 3, 31)),
        (papers.DUES, None),
        ("会員証\n株式会社青葉精機 殿\n", None),
    ],
)
def test_the_day_that_stands_on_a_certificate(renewal, text, day):
    draft = adds(renewal, "1.pdf", text, Discount.GROUP)
    assert expiry_read(draft.group_evidence) == day
    assert draft.certificate_valid_until == day


def test_a_file_that_comes_too_late_is_not_kept(renewal):
    draft, late = draft_of(renewal), SUBMITTED_AT + timedelta(days=60)
    with pytest.raises(Closed):
        add_file(
            renewal, draft, Discount.SME,
            name="1.pdf", content=pdf_of(papers.FORM5), by=clerk_of(renewal), now=late,
        )  # fmt: skip
    assert draft_of(renewal).sme_evidence is None


# --- the stamp ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seen", "is_saved"), [(None, True), ("now", True), ("", False), ("other", False)])
def test_a_draft_is_saved_from_the_page_that_showed_it_alone(renewal, seen, is_saved):
    stamp = save_draft(renewal_id=renewal.pk, filled=filled(), **who(renewal)).stamp
    later = {"by": clerk_of(renewal), "now": SUBMITTED_AT + timedelta(seconds=1)}
    given = {"seen": stamp if seen == "now" else seen}
    try:
        save_draft(renewal_id=renewal.pk, filled=filled(sme=True), **given, **later)
    except Stale:
        assert not is_saved
    assert draft_of(renewal).sme is is_saved
