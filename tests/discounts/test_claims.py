"""This year beside next: what becomes of each discount, what stops, what is only told."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discounts.claims import (
    CHANGES_TO_PROVE,
    Change,
    Changes,
    Declaration,
    Terms,
    changes,
    nothing_changed,
    notices,
    prefilled,
    problems,
    terms_declared,
)
from discounts.kinds import Discount
from discounts.papers import Paper, SmeMethod
from discounts.requirements import ProofOfBelonging, checklist_for, methods_open_to, missing

TODAY = date(2027, 2, 10)
OLD, NEW = date(2027, 3, 31), date(2028, 3, 31)
MINE, OTHER = 7, 8
SME = frozenset({Paper.REGISTRY})
CARD = frozenset({Paper.CERTIFICATE})
NONE, CERTIFICATE, DUES = ProofOfBelonging
GROUP = {"in_group": True, "group": MINE}


def declared(**fields: Any) -> Declaration:
    return Declaration(**fields)


def codes(findings: tuple[Any, ...]) -> list[tuple[str, str]]:
    return [(finding.field, finding.code) for finding in findings]


# --- what becomes of each discount ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("has_it", "declaration", "change"),
    [
        (False, declared(), Change.UNCLAIMED),
        (False, declared(sme_papers=SME), Change.UNCLAIMED),
        (False, declared(sme=True), Change.CLAIMED),
        (False, declared(sme=True, sme_papers=SME), Change.CLAIMED),
        (True, declared(sme=True), Change.KEPT),
        (True, declared(sme=True, sme_method=SmeMethod.CAPITAL), Change.KEPT),
        (True, declared(sme=True, sme_papers=SME), Change.RENEWED),
        (True, declared(), Change.GIVEN_UP),
        (True, declared(sme_papers=SME), Change.GIVEN_UP),
    ],
)
def test_the_sme_discount(has_it: bool, declaration: Declaration, change: Change) -> None:
    assert changes(Terms(sme=has_it), declaration).sme is change


@pytest.mark.parametrize(
    ("group", "declaration", "change"),
    [
        (None, declared(), Change.UNCLAIMED),
        (None, declared(group=MINE, group_papers=CARD), Change.UNCLAIMED),
        (None, declared(in_group=True), Change.CLAIMED),
        (None, declared(**GROUP), Change.CLAIMED),
        (MINE, declared(**GROUP), Change.KEPT),
        (MINE, declared(**GROUP, certificate_valid_until=OLD), Change.KEPT),
        (MINE, declared(**GROUP, certificate_valid_until=NEW), Change.RENEWED),
        (MINE, declared(**GROUP, group_papers=CARD), Change.RENEWED),
        (MINE, declared(**GROUP, group_papers=CARD, certificate_valid_until=NEW), Change.RENEWED),
        (MINE, declared(in_group=True, group=OTHER), Change.GROUP_CHANGED),
        (MINE, declared(in_group=True, group=OTHER, group_papers=CARD), Change.GROUP_CHANGED),
        (MINE, declared(in_group=True), Change.GROUP_CHANGED),
        (MINE, declared(), Change.GIVEN_UP),
        (MINE, declared(group=MINE, group_papers=CARD), Change.GIVEN_UP),
    ],
)
def test_the_group_discount(group: int | None, declaration: Declaration, change: Change) -> None:
    assert changes(Terms(group=group, certificate_valid_until=OLD if group else None), declaration).group is (
        change
    )


THIS_YEAR = [
    Terms(sme, group, day)
    for sme, (group, day) in product([False, True], [(None, None), (MINE, None), (MINE, OLD)])
]


@pytest.mark.parametrize("terms", THIS_YEAR)
def test_the_untouched_form_changes_nothing_and_asks_for_nothing(terms: Terms) -> None:
    untouched = prefilled(terms)
    assert nothing_changed(terms, untouched)
    assert changes(terms, untouched).to_prove == ()
    assert terms_declared(terms, untouched) == terms
    for asks in [None, *ProofOfBelonging]:
        assert problems(terms, untouched, group_asks=asks, sole_proprietor=False) == ()


def test_each_discount_stands_on_its_own() -> None:
    """Manual, Q5: one is changed, the other left alone."""
    this_year = Terms(sme=True, group=MINE, certificate_valid_until=OLD)
    only_group = replace(prefilled(this_year), in_group=False)
    assert changes(this_year, only_group) == Changes(sme=Change.KEPT, group=Change.GIVEN_UP)
    assert problems(this_year, only_group, group_asks=None, sole_proprietor=False) == ()
    only_sme = replace(prefilled(this_year), sme=False)
    assert changes(this_year, only_sme) == Changes(sme=Change.GIVEN_UP, group=Change.KEPT)


@pytest.mark.parametrize(("sme", "group"), list(product(Change, Change)))
def test_what_is_claimed_renewed_or_moved_has_to_be_proven(sme: Change, group: Change) -> None:
    wanted = [
        discount
        for discount, change in ((Discount.SME, sme), (Discount.GROUP, group))
        if change in (Change.CLAIMED, Change.RENEWED, Change.GROUP_CHANGED)
    ]
    assert list(Changes(sme, group).to_prove) == wanted


# --- what stops -------------------------------------------------------------------------------------------

CAPITAL, HEADCOUNT = SmeMethod
COMPLETE = {
    CAPITAL: [{Paper.REGISTRY}, {Paper.STATEMENT}],
    HEADCOUNT: [{Paper.FORM5, Paper.LABOUR}, {Paper.FORM5, Paper.INCOME_TAX}],
}
INCOMPLETE: dict[SmeMethod, list[set[Paper]]] = {
    CAPITAL: [set(), {Paper.FORM5, Paper.LABOUR}, {Paper.CERTIFICATE}],
    HEADCOUNT: [{Paper.FORM5}, {Paper.LABOUR}, {Paper.INCOME_TAX}, {Paper.LABOUR, Paper.INCOME_TAX}],
}


@pytest.mark.parametrize("has_it", [False, True], ids=["new claim", "renewed"])
@pytest.mark.parametrize("sole_proprietor", [False, True], ids=["company", "sole proprietor"])
@pytest.mark.parametrize(
    ("method", "papers", "enough"),
    [
        *((method, papers, True) for method, sets in COMPLETE.items() for papers in sets),
        *((method, papers, False) for method, sets in INCOMPLETE.items() for papers in sets),
    ],
)
def test_sme_claims(
    has_it: bool, sole_proprietor: bool, method: SmeMethod, papers: set[Paper], enough: bool
) -> None:
    declaration = declared(sme=True, sme_method=method, sme_papers=frozenset(papers))
    found = codes(problems(Terms(sme=has_it), declaration, group_asks=None, sole_proprietor=sole_proprietor))
    if has_it and not papers:
        assert found == []  # nothing was renewed
    elif sole_proprietor and method is CAPITAL:
        assert found == [("sme_method", "method_not_open")]
    elif enough:
        assert found == []
    else:
        assert found
        assert set(found) == {("sme_papers", "missing_paper")}


def test_a_claim_without_a_method() -> None:
    found = problems(Terms(), declared(sme=True, sme_papers=SME), group_asks=None, sole_proprietor=False)
    assert codes(found) == [("sme_method", "no_method")]


@pytest.mark.parametrize("this_year", [Terms(), Terms(group=OTHER), Terms(group=MINE)])
@pytest.mark.parametrize(
    ("asks", "papers", "enough"),
    [
        (NONE, set(), True),
        (CERTIFICATE, {Paper.CERTIFICATE}, True),
        (CERTIFICATE, set(), False),
        (CERTIFICATE, {Paper.DUES}, False),
        (DUES, {Paper.DUES}, True),
        (DUES, set(), False),
        (DUES, {Paper.CERTIFICATE}, False),
    ],
)
def test_group_claims(this_year: Terms, asks: ProofOfBelonging, papers: set[Paper], enough: bool) -> None:
    declaration = declared(**GROUP, group_papers=frozenset(papers))
    found = codes(problems(this_year, declaration, group_asks=asks, sole_proprietor=False))
    kept = this_year.group == MINE and not papers
    assert found == ([] if enough or kept else [("group_papers", "missing_paper")])


def test_a_wanted_group_has_to_be_named() -> None:
    for this_year in (Terms(), Terms(group=MINE)):
        found = problems(this_year, declared(in_group=True), group_asks=None, sole_proprietor=False)
        assert codes(found) == [("group", "no_group")]


def test_another_day_on_the_certificate_needs_the_certificate() -> None:
    this_year = Terms(group=MINE, certificate_valid_until=OLD)
    declaration = declared(**GROUP, certificate_valid_until=NEW)
    found = problems(this_year, declaration, group_asks=CERTIFICATE, sole_proprietor=False)
    assert codes(found) == [("group_papers", "missing_paper")]


def test_giving_up_needs_no_paper_and_leftovers_of_a_draft_count_for_nothing() -> None:
    this_year = Terms(sme=True, group=MINE)
    leftovers = declared(sme_method=CAPITAL, group=OTHER, group_papers=CARD, certificate_valid_until=NEW)
    assert problems(this_year, leftovers, group_asks=CERTIFICATE, sole_proprietor=False) == ()
    assert terms_declared(this_year, leftovers) == Terms()


def test_both_discounts_are_told_at_once() -> None:
    declaration = declared(sme=True, **GROUP)
    found = problems(Terms(), declaration, group_asks=CERTIFICATE, sole_proprietor=False)
    assert [(each.discount, each.code) for each in found] == [
        (Discount.SME, "no_method"),
        (Discount.GROUP, "missing_paper"),
    ]


def test_nobody_guesses_what_a_group_asks_for() -> None:
    with pytest.raises(ValueError, match="group 7"):
        problems(Terms(), declared(**GROUP), group_asks=None, sole_proprietor=False)


# --- what is only told ------------------------------------------------------------------------------------

EXPIRED = date(2027, 2, 9)


@pytest.mark.parametrize(
    ("this_year", "declaration", "asks", "told"),
    [
        # Kept: told, and the member's choice.
        (Terms(group=MINE, certificate_valid_until=EXPIRED), {}, CERTIFICATE, "kept_certificate_expired"),
        (Terms(group=MINE, certificate_valid_until=TODAY), {}, CERTIFICATE, None),
        (Terms(group=MINE, certificate_valid_until=OLD), {}, CERTIFICATE, None),
        (Terms(group=MINE), {}, CERTIFICATE, None),
        # Handed in anew.
        (Terms(), {"group_papers": CARD, "certificate_valid_until": TODAY}, CERTIFICATE, None),
        (
            Terms(),
            {"group_papers": CARD, "certificate_valid_until": EXPIRED},
            CERTIFICATE,
            "certificate_expired",
        ),
        (Terms(), {"group_papers": CARD}, CERTIFICATE, "no_expiry"),
        (
            Terms(group=MINE, certificate_valid_until=EXPIRED),
            {"group_papers": CARD, "certificate_valid_until": NEW},
            CERTIFICATE,
            None,
        ),
        # Other groups have no certificate.
        (Terms(group=MINE, certificate_valid_until=EXPIRED), {}, DUES, None),
        (Terms(), {"group_papers": frozenset({Paper.DUES})}, DUES, None),
        (Terms(), {}, NONE, None),
    ],
)
def test_certificates(
    this_year: Terms, declaration: dict[str, Any], asks: ProofOfBelonging, told: str | None
) -> None:
    claim = declared(**GROUP, **declaration)
    found = codes(notices(this_year, claim, group_asks=asks, submitted_on=TODAY))
    assert found == ([("certificate_valid_until", told)] if told else [])
    assert problems(this_year, claim, group_asks=asks, sole_proprietor=False) == ()


def test_a_group_given_up_has_no_certificate_to_speak_of() -> None:
    this_year = Terms(group=MINE, certificate_valid_until=EXPIRED)
    claim = declared(group=MINE, certificate_valid_until=EXPIRED)
    assert notices(this_year, claim, group_asks=CERTIFICATE, submitted_on=TODAY) == ()


# --- any declaration ----------------------------------------------------------------------------------------

terms = st.builds(Terms, st.booleans(), st.sampled_from([None, MINE, OTHER])).flatmap(
    lambda found: st.builds(
        replace,
        st.just(found),
        certificate_valid_until=st.sampled_from([None, OLD] if found.group else [None]),
    )
)
declarations = st.builds(
    Declaration,
    sme=st.booleans(),
    sme_method=st.sampled_from([None, *SmeMethod]),
    sme_papers=st.frozensets(st.sampled_from(Paper)),
    in_group=st.booleans(),
    group=st.sampled_from([None, MINE, OTHER]),
    group_papers=st.frozensets(st.sampled_from(Paper)),
    certificate_valid_until=st.sampled_from([None, OLD, NEW]),
)


@given(
    this_year=terms,
    claim=declarations,
    asks=st.sampled_from(ProofOfBelonging),
    sole_proprietor=st.booleans(),
)
def test_nobody_gets_a_discount_it_neither_had_nor_proved(
    this_year: Terms, claim: Declaration, asks: ProofOfBelonging, sole_proprietor: bool
) -> None:
    """Whatever is declared: with nothing left to mend, every discount of next year was either there or is proven."""
    if problems(this_year, claim, group_asks=asks, sole_proprietor=sole_proprietor):
        return
    next_year = terms_declared(this_year, claim)
    if next_year.sme and not this_year.sme:
        assert claim.sme_method in methods_open_to(sole_proprietor=sole_proprietor)
        assert claim.sme_method is not None
        assert missing(checklist_for(claim.sme_method), claim.sme_papers) == ()
    if next_year.group not in (None, this_year.group):
        assert missing(checklist_for(asks), claim.group_papers) == ()


@given(this_year=terms, claim=declarations)
def test_where_nothing_changed_next_year_is_like_this_one(this_year: Terms, claim: Declaration) -> None:
    found = changes(this_year, claim)
    if nothing_changed(this_year, claim):
        assert terms_declared(this_year, claim) == this_year
        assert found.to_prove == ()
    else:
        assert {found.sme, found.group} & (CHANGES_TO_PROVE | {Change.GIVEN_UP})
