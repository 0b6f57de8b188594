"""What a member may declare about its discounts and what that costs, by the rules of domain.md, sections 2 and 4.

Part of the oracle: it asks nothing of the portal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from jaim_portal.simulation.population import GROUPS, Member
from jaim_portal.simulation.steps import CHANGED, UNCHANGED
from jaim_portal.simulation.wishes import CAPITAL, GROUP, HEADCOUNT, SME, Wish

# The annual fee in yen, by company size and group membership (domain: the fee; renewal manual, step 3).
FEES = {(True, True): 60_000, (True, False): 63_000, (False, True): 80_000, (False, False): 83_000}

# One paper of each line has to come (renewal manual, P.13 to P.16).
PAPERS = {
    CAPITAL: (("registry", "statement"),),
    HEADCOUNT: (("form5",), ("labour", "income_tax")),
    "none": (),
    "certificate": (("certificate",),),
    "dues": (("dues",),),
}
INCOMPLETE, NOTHING_CHANGED, NOT_ALLOWED = "Incomplete", "NothingChanged", "NotAllowed"


class Terms(NamedTuple):
    """The discounts of a year. ``group`` is a place in the population's groups."""

    sme: bool = False
    group: int | None = None
    certificate_until: date | None = None

    @property
    def fee(self) -> int:
        """In yen."""
        return FEES[self.sme, self.group is not None]

    def without(self, refused: tuple[str, ...]) -> "Terms":
        """What is left when the secretariat finds that a claimed discount does not apply."""
        in_group = GROUP not in refused
        return Terms(
            self.sme and SME not in refused,
            self.group if in_group else None,
            self.certificate_until if in_group else None,
        )


def terms_of(member: Member) -> Terms:
    """This year's discounts; none where nobody entered any."""
    if not member.recorded:
        return Terms()
    return Terms(member.sme, member.group, member.certificate_until)


@dataclass(slots=True, eq=False)
class Proof:
    """The papers handed in for one discount. Once submitted they are ``sealed``."""

    papers: tuple[str, ...]
    changed_at: datetime
    sealed: bool = False


@dataclass(slots=True)
class Draft:
    """What is filled in so far, and the papers that came with it, by discount."""

    wish: Wish
    saved_at: datetime
    proofs: dict[str, Proof] = field(default_factory=dict)

    def papers(self, discount: str) -> tuple[str, ...]:
        proof = self.proofs.get(discount)
        return proof.papers if proof else ()


@dataclass(frozen=True, slots=True)
class Declared:
    """An answer: next year's discounts as declared (None for a withdrawal), and what came to prove them."""

    intent: str
    terms: Terms | None = None
    method: str = ""
    certificate_until: date | None = None
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    to_prove: tuple[str, ...] = ()

    @property
    def amount(self) -> int | None:
        return self.terms.fee if self.terms else None

    def claims(self, discount: str) -> bool:
        if self.terms is None:
            return False
        return self.terms.sme if discount == SME else self.terms.group is not None


def declare_unchanged(member: Member) -> Declared:
    return Declared(UNCHANGED, terms_of(member))


def declare_changed(member: Member, draft: Draft | None) -> Declared | str:
    """What the draft declares, or how it is refused."""
    if draft is None:
        return NOT_ALLOWED
    this_year, wish = terms_of(member), draft.wish
    to_prove = _to_prove(this_year, draft)
    if not _is_complete(draft, to_prove):
        return INCOMPLETE
    group = wish.group if wish.in_group else None
    if not to_prove and (wish.sme, group) == (this_year.sme, this_year.group):
        return NOTHING_CHANGED
    brought = _day_of_its_certificate(wish) if GROUP in to_prove else None
    carried = this_year.certificate_until if group == this_year.group else None
    return Declared(
        CHANGED,
        Terms(wish.sme, group, (brought or carried) if group is not None else None),
        method=wish.method if SME in to_prove else "",
        certificate_until=brought,
        proofs={discount: draft.proofs[discount] for discount in to_prove if discount in draft.proofs},
        to_prove=to_prove,
    )


def _to_prove(this_year: Terms, draft: Draft) -> tuple[str, ...]:
    """A discount that is new, another group, and the same one with a newer proof; those kept prove nothing."""
    wish = draft.wish
    found = []
    if wish.sme and (not this_year.sme or draft.papers(SME)):
        found.append(SME)
    if wish.in_group and wish.group is not None:
        another_day = _day_of_its_certificate(wish) not in (None, this_year.certificate_until)
        if wish.group != this_year.group or draft.papers(GROUP) or another_day:
            found.append(GROUP)
    return tuple(found)


def _day_of_its_certificate(wish: Wish) -> date | None:
    """Only a group that asks for a certificate has one."""
    asks = wish.group is not None and GROUPS[wish.group][1] == "certificate"
    return wish.certificate_until if asks else None


def _is_complete(draft: Draft, to_prove: tuple[str, ...]) -> bool:
    wish = draft.wish
    if wish.in_group and wish.group is None:
        return False
    if SME in to_prove and not (wish.method and _all_lines(wish.method, draft.papers(SME))):
        return False
    if GROUP in to_prove and wish.group is not None:
        return _all_lines(GROUPS[wish.group][1], draft.papers(GROUP))
    return True


def _all_lines(basis: str, papers: tuple[str, ...]) -> bool:
    return all(set(line) & set(papers) for line in PAPERS[basis])


def restored(member: Member, declared: Declared, now: datetime) -> Draft:
    """The draft that a returned answer begins to be mended with: it says what the answer said."""
    this_year = terms_of(member)
    terms = declared.terms if declared.intent == CHANGED and declared.terms else this_year
    wish = Wish(
        sme=terms.sme,
        method=declared.method,
        in_group=terms.group is not None,
        group=terms.group,
        certificate_until=declared.certificate_until
        or (this_year.certificate_until if terms.group == this_year.group else None),
    )
    return Draft(wish, now, dict(declared.proofs))
