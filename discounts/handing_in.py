"""STAND-IN until the checking process is merged: the same names, none of the protection."""

import io
from collections.abc import Collection, Mapping
from datetime import datetime
from hashlib import sha256

import pypdfium2
from django.core.files.base import File
from django.db import transaction

from discounts.evidence.reading import read
from discounts.kinds import Discount
from discounts.models import Evidence, EvidenceFile, EvidencePart
from discounts.not_taken import NotTaken
from discounts.papers import Paper
from discounts.requirements import Checklist
from members.models import Establishment, User


def content_of_upload(upload: File) -> bytes:
    return upload.read(10 * 2**20 + 1)


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
        raise NotTaken("このファイルは空のファイルです。中身のあるPDFを選んでください。")
    if not content.startswith(b"%PDF-"):
        raise NotTaken("このファイルはPDFではありません。PDFのファイルを選んでください。")
    try:
        document = pypdfium2.PdfDocument(io.BytesIO(content))
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise NotTaken("このファイルにはパスワードが設定されています。") from None
        raise NotTaken("このファイルは壊れているため、開けません。") from None
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


def take_out(*, evidence: Evidence, part_id: int, by: User, now: datetime) -> Evidence:
    EvidencePart.objects.filter(evidence=evidence, pk=part_id).delete()
    return _changed(evidence, now)


def move_up(*, evidence: Evidence, part_id: int, by: User, now: datetime) -> Evidence:
    parts = list(evidence.parts.all())
    place = next(index for index, part in enumerate(parts) if part.pk == part_id)
    if place:
        above, moved = parts[place - 1], parts[place]
        low, high = above.position, moved.position
        EvidencePart.objects.filter(pk=moved.pk).update(position=high + 1000)
        EvidencePart.objects.filter(pk=above.pk).update(position=high)
        EvidencePart.objects.filter(pk=moved.pk).update(position=low)
    return _changed(evidence, now)


def name_papers(
    *, evidence: Evidence, papers: Mapping[int, Collection[Paper]], by: User, now: datetime
) -> Evidence:
    for part_id, named in papers.items():
        EvidencePart.objects.filter(evidence=evidence, pk=part_id).update(
            papers=[str(paper) for paper in named]
        )
    return evidence


def for_editing(*, evidence: Evidence, by: User, now: datetime) -> Evidence:
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


def _changed(evidence: Evidence, now: datetime) -> Evidence:
    parts = list(evidence.parts.select_related("file"))
    evidence.pages = sum(part.file.pages for part in parts)
    evidence.merged, evidence.updated_at = ("x" if parts else ""), now
    evidence.save()
    return evidence
