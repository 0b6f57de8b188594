"""The files of one claim as its page shows them, with what the portal found in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from discounts.evidence.warnings import EvidenceWarning
from discounts.handed_in import parts_of, warnings_of
from discounts.kinds import Discount
from discounts.models import Evidence, EvidencePart
from discounts.papers import Paper, SmeMethod


@dataclass(frozen=True)
class PaperChoice:
    """One of the boxes under a file: what may be in it, and whether the member, or the portal, says that it is."""

    code: str
    label: str
    ticked: bool


@dataclass(frozen=True)
class FileShown:
    """One file of a claim; ``place`` counts from 1, ``first_page`` is where it begins in the merged PDF."""

    place: int
    name: str
    key: UUID
    size: int
    pages: int
    first_page: int
    papers: tuple[PaperChoice, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class FilesShown:
    """What was handed in for one discount, and what was not taken."""

    discount: Discount
    files: tuple[FileShown, ...] = ()
    evidence: Evidence | None = None
    refused: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(text for file in self.files for text in file.warnings)


def files_of(
    evidence: Evidence | None,
    discount: Discount,
    *,
    claim: SmeMethod | None,
    on: date,
    offered: Sequence[Paper] = (),
    refused: Sequence[str] = (),
) -> FilesShown:
    """The files of ``evidence`` with what the portal would warn about if it were submitted on the day ``on``.

    Papers are offered to be ticked: those in ``offered`` and, where there is a choice at all, those ticked already.
    """
    if evidence is None:
        return FilesShown(discount, refused=tuple(refused))
    parts = parts_of(evidence)
    found = warnings_of(evidence, claim=claim, submitted_on=on)
    ticked = {paper for part in parts for paper in part.papers_named} if offered else set()
    choices = [paper for paper in Paper if paper in {*offered, *ticked}]
    shown, first_page = [], 1
    for place, part in enumerate(parts, start=1):
        shown.append(_file(part, place, first_page, choices, found))
        first_page += part.file.pages
    return FilesShown(discount, tuple(shown), evidence, tuple(refused))


def _file(
    part: EvidencePart,
    place: int,
    first_page: int,
    offered: Sequence[Paper],
    found: Sequence[EvidenceWarning],
) -> FileShown:
    return FileShown(
        place=place,
        name=part.file.name,
        key=part.file.key,
        size=part.file.size,
        pages=part.file.pages,
        first_page=first_page,
        papers=tuple(
            PaperChoice(paper.value, str(paper.label), paper in part.papers_named) for paper in offered
        ),
        warnings=tuple(warning.sentence for warning in found if warning.place.file == place),
    )
