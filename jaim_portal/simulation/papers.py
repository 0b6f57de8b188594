"""Handing in the papers of a draft: for real, as PDFs through the portal's verb, or written down as its rows."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from discounts.handing_in import hand_in
from discounts.kinds import Discount
from discounts.models import Evidence, EvidenceFile, EvidencePart
from discounts.papers import Paper
from discounts.requirements import AnyOf, Checklist
from jaim_portal.simulation.paper_pdf import paper_pdf
from members.models import Establishment, User

ANY_PAPER = Checklist((AnyOf(tuple(Paper)),))


def hand_in_for_real(
    papers: Sequence[str],
    *,
    establishment_id: int,
    discount: Discount,
    evidence: Evidence | None,
    by: User,
    now: datetime,
) -> Evidence | None:
    """Each paper a PDF of its own; what it is the portal has to read in it."""
    establishment = Establishment.objects.with_corporation().get(pk=establishment_id)
    for place, paper in enumerate(papers):
        number = f"{establishment.member_number}-{now:%m%d%H%M%S}-{place}"
        evidence = hand_in(
            establishment=establishment,
            discount=discount,
            evidence=evidence,
            name=f"{Paper(paper).label}.pdf",
            content=paper_pdf(paper, company=establishment.corporation.name, number=number),
            checklist=ANY_PAPER,
            by=by,
            now=now,
        )
    return evidence


def write_down(
    papers: Sequence[str],
    *,
    establishment_id: int,
    discount: Discount,
    evidence: Evidence | None,
    by: User,
    now: datetime,
) -> Evidence:
    """The rows that handing in would leave, without a file behind them: a process for each of thousands of papers
    would take longer than the whole season, and looks at nothing that is checked here."""
    held = evidence or Evidence(establishment_id=establishment_id, discount=discount)
    before = held.pages
    held.merged, held.pages, held.updated_at = _name("merged", held, now), before + len(papers), now
    held.save()
    files = EvidenceFile.objects.bulk_create(
        EvidenceFile(
            establishment_id=establishment_id,
            name=f"{Paper(paper).label}.pdf",
            size=1_000,
            pages=1,
            sha256=_digest(f"{held.pk}/{before + place}"),
            texts=[Paper(paper).label],
            original=_name("original", held, now),
            view=_name("view", held, now),
            uploaded_by=by,
            uploaded_at=now,
        )
        for place, paper in enumerate(papers)
    )
    EvidencePart.objects.bulk_create(
        EvidencePart(evidence=held, file=file, position=before + place + 1, papers=[paper])
        for place, (paper, file) in enumerate(zip(papers, files, strict=True))
    )
    return held


def _name(kind: str, evidence: Evidence, now: datetime) -> str:
    return f"{kind}/00/{_digest(f'{evidence.key}/{now.isoformat()}')[:32]}.pdf"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
