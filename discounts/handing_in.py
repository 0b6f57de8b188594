"""STAND-IN until the checking process is merged: the same names, none of the protection."""

import io
from collections.abc import Collection, Mapping
from datetime import date, datetime
from hashlib import sha256

import pypdfium2
from django.db import transaction

from discounts.evidence.reading import Reading, read
from discounts.evidence.warnings import EvidenceWarning, warnings_for
from discounts.kinds import Discount
from discounts.models import Evidence, EvidenceFile, EvidencePart
from discounts.papers import Paper, SmeMethod
from discounts.requirements import Checklist
from members.models import Establishment, User


class NotTaken(Exception):
    pass


def hand_in(
    *,
    establishment: Establishment,
    discount: Discount,
    evidence: Evidence | None,
    name: str,
    content: bytes,
    checklist: Checklist,
    by: User,
    now: datetime,
) -> Evidence:
    if not content:
        raise NotTaken(f"「{name}」は空のファイルです。中身のあるPDFを選んでください。")
    if not content.startswith(b"%PDF-"):
        raise NotTaken(f"「{name}」はPDFではありません。PDFのファイルを選んでください。")
    try:
        document = pypdfium2.PdfDocument(io.BytesIO(content))
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise NotTaken(f"「{name}」にはパスワードが設定されています。") from None
        raise NotTaken(f"「{name}」は壊れているため、開けません。") from None
    texts = [page.get_textpage().get_text_range() for page in document]
    with transaction.atomic():
        if evidence is None:
            evidence = Evidence.objects.create(
                establishment=establishment, discount=discount, merged="x", pages=1, updated_at=now
            )
        file = EvidenceFile.objects.create(
            establishment=establishment,
            name=name,
            size=len(content),
            pages=len(texts),
            sha256=sha256(content).hexdigest(),
            texts=texts,
            original="x",
            view="x",
            uploaded_by=by,
            uploaded_at=now,
        )
        last = evidence.parts.order_by("position").last()
        EvidencePart.objects.create(
            evidence=evidence,
            file=file,
            position=last.position + 1 if last else 1,
            papers=[each.paper for each in read(texts).papers if each.paper],
        )
        return _changed(evidence, now)


def take_out(*, evidence: Evidence, part_id: int, now: datetime) -> Evidence:
    EvidencePart.objects.filter(evidence=evidence, pk=part_id).delete()
    return _changed(evidence, now)


def move_up(*, evidence: Evidence, part_id: int, now: datetime) -> Evidence:
    parts = list(evidence.parts.all())
    place = next(index for index, part in enumerate(parts) if part.pk == part_id)
    if place:
        above, moved = parts[place - 1], parts[place]
        low, high = above.position, moved.position
        EvidencePart.objects.filter(pk=moved.pk).update(position=high + 1000)
        EvidencePart.objects.filter(pk=above.pk).update(position=high)
        EvidencePart.objects.filter(pk=moved.pk).update(position=low)
    return _changed(evidence, now)


def name_papers(*, evidence: Evidence, papers: Mapping[int, Collection[Paper]], now: datetime) -> Evidence:
    for part_id, named in papers.items():
        EvidencePart.objects.filter(evidence=evidence, pk=part_id).update(
            papers=[str(paper) for paper in named]
        )
    return evidence


def for_editing(evidence: Evidence, *, now: datetime) -> Evidence:
    if evidence.sealed_at is None:
        return evidence
    parts = list(evidence.parts.all())
    copy = Evidence.objects.create(
        establishment=evidence.establishment,
        discount=evidence.discount,
        merged=evidence.merged,
        pages=evidence.pages,
        updated_at=now,
    )
    EvidencePart.objects.bulk_create(
        EvidencePart(evidence=copy, file=part.file, position=part.position, papers=part.papers)
        for part in parts
    )
    return copy


def seal(*, evidence: Evidence, now: datetime) -> None:
    Evidence.objects.filter(pk=evidence.pk, sealed_at__isnull=True).update(sealed_at=now)


def readings_of(evidence: Evidence) -> list[Reading]:
    return [read(part.file.texts) for part in evidence.parts.select_related("file")]


def papers_of(evidence: Evidence | None) -> frozenset[Paper]:
    if evidence is None:
        return frozenset()
    return frozenset(Paper(code) for part in evidence.parts.all() for code in part.papers)


def warnings_of(
    evidence: Evidence, *, claim: SmeMethod | None, submitted_on: date
) -> tuple[EvidenceWarning, ...]:
    establishment = evidence.establishment
    return warnings_for(
        readings_of(evidence),
        claim=claim,
        company_names=[establishment.corporation.name, establishment.name],
        submitted_on=submitted_on,
        papers_named=[part.papers_named for part in evidence.parts.all()],
    )


def _changed(evidence: Evidence, now: datetime) -> Evidence:
    parts = list(evidence.parts.select_related("file"))
    evidence.pages = sum(part.file.pages for part in parts)
    evidence.merged, evidence.updated_at = ("x" if parts else ""), now
    evidence.save()
    return evidence
