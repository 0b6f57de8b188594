"""What a member would like to change about its discounts, as data: what it fills in and which papers it brings."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from jaim_portal.simulation.population import GROUPS, Member

SME, GROUP = "sme", "group"
CAPITAL, HEADCOUNT = "capital", "headcount"
REGISTRY, STATEMENT = "registry", "statement"
FORM5, LABOUR, INCOME_TAX = "form5", "labour", "income_tax"
CERTIFICATE, DUES = "certificate", "dues"


@dataclass(frozen=True, slots=True)
class Wish:
    """A form as it is filled in. ``group`` is a place in the population's groups; each paper is a file of its own."""

    sme: bool = False
    method: str = ""
    in_group: bool = False
    group: int | None = None
    certificate_until: date | None = None
    sme_papers: tuple[str, ...] = ()
    group_papers: tuple[str, ...] = ()

    def papers(self, discount: str) -> tuple[str, ...]:
        return self.sme_papers if discount == SME else self.group_papers

    @property
    def brings_papers(self) -> bool:
        return bool(self.sme_papers or self.group_papers)

    @property
    def without_papers(self) -> "Wish":
        return replace(self, sme_papers=(), group_papers=())


Change = Callable[[Wish], Wish]


def untouched(member: Member) -> Wish:
    """The form as it opens: this year's discounts."""
    if not member.recorded:
        return Wish()
    return Wish(
        sme=member.sme,
        in_group=member.group is not None,
        group=member.group,
        certificate_until=member.certificate_until,
    )


def any_change(member: Member, rng: random.Random, newer: date) -> Wish:
    """One discount changes, at times both. ``newer`` is the last day of a new certificate."""
    before = untouched(member)
    of_sme, of_group = changes_of_sme(before), changes_of_group(before, newer)
    draw = rng.random()
    if draw < 0.4:
        return rng.choice(of_sme)(before)
    if draw < 0.8:
        return rng.choice(of_group)(before)
    return rng.choice(of_group)(rng.choice(of_sme)(before))


def change_with_papers(member: Member, rng: random.Random, newer: date) -> tuple[Wish, str]:
    """A change of one discount that brings papers, and which discount that is."""
    before = untouched(member)
    changed = [change(before) for change in (*changes_of_sme(before), *changes_of_group(before, newer))]
    wish = rng.choice([wish for wish in changed if wish.brings_papers])
    return wish, SME if wish.sme_papers else GROUP


def changes_of_sme(before: Wish) -> Sequence[Change]:
    """Who has the discount gives it up, or proves it anew; who has not claims it."""
    return (
        *([gives_up_sme] if before.sme else []),
        by_registry,
        by_statement,
        by_form5_and_labour,
        by_form5_and_tax,
    )


def changes_of_group(before: Wish, newer: date) -> Sequence[Change]:
    """Who is in a group leaves it, joins another or brings newer proof; who is not joins one."""
    joining = [_joins(place, newer) for place in range(len(GROUPS)) if place != before.group]
    if before.group is None:
        return joining
    proof = GROUPS[before.group][1]
    again = [] if proof == "none" else [_joins(before.group, newer)]
    return (*joining, gives_up_group, *again)


def gives_up_sme(wish: Wish) -> Wish:
    return replace(wish, sme=False)


def by_registry(wish: Wish) -> Wish:
    return replace(wish, sme=True, method=CAPITAL, sme_papers=(REGISTRY,))


def by_statement(wish: Wish) -> Wish:
    return replace(wish, sme=True, method=CAPITAL, sme_papers=(STATEMENT,))


def by_form5_and_labour(wish: Wish) -> Wish:
    return replace(wish, sme=True, method=HEADCOUNT, sme_papers=(FORM5, LABOUR))


def by_form5_and_tax(wish: Wish) -> Wish:
    return replace(wish, sme=True, method=HEADCOUNT, sme_papers=(FORM5, INCOME_TAX))


def gives_up_group(wish: Wish) -> Wish:
    return replace(wish, in_group=False, group=None, certificate_until=None)


def _joins(place: int, newer: date) -> Change:
    proof = GROUPS[place][1]

    def joins(wish: Wish) -> Wish:
        return replace(
            wish,
            in_group=True,
            group=place,
            certificate_until=newer if proof == "certificate" else None,
            group_papers={"certificate": (CERTIFICATE,), "dues": (DUES,)}.get(proof, ()),
        )

    return joins
