from datetime import date

import pytest

from discounts.models import AppliedDiscounts, Evidence, PaperText
from discounts.paper_texts import paper_texts
from discounts.papers import Paper
from tests.constraints import violates
from tests.factories import (
    AppliedDiscountsFactory,
    EstablishmentFactory,
    EvidenceFactory,
    EvidenceFileFactory,
    IndustryGroupFactory,
)

pytestmark = pytest.mark.django_db


def test_discounts_are_recorded_once_per_year() -> None:
    applied = AppliedDiscountsFactory(fiscal_year=2026)
    AppliedDiscountsFactory(establishment=applied.establishment, fiscal_year=2027)
    with violates("discounts_once_per_fiscal_year"):
        AppliedDiscountsFactory(establishment=applied.establishment, fiscal_year=2026)


def test_a_certificate_belongs_to_a_group() -> None:
    with violates("certificate_belongs_to_a_group"):
        AppliedDiscountsFactory(certificate_valid_until=date(2027, 3, 31))


def test_each_group_asks_for_a_known_proof() -> None:
    with violates("proof_of_belonging_is_known"):
        IndustryGroupFactory(proof="hearsay")


@pytest.mark.parametrize(
    ("traits", "sme", "in_group"),
    [
        ({}, False, False),
        ({"sme": True}, True, False),
        ({"in_group": True}, False, True),
        ({"sme": True, "in_group": True}, True, True),
    ],
)
def test_the_two_discounts_are_independent(traits: dict[str, bool], sme: bool, in_group: bool) -> None:
    applied = AppliedDiscounts.objects.get(establishment=EstablishmentFactory(**traits))
    assert (applied.sme, applied.group is not None) == (sme, in_group)


# --- evidence ------------------------------------------------------------------------------------------------


def test_a_file_is_hashed() -> None:
    with violates("evidence_file_is_hashed"):
        EvidenceFileFactory(sha256="")


def test_a_file_has_pages() -> None:
    with violates("evidence_file_has_pages"):
        EvidenceFileFactory(pages=0)


def test_evidence_is_of_a_known_discount() -> None:
    with violates("evidence_is_of_a_known_discount"):
        EvidenceFactory(discount="age", files=[])


@pytest.mark.parametrize("fields", [{"pages": 0}, {"merged": ""}], ids=["no pages", "no papers"])
def test_evidence_has_pages_when_it_has_papers(fields: dict[str, object]) -> None:
    evidence = EvidenceFactory()
    with violates("evidence_has_pages_when_it_has_papers"):
        Evidence.objects.filter(pk=evidence.pk).update(**fields)


def test_what_is_sealed_has_papers() -> None:
    evidence = EvidenceFactory(files=[])
    with violates("sealed_evidence_has_papers"):
        Evidence.objects.filter(pk=evidence.pk).update(sealed_at=evidence.updated_at)


def test_one_part_per_position() -> None:
    evidence = EvidenceFactory()
    with violates("one_part_per_position"):
        evidence.parts.create(file=EvidenceFileFactory(establishment=evidence.establishment), position=1)


def test_a_file_once_per_evidence() -> None:
    evidence = EvidenceFactory()
    with violates("file_once_per_evidence"):
        evidence.parts.create(file=evidence.parts.get().file, position=2)


def test_texts_are_about_known_papers() -> None:
    with violates("text_is_about_a_known_paper"):
        PaperText.objects.create(paper="licence", help="説明", where="入手先")


def test_every_paper_has_its_text() -> None:
    assert paper_texts().keys() == set(Paper)
