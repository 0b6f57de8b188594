"""What the database refuses about evidence, and the texts that stand beside each paper."""

import pytest

from discounts.models import EvidencePart, PaperText
from discounts.paper_texts import paper_texts
from discounts.papers import Paper
from tests.constraints import violates
from tests.factories import EvidenceFactory, EvidenceFileFactory

pytestmark = pytest.mark.django_db


def test_a_file_is_hashed() -> None:
    with violates("evidence_file_is_hashed"):
        EvidenceFileFactory(sha256="unknown")


def test_a_file_has_pages() -> None:
    with violates("evidence_file_has_pages"):
        EvidenceFileFactory(pages=0)


def test_evidence_is_of_one_of_the_discounts() -> None:
    with violates("evidence_is_of_a_known_discount"):
        EvidenceFactory(discount="loyal")


@pytest.mark.parametrize("wrong", [{"pages": 0}, {"merged": ""}, {"files": [], "pages": 1}])
def test_evidence_has_pages_exactly_when_it_has_papers(wrong: dict[str, object]) -> None:
    with violates("evidence_has_pages_when_it_has_papers"):
        EvidenceFactory(**wrong)


def test_nothing_is_submitted_without_a_paper() -> None:
    with violates("sealed_evidence_has_papers"):
        EvidenceFactory(files=[], sealed=True)


def test_two_parts_do_not_share_a_position() -> None:
    evidence = EvidenceFactory()
    file = EvidenceFileFactory(establishment=evidence.establishment)
    with violates("one_part_per_position"):
        EvidencePart.objects.create(evidence=evidence, file=file, position=1)


def test_a_file_is_in_an_evidence_once() -> None:
    evidence = EvidenceFactory()
    with violates("file_once_per_evidence"):
        EvidencePart.objects.create(evidence=evidence, file=evidence.parts.get().file, position=2)


def test_texts_are_about_papers_that_there_are() -> None:
    with violates("text_is_about_a_known_paper"):
        PaperText.objects.create(paper="receipt", help="領収書です。", where="お店")


def test_every_paper_is_explained() -> None:
    texts = paper_texts()
    assert set(texts) == set(Paper)
    assert all(text.endswith("。") and text.count("\n") == 1 for text in texts.values())


def test_the_trap_is_told_where_it_lies() -> None:
    assert "この書類だけでは証明になりません" in paper_texts()[Paper.FORM5]
    assert "3か月以内" in paper_texts()[Paper.REGISTRY]


def test_what_the_secretariat_changes_is_shown() -> None:
    PaperText.objects.filter(paper=Paper.DUES).update(help="振込の控えです。", where="経理課")
    assert paper_texts()[Paper.DUES] == "振込の控えです。\n経理課"
