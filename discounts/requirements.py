"""Which papers prove a discount: the table of domain.md, section 2, as data (renewal manual, P.13 to P.16)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import models

from discounts.papers import Paper, SmeMethod


class ProofOfBelonging(models.TextChoices):
    """What an industry group asks for as proof that a member belongs to it."""

    NONE = "none", "証明書 不要"
    CERTIFICATE = "certificate", "会員証"
    DUES = "dues", "会費支払証跡"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One line of a checklist: any one of ``papers`` will do."""

    papers: tuple[Paper, ...]

    def is_met_by(self, papers: Iterable[Paper]) -> bool:
        return not set(self.papers).isdisjoint(papers)

    def __str__(self) -> str:
        """「履歴事項全部証明書」か「決算書」のどちらか1つ"""
        named = "か".join(f"「{paper.label}」" for paper in self.papers)
        return f"{named}のどちらか1つ" if len(self.papers) > 1 else named


@dataclass(frozen=True, slots=True)
class Checklist:
    """All of ``lines`` have to be met; without lines nothing is asked for. ``in_one_file`` papers count only as parts
    of one PDF, which the portal makes out of several."""

    lines: tuple[AnyOf, ...] = ()
    in_one_file: bool = False

    @property
    def papers(self) -> tuple[Paper, ...]:
        """Every paper that the checklist knows, in its order."""
        return tuple(paper for line in self.lines for paper in line.papers)


@dataclass(frozen=True, slots=True)
class MissingPaper:
    """A line that is not met: one of ``papers`` is missing. ``text`` tells the member so, and names the trap where
    another paper of the checklist came alone."""

    papers: tuple[Paper, ...]
    text: str

    def __str__(self) -> str:
        return self.text


Basis = SmeMethod | ProofOfBelonging
"""What a claim stands on: the member's choice of method, or what its group asks for."""


def _one_of(*papers: Paper) -> AnyOf:
    return AnyOf(papers)


CHECKLISTS: Mapping[Basis, Checklist] = {
    SmeMethod.CAPITAL: Checklist((_one_of(Paper.REGISTRY, Paper.STATEMENT),)),
    SmeMethod.HEADCOUNT: Checklist(
        (_one_of(Paper.FORM5), _one_of(Paper.LABOUR, Paper.INCOME_TAX)), in_one_file=True
    ),
    ProofOfBelonging.NONE: Checklist(),
    ProofOfBelonging.CERTIFICATE: Checklist((_one_of(Paper.CERTIFICATE),)),
    ProofOfBelonging.DUES: Checklist((_one_of(Paper.DUES),)),
}


def checklist_for(basis: Basis) -> Checklist:
    """The papers that a claim by this method, or on a group that asks for this proof, has to bring."""
    return CHECKLISTS[basis]


def missing(checklist: Checklist, papers: Iterable[Paper]) -> tuple[MissingPaper, ...]:
    """The lines of ``checklist`` that ``papers`` do not meet, in its order; empty when the proof is complete. Papers
    that the checklist does not know count for nothing."""
    given = set(papers)
    alone = [paper for paper in checklist.papers if paper in given]
    return tuple(
        MissingPaper(line.papers, _in_words(line, alone, in_one_file=checklist.in_one_file))
        for line in checklist.lines
        if not line.is_met_by(given)
    )


def methods_open_to(*, sole_proprietor: bool) -> tuple[SmeMethod, ...]:
    """How this member may prove that it is small or medium. A sole proprietor has no capital to show (manual, P.15)."""
    return (SmeMethod.HEADCOUNT,) if sole_proprietor else (SmeMethod.CAPITAL, SmeMethod.HEADCOUNT)


def _in_words(line: AnyOf, alone: list[Paper], *, in_one_file: bool) -> str:
    if not alone:
        return f"{line}を提出してください。"
    came = "と".join(f"「{paper.label}」" for paper in alone)
    together = "一緒に" if in_one_file else ""
    return f"{came}だけでは足りません。{line}も{together}提出してください。"
