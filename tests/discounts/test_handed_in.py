"""What handed-in evidence says, and where the very same file was submitted as well."""

from datetime import date, timedelta

import pytest

from discounts.evidence.warnings import Code
from discounts.handed_in import (
    Elsewhere,
    names_of,
    papers_of,
    readings_of,
    same_files_elsewhere,
    warnings_of,
)
from discounts.handing_in import for_editing
from discounts.papers import Paper, SmeMethod
from tests.factories import (
    SUBMITTED_AT,
    CorporationFactory,
    EstablishmentFactory,
    EvidenceFactory,
    UserFactory,
)
from tests.pdfs import FORM5, LABOUR, REGISTRY

pytestmark = pytest.mark.django_db
DAY = date(2027, 1, 25)


def test_papers_are_what_the_member_says_of_all_files() -> None:
    evidence = EvidenceFactory(
        files=[["1"], ["2"], ["3"]], papers=[[Paper.FORM5], [Paper.LABOUR, Paper.FORM5]]
    )
    assert papers_of(evidence) == {Paper.FORM5, Paper.LABOUR}
    assert papers_of(EvidenceFactory(files=[])) == frozenset()


def test_readings_stand_in_the_order_of_the_files() -> None:
    evidence = EvidenceFactory(files=[[LABOUR], [FORM5, "2"]])
    found = [[page.paper for page in reading.pages] for reading in readings_of(evidence)]
    assert found[0] == [Paper.LABOUR]
    assert found[1][0] == Paper.FORM5


@pytest.mark.parametrize(
    ("files", "papers", "claim", "company", "codes"),
    [
        (
            [[FORM5], [LABOUR]],
            [[Paper.FORM5], [Paper.LABOUR]],
            SmeMethod.HEADCOUNT,
            "株式会社青葉精機",
            set(),
        ),
        ([[FORM5]], [[Paper.FORM5]], SmeMethod.HEADCOUNT, "㈱青葉精機", {Code.FORM5_ALONE}),
        ([[REGISTRY]], [[Paper.REGISTRY]], SmeMethod.CAPITAL, "株式会社青葉精機", set()),
        ([[REGISTRY]], [[Paper.REGISTRY]], SmeMethod.CAPITAL, "赤城工業株式会社", {Code.NAME_NOT_FOUND}),
        ([[""]], [[Paper.REGISTRY]], SmeMethod.CAPITAL, "株式会社青葉精機", {Code.NO_TEXT}),
    ],
)
def test_warnings_know_the_member_the_claim_and_what_was_said(
    files: list[list[str]], papers: list[list[Paper]], claim: SmeMethod, company: str, codes: set[Code]
) -> None:
    establishment = EstablishmentFactory(corporation__name=company)
    evidence = EvidenceFactory(establishment=establishment, files=files, papers=papers)
    assert {found.code for found in warnings_of(evidence, claim=claim, submitted_on=DAY)} == codes


def test_a_company_is_known_by_its_name_in_kanji_and_kana() -> None:
    establishment = EstablishmentFactory(
        corporation__name="株式会社青葉精機", corporation__name_kana="アオバセイキ", name="本社工場"
    )
    assert names_of(establishment) == ("株式会社青葉精機", "株式会社青葉精機 本社工場", "アオバセイキ")


def test_a_sole_proprietor_is_known_by_the_name_of_the_workshop_too() -> None:
    establishment = EstablishmentFactory(sole_proprietor=True, name="髙橋金型")
    assert "髙橋金型" in names_of(establishment)


# --- the very same file ---------------------------------------------------------------------------------------


def found(evidence: object) -> list[tuple[Elsewhere, str]]:
    return [(each.where, each.establishment.member_number) for each in same_files_elsewhere(evidence)]


def test_another_corporations_file_is_told() -> None:
    theirs = EvidenceFactory(files=[["同じ"]], sealed=True)
    mine = EvidenceFactory(files=[["違う"], ["同じ"]])
    (same,) = same_files_elsewhere(mine)
    assert (same.where, same.establishment, same.evidence) == (
        Elsewhere.OTHER_CORPORATION,
        theirs.establishment,
        theirs,
    )
    assert (same.part, same.submitted_at) == (mine.parts.last(), SUBMITTED_AT)


def test_establishments_of_one_corporation_share_a_paper() -> None:
    corporation = CorporationFactory()
    theirs = EvidenceFactory(establishment__corporation=corporation, files=[["同じ"]], sealed=True)
    mine = EvidenceFactory(establishment__corporation=corporation, files=[["同じ"]])
    assert found(mine) == [(Elsewhere.SAME_CORPORATION, theirs.establishment.member_number)]


def test_an_earlier_submission_of_ones_own_is_told_to_the_later_one_only() -> None:
    earlier = EvidenceFactory(files=[["同じ"]], sealed=True)
    later = EvidenceFactory(
        establishment=earlier.establishment,
        files=[["同じ"]],
        sealed_at=SUBMITTED_AT + timedelta(days=365),
    )
    assert found(later) == [(Elsewhere.EARLIER, earlier.establishment.member_number)]
    assert found(earlier) == []


def test_what_was_never_submitted_or_merely_carried_over_is_not_told() -> None:
    EvidenceFactory(files=[["同じ"]])
    sealed = EvidenceFactory(files=[["同じ"]], sealed=True)
    copy = for_editing(evidence=sealed, by=UserFactory(), now=SUBMITTED_AT + timedelta(days=1))
    assert found(sealed) == found(copy) == []
