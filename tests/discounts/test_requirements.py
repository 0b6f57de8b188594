"""The table of domain.md, section 2: method and proof × papers."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discounts.papers import Paper, SmeMethod
from discounts.requirements import (
    CHECKLISTS,
    Basis,
    ProofOfBelonging,
    checklist_for,
    methods_open_to,
    missing,
)

REGISTRY, STATEMENT, FORM5, LABOUR, INCOME_TAX, CERTIFICATE, DUES = Paper
CAPITAL, HEADCOUNT = SmeMethod
BASES: list[Basis] = [*SmeMethod, *ProofOfBelonging]
ALL_SETS = [set(chosen) for size in range(len(Paper) + 1) for chosen in combinations(Paper, size)]


def is_proven(basis: Basis, papers: set[Paper]) -> bool:
    """The rule in its own words, apart from the table."""
    if basis is CAPITAL:
        return REGISTRY in papers or STATEMENT in papers
    if basis is HEADCOUNT:
        return FORM5 in papers and (LABOUR in papers or INCOME_TAX in papers)
    if basis is ProofOfBelonging.CERTIFICATE:
        return CERTIFICATE in papers
    if basis is ProofOfBelonging.DUES:
        return DUES in papers
    return True


ENOUGH: list[tuple[Basis, set[Paper]]] = [
    (CAPITAL, {REGISTRY}),
    (CAPITAL, {STATEMENT}),
    (CAPITAL, {REGISTRY, STATEMENT}),
    (HEADCOUNT, {FORM5, LABOUR}),
    (HEADCOUNT, {FORM5, INCOME_TAX}),
    (HEADCOUNT, {FORM5, LABOUR, INCOME_TAX}),
    (ProofOfBelonging.NONE, set()),
    (ProofOfBelonging.CERTIFICATE, {CERTIFICATE}),
    (ProofOfBelonging.DUES, {DUES}),
]


@pytest.mark.parametrize(("basis", "papers"), ENOUGH)
def test_what_is_enough(basis: Basis, papers: set[Paper]) -> None:
    assert missing(checklist_for(basis), papers) == ()


# One paper alone, for each way: what is still asked for.
NOTHING: tuple[()] = ()
COMPANION = (LABOUR, INCOME_TAX)
EITHER = (REGISTRY, STATEMENT)
CELLS: dict[Basis, dict[Paper | None, tuple[tuple[Paper, ...], ...]]] = {
    CAPITAL: {
        None: (EITHER,),
        REGISTRY: NOTHING,
        STATEMENT: NOTHING,
        FORM5: (EITHER,),
        LABOUR: (EITHER,),
        INCOME_TAX: (EITHER,),
        CERTIFICATE: (EITHER,),
        DUES: (EITHER,),
    },
    HEADCOUNT: {
        None: ((FORM5,), COMPANION),
        REGISTRY: ((FORM5,), COMPANION),
        STATEMENT: ((FORM5,), COMPANION),
        FORM5: (COMPANION,),
        LABOUR: ((FORM5,),),
        INCOME_TAX: ((FORM5,),),
        CERTIFICATE: ((FORM5,), COMPANION),
        DUES: ((FORM5,), COMPANION),
    },
    ProofOfBelonging.NONE: dict.fromkeys([None, *Paper], NOTHING),
    ProofOfBelonging.CERTIFICATE: {
        **dict.fromkeys([None, *Paper], ((CERTIFICATE,),)),
        CERTIFICATE: NOTHING,
    },
    ProofOfBelonging.DUES: {**dict.fromkeys([None, *Paper], ((DUES,),)), DUES: NOTHING},
}


@pytest.mark.parametrize("paper", [None, *Paper])
@pytest.mark.parametrize("basis", BASES)
def test_every_way_with_every_paper_alone(basis: Basis, paper: Paper | None) -> None:
    given_papers = [] if paper is None else [paper]
    found = missing(checklist_for(basis), given_papers)
    assert tuple(each.papers for each in found) == CELLS[basis][paper]


@pytest.mark.parametrize("basis", BASES)
def test_every_set_of_papers_is_judged_as_the_rule_says(basis: Basis) -> None:
    judged = [missing(checklist_for(basis), papers) == () for papers in ALL_SETS]
    assert judged == [is_proven(basis, papers) for papers in ALL_SETS]


@given(basis=st.sampled_from(BASES), papers=st.lists(st.sampled_from(Paper)))
def test_nothing_is_missing_exactly_when_the_rule_holds(basis: Basis, papers: list[Paper]) -> None:
    """In any order, and with papers that come twice."""
    found = missing(checklist_for(basis), papers)
    assert (found == ()) is is_proven(basis, set(papers))


@given(basis=st.sampled_from(BASES), papers=st.sets(st.sampled_from(Paper)))
def test_handing_in_what_is_missing_mends_it(basis: Basis, papers: set[Paper]) -> None:
    checklist = checklist_for(basis)
    mended = papers | {each.papers[-1] for each in missing(checklist, papers)}
    assert missing(checklist, mended) == ()


TOLD: list[tuple[Basis, set[Paper], list[str]]] = [
    (
        HEADCOUNT,
        {FORM5},
        [
            "「様式5 従業員数証明書」だけでは足りません。「労働保険 概算・増加概算・確定保険料申告書（写）」か"
            "「給与所得・退職所得等の所得税徴収高計算書（写）」のどちらか1つも一緒に提出してください。"
        ],
    ),
    (
        HEADCOUNT,
        {LABOUR},
        [
            "「労働保険 概算・増加概算・確定保険料申告書（写）」だけでは足りません。"
            "「様式5 従業員数証明書」も一緒に提出してください。"
        ],
    ),
    (
        HEADCOUNT,
        {LABOUR, INCOME_TAX},
        [
            "「労働保険 概算・増加概算・確定保険料申告書（写）」と"
            "「給与所得・退職所得等の所得税徴収高計算書（写）」だけでは足りません。"
            "「様式5 従業員数証明書」も一緒に提出してください。"
        ],
    ),
    (
        HEADCOUNT,
        set(),
        [
            "「様式5 従業員数証明書」を提出してください。",
            "「労働保険 概算・増加概算・確定保険料申告書（写）」か"
            "「給与所得・退職所得等の所得税徴収高計算書（写）」のどちらか1つを提出してください。",
        ],
    ),
    (CAPITAL, {FORM5}, ["「履歴事項全部証明書」か「決算書」のどちらか1つを提出してください。"]),
    (ProofOfBelonging.CERTIFICATE, {DUES}, ["「会員証」を提出してください。"]),
    (ProofOfBelonging.DUES, set(), ["「会費支払証跡」を提出してください。"]),
]


@pytest.mark.parametrize(("basis", "papers", "texts"), TOLD)
def test_the_member_is_told_what_is_missing(basis: Basis, papers: set[Paper], texts: list[str]) -> None:
    assert [str(each) for each in missing(checklist_for(basis), papers)] == texts


def test_every_way_has_a_checklist() -> None:
    assert list(CHECKLISTS) == BASES


def test_only_the_headcount_comes_in_one_file() -> None:
    assert [basis for basis in BASES if checklist_for(basis).in_one_file] == [HEADCOUNT]


@pytest.mark.parametrize(
    ("sole_proprietor", "methods"), [(False, (CAPITAL, HEADCOUNT)), (True, (HEADCOUNT,))]
)
def test_a_sole_proprietor_proves_its_headcount(
    sole_proprietor: bool, methods: tuple[SmeMethod, ...]
) -> None:
    assert methods_open_to(sole_proprietor=sole_proprietor) == methods
