"""Papers are handed in, taken out, ordered and named; what was submitted stays as it is."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.test import RequestFactory, override_settings

from audit.models import AuditEvent
from discounts import handing_in
from discounts.handing_in import (
    content_of_upload,
    for_editing,
    hand_in,
    move_up,
    name_papers,
    seal,
    take_out,
)
from discounts.kinds import Discount
from discounts.models import Evidence, EvidenceFile
from discounts.not_taken import KeepingRefusal, NotTaken
from discounts.papers import Paper, SmeMethod
from discounts.requirements import checklist_for
from discounts.stored_files import content_of, evidence_storage
from fiscal_calendar.tokyo import at
from tests.discounts.conftest import EICAR
from tests.factories import EstablishmentFactory, EvidenceFactory, EvidenceFileFactory, UserFactory
from tests.pdfs import FORM5, LABOUR, REGISTRY, pdf_of

pytestmark = pytest.mark.django_db
NOW = at(date(2027, 1, 20), 10)
LATER = NOW + timedelta(minutes=5)
HEADCOUNT = checklist_for(SmeMethod.HEADCOUNT)


def handed_in(
    content: bytes, *, evidence: Evidence | None = None, name: str = "書類.pdf", **given: Any
) -> Evidence:
    establishment = evidence.establishment if evidence else EstablishmentFactory()
    fields = {
        "establishment": establishment,
        "discount": Discount.SME,
        "checklist": HEADCOUNT,
        "by": UserFactory(),
        "now": NOW,
    }
    return hand_in(evidence=evidence, name=name, content=content, **fields | given)


def refused(act: Callable[[], object]) -> Any:
    """Why ``act`` was not taken; nothing changed."""
    before = (
        list(Evidence.objects.values()),
        list(EvidenceFile.objects.values()),
        AuditEvent.objects.count(),
    )
    with pytest.raises(NotTaken) as caught:
        act()
    assert (
        list(Evidence.objects.values()),
        list(EvidenceFile.objects.values()),
        AuditEvent.objects.count(),
    ) == before
    assert caught.value.text == str(caught.value.refusal.label) == str(caught.value)
    return caught.value.refusal


def merged_texts(evidence: Evidence) -> list[str]:
    """What stands first on each page of the merged PDF, by the content streams that went in."""
    with pikepdf.open(BytesIO(content_of(evidence.merged))) as pdf:
        return [_first_line(page.Contents.read_bytes()) for page in pdf.pages]


def _first_line(stream: bytes) -> str:
    return bytes.fromhex(stream.partition(b"<")[2].partition(b">")[0].decode()).decode("utf-16-be")


def files_of(evidence: Evidence) -> list[str]:
    return [part.file.name for part in evidence.parts.select_related("file")]


# --- handing in -----------------------------------------------------------------------------------------------


def test_the_first_file_makes_the_evidence() -> None:
    content, establishment, by = pdf_of(FORM5), EstablishmentFactory(), UserFactory()
    evidence = handed_in(content, establishment=establishment, by=by, name="../様式5.pdf")
    assert (evidence.establishment, evidence.discount, evidence.pages) == (establishment, "sme", 1)
    assert (evidence.updated_at, evidence.sealed_at) == (NOW, None)
    part = evidence.parts.get()
    assert (part.file.name, part.file.size, part.file.pages) == ("様式5.pdf", len(content), 1)
    assert (part.file.establishment, part.file.uploaded_by, part.file.uploaded_at) == (establishment, by, NOW)
    assert "従業員数証明書" in part.file.texts[0]


def test_the_original_is_kept_byte_for_byte_beside_the_copy_to_look_at() -> None:
    content = pdf_of(FORM5)
    file = handed_in(content).parts.get().file
    assert content_of(file.original) == content
    assert content_of(file.view).startswith(b"%PDF")
    assert file.original != file.view


def test_nothing_is_stored_under_the_members_name() -> None:
    file = handed_in(pdf_of(FORM5), name="株式会社青葉精機.pdf").parts.get().file
    assert file.original.startswith("original/")
    assert "青葉" not in file.original + file.view


def test_several_files_are_merged_in_their_order() -> None:
    evidence = handed_in(pdf_of(FORM5))
    evidence = handed_in(pdf_of(LABOUR, "2ページ目"), evidence=evidence, now=LATER)
    assert (evidence.pages, evidence.updated_at) == (3, LATER)
    assert [text[:3] for text in merged_texts(evidence)] == ["様式5", "労働保", "2ペー"]


@pytest.mark.parametrize(
    ("pages", "papers"),
    [
        ([FORM5], [Paper.FORM5]),
        ([LABOUR], [Paper.LABOUR]),
        ([LABOUR, FORM5], [Paper.FORM5, Paper.LABOUR]),
        ([REGISTRY], []),  # no paper of this checklist
        (["メモ"], []),
    ],
)
def test_what_the_reader_recognises_is_preset(pages: list[str], papers: list[Paper]) -> None:
    part = handed_in(pdf_of(*pages)).parts.get()
    assert list(part.papers_named) == papers


def test_handing_in_leaves_a_trace_without_names() -> None:
    evidence = handed_in(pdf_of(FORM5), name="青葉精機.pdf")
    entry = AuditEvent.objects.latest("sequence")
    file = evidence.parts.get().file
    assert (entry.verb, entry.subject) == ("evidence.hand_in", f"evidence:{evidence.pk}")
    assert entry.member_number == evidence.establishment.member_number
    assert entry.details == {"file": str(file.key), "sha256": file.sha256, "pages": 1, "papers": ["form5"]}


def test_what_is_no_pdf_is_not_taken() -> None:
    refusal = refused(lambda: handed_in(b"MZ this is no PDF"))
    assert refusal not in KeepingRefusal


def test_the_very_same_file_is_told_and_not_doubled() -> None:
    evidence = handed_in(pdf_of(FORM5))
    again = refused(lambda: handed_in(pdf_of(FORM5), evidence=evidence, name="別名.pdf", by=UserFactory()))
    assert again == KeepingRefusal.SAME_FILE_AGAIN
    assert evidence.parts.count() == 1


@override_settings(EVIDENCE_MAX_TOTAL_PAGES=3)
def test_all_files_together_have_a_limit_of_pages() -> None:
    evidence = handed_in(pdf_of("1", "2"))
    evidence = handed_in(pdf_of("3"), evidence=evidence)
    together = refused(lambda: handed_in(pdf_of("4"), evidence=evidence, by=UserFactory()))
    assert together == KeepingRefusal.TOO_MANY_PAGES_TOGETHER


def test_all_files_together_have_a_limit_of_size() -> None:
    evidence = handed_in(pdf_of("1"))
    with override_settings(EVIDENCE_MAX_TOTAL_BYTES=len(content_of(evidence.merged)) + 100):
        together = refused(lambda: handed_in(pdf_of("2"), evidence=evidence, by=UserFactory()))
    assert together == KeepingRefusal.TOO_LARGE_TOGETHER


@override_settings(EVIDENCE_MAX_BYTES=100_000)
def test_an_oversize_upload_is_refused_with_a_text_and_not_read_whole() -> None:
    big = pdf_of(FORM5) + b"%" * 5_000_000
    upload = BytesIO(big)
    upload.name = "大きい.pdf"
    request = RequestFactory().post("/", {"file": upload})
    received = request.FILES["file"]
    assert isinstance(received, UploadedFile)
    content = content_of_upload(received)
    received.close()
    assert len(content) == 100_001
    assert refused(lambda: handed_in(content)) not in KeepingRefusal


def test_two_windows_at_the_same_moment_both_hand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one file is being merged another one comes: the first is merged again, and none is lost."""
    evidence = handed_in(pdf_of("1"))
    merge, others = handing_in.merge, [pdf_of("2")]

    def slow(parts: Any, **given: Any) -> bytes:
        if others:
            handed_in(others.pop(), evidence=evidence)
        return merge(parts, **given)

    monkeypatch.setattr(handing_in, "merge", slow)
    evidence = handed_in(pdf_of("3"), evidence=evidence)
    assert merged_texts(evidence) == ["1", "2", "3"]
    assert evidence.parts.count() == evidence.pages == 3


def test_who_is_always_overtaken_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    evidence, merge = EvidenceFactory(), handing_in.merge

    def overtaken(parts: Any, **given: Any) -> bytes:
        name = evidence_storage().save("merged/00/other.pdf", BytesIO(b"%PDF"))
        Evidence.objects.filter(pk=evidence.pk).update(merged=name)
        return merge(parts, **given)

    monkeypatch.setattr(handing_in, "merge", overtaken)
    with pytest.raises(NotTaken) as caught:
        handed_in(pdf_of("3"), evidence=evidence)
    assert caught.value.refusal == KeepingRefusal.CHANGED_MEANWHILE


def test_a_storage_without_paths_will_do(in_memory: InMemoryStorage) -> None:
    evidence = handed_in(pdf_of(FORM5))
    evidence = handed_in(pdf_of(LABOUR), evidence=evidence)
    assert in_memory.exists(evidence.merged)
    assert not Path(in_memory.path(evidence.merged)).exists()
    assert len(merged_texts(evidence)) == 2


# --- malware --------------------------------------------------------------------------------------------------


def test_a_scanner_lets_clean_files_pass(clamd: str) -> None:
    with override_settings(CLAMD_URL=clamd):
        assert handed_in(pdf_of(FORM5)).pages == 1


def test_malware_is_not_taken_before_anything_opens_it(clamd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(handing_in, "inspect")
    with override_settings(CLAMD_URL=clamd):
        found = refused(lambda: handed_in(pdf_of(FORM5) + EICAR))
    assert found == KeepingRefusal.MALWARE


def test_without_its_scanner_the_portal_takes_nothing(tmp_path: Any) -> None:
    with override_settings(CLAMD_URL=f"unix://{tmp_path}/nobody"):
        found = refused(lambda: handed_in(pdf_of(FORM5)))
    assert found == KeepingRefusal.SCANNER_UNREACHABLE


# --- taking out, moving, naming -------------------------------------------------------------------------------


def test_a_part_is_taken_out_and_the_rest_merged_again() -> None:
    evidence = EvidenceFactory(files=[["1"], ["2"], ["3"]])
    second = evidence.parts.all()[1]
    evidence = take_out(evidence=evidence, part_id=second.pk, by=UserFactory(), now=LATER)
    assert (merged_texts(evidence), evidence.pages, evidence.updated_at) == (["1", "3"], 2, LATER)
    entry = AuditEvent.objects.latest("sequence")
    assert (entry.verb, entry.details["file"]) == ("evidence.take_out", str(second.file.key))


def test_evidence_may_become_empty_and_begin_again() -> None:
    evidence = EvidenceFactory()
    evidence = take_out(evidence=evidence, part_id=evidence.parts.get().pk, by=UserFactory(), now=LATER)
    assert (evidence.merged, evidence.pages) == ("", 0)
    assert handed_in(pdf_of(FORM5), evidence=evidence).pages == 1


def test_taking_out_twice_or_anothers_part_changes_nothing() -> None:
    evidence, other = EvidenceFactory(files=[["1"], ["2"]]), EvidenceFactory()
    first = evidence.parts.all()[0].pk
    for part in (first, first, other.parts.get().pk, 0):
        evidence = take_out(evidence=evidence, part_id=part, by=UserFactory(), now=LATER)
    assert (evidence.parts.count(), other.parts.count()) == (1, 1)
    assert AuditEvent.objects.filter(verb="evidence.take_out").count() == 1


@pytest.mark.parametrize(
    ("moved", "order"), [(0, ["1", "2", "3"]), (1, ["2", "1", "3"]), (2, ["1", "3", "2"])]
)
def test_a_part_moves_up_by_one(moved: int, order: list[str]) -> None:
    evidence = EvidenceFactory(files=[["1"], ["2"], ["3"]])
    parts = list(evidence.parts.all())
    evidence = move_up(evidence=evidence, part_id=parts[moved].pk, by=UserFactory(), now=LATER)
    assert [part.file.texts for part in evidence.parts.all()] == [[text] for text in order]
    if moved:
        assert merged_texts(evidence) == order
        assert AuditEvent.objects.latest("sequence").verb == "evidence.move_up"


def test_moving_up_steps_over_a_gap() -> None:
    evidence = EvidenceFactory(files=[["1"], ["2"], ["3"]])
    first, second, third = evidence.parts.all()
    evidence = take_out(evidence=evidence, part_id=second.pk, by=UserFactory(), now=LATER)
    evidence = move_up(evidence=evidence, part_id=third.pk, by=UserFactory(), now=LATER)
    assert list(evidence.parts.all()) == [third, first]


def test_the_member_says_what_is_in_each_file() -> None:
    evidence, other = EvidenceFactory(files=[["1"], ["2"]]), EvidenceFactory()
    first, second = evidence.parts.all()
    named = {first.pk: {Paper.LABOUR, Paper.FORM5}, other.parts.get().pk: {Paper.FORM5}}
    for _ in range(2):
        name_papers(evidence=evidence, papers=named, by=UserFactory(), now=LATER)
    first.refresh_from_db()
    assert first.papers_named == (Paper.FORM5, Paper.LABOUR)
    assert second.papers_named == other.parts.get().papers_named == ()
    entry = AuditEvent.objects.get(verb="evidence.name_papers")  # saying the same again is no change
    assert entry.details == {"papers": {str(first.pk): ["form5", "labour"]}}


# --- submitted ------------------------------------------------------------------------------------------------


def test_sealing_again_changes_nothing() -> None:
    sealed = seal(evidence=EvidenceFactory(), now=NOW)
    assert sealed.sealed_at == NOW
    assert seal(evidence=sealed, now=LATER).sealed_at == NOW


def test_evidence_without_a_paper_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="no paper"):
        seal(evidence=EvidenceFactory(files=[]), now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        lambda evidence, part: handed_in(pdf_of("neu"), evidence=evidence, by=UserFactory()),
        lambda evidence, part: take_out(evidence=evidence, part_id=part, by=UserFactory(), now=LATER),
        lambda evidence, part: move_up(evidence=evidence, part_id=part, by=UserFactory(), now=LATER),
        lambda evidence, part: name_papers(
            evidence=evidence, papers={part: {Paper.DUES}}, by=UserFactory(), now=LATER
        ),
    ],
    ids=["hand in", "take out", "move up", "name"],
)
def test_what_was_submitted_stays(change: Callable[[Evidence, int], object]) -> None:
    evidence = EvidenceFactory(sealed=True, files=[["1"], ["2"]])
    last = evidence.parts.last().pk
    assert refused(lambda: change(evidence, last)) == KeepingRefusal.SEALED


def test_a_form_opened_before_the_submission_changes_nothing_after_it() -> None:
    seen = EvidenceFactory(files=[["1"], ["2"]])
    seal(evidence=seen, now=NOW)
    last = seen.parts.last().pk
    assert refused(lambda: take_out(evidence=seen, part_id=last, by=UserFactory(), now=LATER)) == (
        KeepingRefusal.SEALED
    )


def test_what_was_submitted_is_edited_as_a_copy() -> None:
    sealed = EvidenceFactory(sealed=True, files=[["1"], ["2"]], papers=((Paper.FORM5,), (Paper.LABOUR,)))
    copy = for_editing(evidence=sealed, by=UserFactory(), now=LATER)
    assert copy.pk != sealed.pk
    assert copy.sealed_at is None
    assert (copy.establishment, copy.discount, copy.pages) == (sealed.establishment, sealed.discount, 2)
    said = [
        list(each.parts.values_list("file", "position", "papers").order_by("position"))
        for each in (sealed, copy)
    ]
    assert said[0] == said[1]
    changed = take_out(evidence=copy, part_id=copy.parts.first().pk, by=UserFactory(), now=LATER)
    assert merged_texts(changed) == ["2"]
    assert merged_texts(sealed) == ["1", "2"]


def test_what_is_not_submitted_is_edited_itself() -> None:
    evidence = EvidenceFactory()
    assert for_editing(evidence=evidence, by=UserFactory(), now=LATER) is evidence


# --- what the database refuses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda evidence: Evidence.objects.filter(pk=evidence.pk).update(sealed_at=None),
        lambda evidence: Evidence.objects.filter(pk=evidence.pk).update(pages=9),
        lambda evidence: evidence.parts.update(papers=["dues"]),
        lambda evidence: evidence.parts.all().delete(),
        lambda evidence: evidence.delete(),
        lambda evidence: evidence.parts.create(
            file=EvidenceFileFactory(establishment=evidence.establishment), position=9
        ),
    ],
    ids=["unseal", "change", "rename", "take out", "delete", "add"],
)
def test_the_database_keeps_what_was_submitted(change: Callable[[Evidence], object]) -> None:
    evidence = EvidenceFactory(sealed=True)
    with pytest.raises(IntegrityError, match="sealed evidence"), transaction.atomic():
        change(evidence)
    assert Evidence.objects.get(pk=evidence.pk).parts.count() == 1


def test_a_file_is_proof_of_its_own_establishment_only() -> None:
    evidence = EvidenceFactory()
    with pytest.raises(IntegrityError, match="its own establishment"):
        evidence.parts.create(file=EvidenceFileFactory(), position=9)


def test_a_part_stays_with_its_file() -> None:
    evidence = EvidenceFactory()
    with pytest.raises(IntegrityError, match="a part stays"):
        evidence.parts.update(file=EvidenceFileFactory(establishment=evidence.establishment))


def test_a_file_never_changes() -> None:
    file = EvidenceFileFactory()
    with pytest.raises(IntegrityError, match="append-only: UPDATE on discounts_evidencefile"):
        EvidenceFile.objects.filter(pk=file.pk).update(name="別名.pdf")
