"""Handing in the papers that prove a discount: adding files, taking them out, ordering and naming them.

Files are inspected, stored and merged before the transaction, which then checks that the parts are still those that
were merged. What a refusal or a crash leaves behind in the storage is discarded by the day's job (``orphans``).
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Max

from audit.trail import Actor, Event, record
from discounts.evidence.file_names import clean_name
from discounts.evidence.inspection import Inspected, NotOpened, inspect, merge
from discounts.evidence.reading import read
from discounts.evidence.refusals import Refusal
from discounts.evidence.scanning import ScannerUnreachable, found_in
from discounts.kinds import Discount
from discounts.limits import limits_of_a_file, limits_of_all_files
from discounts.models import Evidence, EvidenceFile, EvidencePart
from discounts.not_taken import KeepingRefusal, NotTaken
from discounts.papers import Paper
from discounts.requirements import Checklist
from discounts.stored_files import content_of, store_pdf
from members.models import Establishment, User

ATTEMPTS = 3  # two windows that hand in at the same moment both succeed


def content_of_upload(upload: File) -> bytes:
    """The uploaded bytes, and of a file that is too large only as many as show it: it is refused, not read whole."""
    return upload.read(settings.EVIDENCE_MAX_BYTES + 1)


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
    """Add a file to ``evidence``, a new one where that is None, and return it as it is now.

    The papers of ``checklist`` that the reader recognises are preset. Raises :class:`NotTaken`; then nothing changed.
    """
    _scan(content)
    inspected = inspect(content, limits=limits_of_a_file())
    if isinstance(inspected, Refusal):
        raise NotTaken(inspected)
    sha256 = hashlib.sha256(content).hexdigest()
    file = EvidenceFile(
        establishment=establishment,
        name=clean_name(name),
        size=len(content),
        pages=inspected.pages,
        sha256=sha256,
        texts=list(inspected.texts),
        original=store_pdf("original", content),
        view=store_pdf("view", inspected.sanitised),
        uploaded_by=by,
        uploaded_at=now,
    )
    papers = recognised(inspected, checklist)

    def with_the_file(parts: list[EvidencePart]) -> list[EvidenceFile]:
        if any(part.file.sha256 == sha256 for part in parts):
            raise NotTaken(KeepingRefusal.SAME_FILE_AGAIN)
        return [*(part.file for part in parts), file]

    def change(held: Evidence) -> Event:
        file.save(force_insert=True)
        last = held.parts.aggregate(last=Max("position"))["last"] or 0
        held.parts.create(file=file, position=last + 1, papers=papers)
        details = {"file": str(file.key), "sha256": sha256, "pages": file.pages, "papers": papers}
        return _event("evidence.hand_in", held, by, **details)

    started = evidence or Evidence(establishment=establishment, discount=discount, updated_at=now)
    return _rearrange(started, with_the_file, change, now=now)


def take_out(*, evidence: Evidence, part_id: int, by: User, now: datetime) -> Evidence:
    """Take a part out and return the evidence as it is now; a part that is gone already changes nothing.

    Raises :class:`NotTaken` for sealed evidence.
    """
    if not evidence.parts.filter(pk=part_id).exists():
        return evidence

    def without_it(parts: list[EvidencePart]) -> list[EvidenceFile]:
        return [part.file for part in parts if part.pk != part_id]

    def change(held: Evidence) -> Event:
        part = held.parts.select_related("file").filter(pk=part_id).first()
        if part is None:  # another window took it out meanwhile
            raise NotTaken(KeepingRefusal.CHANGED_MEANWHILE)
        part.delete()
        return _event("evidence.take_out", held, by, file=str(part.file.key), sha256=part.file.sha256)

    return _rearrange(evidence, without_it, change, now=now)


def move_up(*, evidence: Evidence, part_id: int, by: User, now: datetime) -> Evidence:
    """Let a part change places with the one before it; the first stays. Raises :class:`NotTaken` for sealed
    evidence."""
    if part_id not in list(evidence.parts.values_list("pk", flat=True))[1:]:
        return evidence

    def moved_up(parts: list[EvidencePart]) -> list[EvidenceFile]:
        place = _place_of(part_id, parts)
        return [
            part.file for part in (*parts[: place - 1], parts[place], parts[place - 1], *parts[place + 1 :])
        ]

    def change(held: Evidence) -> Event:
        parts = list(held.parts.all())
        part, before = (parts[_place_of(part_id, parts) - step] for step in (0, 1))
        # Positions are unique at every moment, so one of the two steps aside first.
        for each, position in (
            (before, parts[-1].position + 1),
            (part, before.position),
            (before, part.position),
        ):
            held.parts.filter(pk=each.pk).update(position=position)
        return _event("evidence.move_up", held, by, part=part_id)

    return _rearrange(evidence, moved_up, change, now=now)


def name_papers(
    *, evidence: Evidence, papers: Mapping[int, Collection[Paper]], by: User, now: datetime
) -> Evidence:
    """Note what the member says is in each part, by the part's key; parts of another evidence count for nothing.

    Raises :class:`NotTaken` for sealed evidence.
    """
    with transaction.atomic():
        held = Evidence.objects.select_for_update(no_key=True).get(pk=evidence.pk)
        parts = list(held.parts.filter(pk__in=papers))
        named = {part: [paper.value for paper in Paper if paper in papers[part.pk]] for part in parts}
        changed = {part: codes for part, codes in named.items() if codes != part.papers}
        if not changed:
            return held
        if held.sealed_at:
            raise NotTaken(KeepingRefusal.SEALED)
        for part, codes in changed.items():
            held.parts.filter(pk=part.pk).update(papers=codes)
        Evidence.objects.filter(pk=held.pk).update(updated_at=now)
        details = {str(part.pk): codes for part, codes in changed.items()}
        record(_event("evidence.name_papers", held, by, papers=details), now=now)
    return _as_it_is(held)


def for_editing(*, evidence: Evidence, by: User, now: datetime) -> Evidence:
    """``evidence`` itself, or, when it is sealed, an unsealed copy with the same parts."""
    if evidence.sealed_at is None:
        return evidence
    with transaction.atomic():
        copy = Evidence.objects.create(
            establishment=evidence.establishment,
            discount=evidence.discount,
            merged=evidence.merged,
            pages=evidence.pages,
            updated_at=now,
        )
        EvidencePart.objects.bulk_create(
            EvidencePart(evidence=copy, file_id=part.file_id, position=part.position, papers=part.papers)
            for part in evidence.parts.all()
        )
        record(_event("evidence.copy", copy, by, copied_from=evidence.pk), now=now)
    return copy


def seal(*, evidence: Evidence, now: datetime) -> Evidence:
    """From now on nothing of it changes; sealing again changes nothing. The caller's event tells what it was for.

    Raises ``ValueError`` for evidence without a paper.
    """
    Evidence.objects.filter(pk=evidence.pk, sealed_at__isnull=True).exclude(merged="").update(sealed_at=now)
    sealed = _as_it_is(evidence)
    if sealed.sealed_at is None:
        raise ValueError(f"evidence {evidence.pk} has no paper to seal")
    return sealed


def recognised(inspected: Inspected, checklist: Checklist) -> list[str]:
    """The papers of ``checklist`` that the reader finds in a file, in the checklist's order."""
    found = {paper.paper for paper in read(inspected.texts).papers}
    return [paper.value for paper in checklist.papers if paper in found]


@dataclass(frozen=True)
class _Merged:
    name: str
    pages: int


def _rearrange(
    evidence: Evidence,
    arrange: Callable[[list[EvidencePart]], Sequence[EvidenceFile]],
    change: Callable[[Evidence], Event],
    *,
    now: datetime,
) -> Evidence:
    """Merge the files as ``arrange`` puts them, then ``change`` the parts, if they are still the same.

    Every merged PDF has a name of its own: where the row still names the one that was read, nobody changed the parts.
    """
    for _ in range(ATTEMPTS):
        seen = evidence if evidence._state.adding else _as_it_is(evidence)
        if seen.sealed_at:
            raise NotTaken(KeepingRefusal.SEALED)
        merged = _merge(arrange(list(seen.parts.select_related("file")) if not seen._state.adding else []))
        with transaction.atomic():
            if seen._state.adding:
                seen.save()
            unchanged = Evidence.objects.filter(pk=seen.pk, merged=seen.merged, sealed_at__isnull=True)
            if unchanged.update(merged=merged.name, pages=merged.pages, updated_at=now):
                record(change(seen), now=now)
                return _as_it_is(seen)
    raise NotTaken(KeepingRefusal.CHANGED_MEANWHILE)


def _merge(files: Sequence[EvidenceFile]) -> _Merged:
    if not files:
        return _Merged("", 0)
    limits, pages = limits_of_all_files(), sum(file.pages for file in files)
    if pages > limits.pages:
        raise NotTaken(KeepingRefusal.TOO_MANY_PAGES_TOGETHER)
    parts = [content_of(file.view) for file in files]
    # Measured before merging: the child need not be started for what is refused anyway.
    if sum(map(len, parts)) > limits.bytes:
        raise NotTaken(KeepingRefusal.TOO_LARGE_TOGETHER)
    try:
        # One file alone is its sanitised copy already.
        merged = parts[0] if len(parts) == 1 else merge(parts, limits=limits)
    except NotOpened as error:
        raise NotTaken(Refusal.TOO_COMPLICATED) from error
    return _Merged(store_pdf("merged", merged), pages)


def _place_of(part_id: int, parts: Sequence[EvidencePart]) -> int:
    """The place of a part that may move up. Raises :class:`NotTaken` where it has moved or gone meanwhile."""
    place = next((place for place, part in enumerate(parts) if part.pk == part_id), 0)
    if place == 0:
        raise NotTaken(KeepingRefusal.CHANGED_MEANWHILE)
    return place


def _scan(content: bytes) -> None:
    """Where a scanner is set. A file over the limit is left to the inspection, which refuses it for its size."""
    if not settings.CLAMD_URL or len(content) > settings.EVIDENCE_MAX_BYTES:
        return
    try:
        malware = found_in(content, url=settings.CLAMD_URL, seconds=settings.CLAMD_SECONDS)
    except ScannerUnreachable as error:
        raise NotTaken(KeepingRefusal.SCANNER_UNREACHABLE) from error
    if malware:
        raise NotTaken(KeepingRefusal.MALWARE)


def _as_it_is(evidence: Evidence) -> Evidence:
    return Evidence.objects.select_related("establishment__corporation").get(pk=evidence.pk)


def _event(verb: str, evidence: Evidence, by: User, **details: object) -> Event:
    number = evidence.establishment.member_number
    return Event(verb, f"evidence:{evidence.pk}", Actor.user(by.pk), number, details)
