"""Discarding what nothing refers to any more: rows that nobody submitted, and stored files without a row."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

from django.db import models, transaction
from django.db.models import Exists, OuterRef

from audit.trail import Actor, Event, record
from discounts.models import Evidence, EvidenceFile, EvidencePart
from discounts.stored_files import PAGES, PDFS, evidence_storage, pdf_behind, stem_of, stored_under

KEPT = timedelta(days=1)  # what a request at work has stored, and a form that is still open refers to
JOB = Actor.job("evidence")


def discard_orphans(*, now: datetime) -> int:
    """Discard what is older than a day and nothing refers to; returns how many rows and files went.

    Rows first: an unsealed evidence to which no row of any room refers, a file that is part of no evidence. Then
    stored files that no row names. Idempotent; what is referred to meanwhile stays.
    """
    before = now - KEPT
    discarded = _discard_rows(before, now)
    for name in list(_unnamed(before)):
        evidence_storage().delete(name)
        discarded += 1
    return discarded


def _discard_rows(before: datetime, now: datetime) -> int:
    with transaction.atomic():
        left = _not_referred_to().filter(sealed_at__isnull=True, updated_at__lt=before)
        numbers = list(left.values_list("pk", flat=True))
        Evidence.objects.filter(pk__in=numbers).delete()
        unused = EvidenceFile.objects.filter(
            ~Exists(EvidencePart.objects.filter(file=OuterRef("pk"))), uploaded_at__lt=before
        )
        files = unused.delete()[0]
        if numbers or files:
            details = {"evidence": numbers, "files": files}
            record(Event("evidence.discard", "evidence:", JOB, details=details), now=now)
    return len(numbers) + files


def _not_referred_to() -> models.QuerySet[Evidence]:
    """Evidence that no row but its own parts refers to, whichever room the row belongs to.

    Relations without a way back (``related_name="+"``) are hidden and count all the same.
    """
    found = Evidence.objects.all()
    for relation in Evidence._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ForeignObjectRel) and relation.field.model is not EvidencePart:
            referring = relation.field.model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            found = found.filter(~Exists(referring))
    return found


def _unnamed(before: datetime) -> Iterator[str]:
    """Stored files older than ``before`` that no row names, nor the row of the PDF whose page they show."""
    named = _stems_named()
    for folder in (*PDFS, PAGES):
        for name in stored_under(folder):
            if pdf_behind(name) not in named and _is_older(name, before):
                yield name


def _stems_named() -> set[str]:
    files = EvidenceFile.objects.values_list("original", "view")
    merged = Evidence.objects.exclude(merged="").values_list("merged")
    return {stem_of(name) for names in chain(files.iterator(), merged.iterator()) for name in names}


def _is_older(name: str, before: datetime) -> bool:
    try:
        return evidence_storage().get_modified_time(name) < before
    except FileNotFoundError:  # another run was quicker
        return False
