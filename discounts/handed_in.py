"""What handed-in evidence says: papers, readings, warnings, and where else the very same file was handed in."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import models

from discounts.evidence.reading import Reading, read
from discounts.evidence.warnings import EvidenceWarning, warnings_for
from discounts.models import Evidence, EvidencePart
from discounts.papers import Paper, SmeMethod
from members.models import Establishment


class Elsewhere(models.TextChoices):
    """Who else handed the same file in. Establishments of one corporation may well share a paper."""

    OTHER_CORPORATION = "other_corporation", "別の法人から提出された書類と同じファイルです。"
    SAME_CORPORATION = "same_corporation", "同じ法人の別の事業所から提出された書類と同じファイルです。"
    EARLIER = "earlier", "この事業所が以前に提出した書類と同じファイルです。"


@dataclass(frozen=True, slots=True)
class SameFile:
    """``part`` of an evidence is byte for byte what ``establishment`` submitted at ``submitted_at``."""

    part: EvidencePart
    where: Elsewhere
    establishment: Establishment
    evidence: Evidence
    submitted_at: datetime


def parts_of(evidence: Evidence) -> list[EvidencePart]:
    """Its parts with their files, in order: in one query, in none where they were prefetched."""
    if "parts" in getattr(evidence, "_prefetched_objects_cache", {}):
        return list(evidence.parts.all())
    return list(evidence.parts.select_related("file"))


def readings_of(evidence: Evidence) -> list[Reading]:
    """What each file says, in order."""
    return [read(part.file.texts) for part in parts_of(evidence)]


def papers_of(evidence: Evidence) -> frozenset[Paper]:
    """Every paper that the member says is in it."""
    return frozenset(paper for part in evidence.parts.all() for paper in part.papers_named)


def expiry_read(evidence: Evidence) -> date | None:
    """The last day that stands on the certificate, where the portal could read one."""
    days = [
        paper.expires_on
        for reading in readings_of(evidence)
        for paper in reading.papers
        if paper.paper == Paper.CERTIFICATE and paper.expires_on
    ]
    return max(days, default=None)


def warnings_of(
    evidence: Evidence, *, claim: SmeMethod | None, submitted_on: date
) -> tuple[EvidenceWarning, ...]:
    """The warnings about a claim with this evidence; ``claim`` as in :func:`warnings_for`."""
    parts = parts_of(evidence)
    return warnings_for(
        [read(part.file.texts) for part in parts],
        claim=claim,
        company_names=names_of(evidence.establishment),
        submitted_on=submitted_on,
        papers_named=[part.papers_named for part in parts],
    )


def names_of(establishment: Establishment) -> tuple[str, ...]:
    """The names under which papers may know the member, the one to tell it first.

    A sole proprietor's papers may bear its 屋号; of a company 「本社工場」 alone proves nothing.
    """
    corporation = establishment.corporation
    names = [corporation.name, establishment.full_name, corporation.name_kana]
    if corporation.is_sole_proprietor:
        names.append(establishment.name)
    return tuple(dict.fromkeys(name for name in names if name))


def same_files_elsewhere(evidence: Evidence) -> list[SameFile]:
    """Where files of this evidence were submitted as well: by another establishment, or by the same one earlier.

    A file carried over into a copy of an evidence is the same row, and no second submission.
    """
    own = parts_of(evidence)
    by_hash = {part.file.sha256: part for part in own}
    found = (
        EvidencePart.objects.filter(file__sha256__in=by_hash, evidence__sealed_at__isnull=False)
        .exclude(evidence=evidence)
        .exclude(file__in=[part.file_id for part in own])
        .select_related("file", "evidence__establishment__corporation")
        .order_by("evidence__sealed_at", "pk")
    )
    mine = evidence.establishment
    return [
        SameFile(
            by_hash[part.file.sha256],
            _where(part.evidence.establishment, mine),
            part.evidence.establishment,
            part.evidence,
            sealed_at,
        )
        for part in found
        if (sealed_at := part.evidence.sealed_at) and not _comes_later(part.evidence, evidence)
    ]


def _where(other: Establishment, mine: Establishment) -> Elsewhere:
    if other.pk == mine.pk:
        return Elsewhere.EARLIER
    same = other.corporation_id == mine.corporation_id
    return Elsewhere.SAME_CORPORATION if same else Elsewhere.OTHER_CORPORATION


def _comes_later(other: Evidence, evidence: Evidence) -> bool:
    """Of one establishment the later evidence is a copy of the earlier one, not the other way round."""
    if other.establishment_id != evidence.establishment_id or not (other.sealed_at and evidence.sealed_at):
        return False
    return other.sealed_at > evidence.sealed_at
