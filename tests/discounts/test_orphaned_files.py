"""Stored files that no row names are discarded after a day; what a row names stays, pictures of its pages too."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from discounts.handing_in import for_editing, take_out
from discounts.models import Evidence, EvidenceFile
from discounts.orphans import discard_orphans
from discounts.page_images import page_image
from discounts.stored_files import PAGES, PDFS, store_pdf, stored_under
from tests.factories import HANDED_IN_AT, EvidenceFactory, UserFactory

# A storage of this test alone: what others left is no orphan of ours.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_memory")]


def stored() -> set[str]:
    return {name for folder in (*PDFS, PAGES) for name in stored_under(folder)}


def after(**time: int) -> int:
    """The day's job, so long after the files were stored."""
    return discard_orphans(now=timezone.now() + timedelta(**time))


def long_after() -> int:
    """The day's job, more than a day after all files and rows, whenever the test runs."""
    return discard_orphans(now=max(timezone.now(), HANDED_IN_AT) + timedelta(days=3))


def test_what_a_row_names_stays() -> None:
    evidence = EvidenceFactory(files=[["1"], ["2"]], sealed=True)
    page_image(evidence, page=1, width=240)
    before = stored()
    assert len(before) == 6
    assert long_after() == 0
    assert stored() == before


def test_what_a_crash_left_behind_goes_after_a_day() -> None:
    left = {store_pdf(kind, b"%PDF") for kind in PDFS}
    assert after(hours=23) == 0
    assert stored() == left
    assert after(hours=25) == 3
    assert stored() == set()


def test_merged_pdfs_and_their_pictures_go_when_others_took_their_place() -> None:
    evidence = EvidenceFactory(files=[["1"], ["2"]])
    old = {evidence.merged, page_image(evidence, page=1, width=240)}
    evidence = take_out(
        evidence=evidence, part_id=evidence.parts.last().pk, by=UserFactory(), now=timezone.now()
    )
    evidence = Evidence.objects.get(pk=evidence.pk)
    Evidence.objects.filter(pk=evidence.pk).update(sealed_at=timezone.now())
    assert old < stored()
    long_after()
    assert not old & stored()
    assert evidence.merged in stored()


def test_a_file_that_was_taken_out_goes_with_its_row() -> None:
    evidence = EvidenceFactory(files=[["1"], ["2"]], updated_at=timezone.now())
    removed = evidence.parts.select_related("file").last()
    evidence = take_out(evidence=evidence, part_id=removed.pk, by=UserFactory(), now=timezone.now())
    Evidence.objects.filter(pk=evidence.pk).update(sealed_at=timezone.now())
    long_after()
    assert not EvidenceFile.objects.filter(pk=removed.file_id).exists()
    assert not {removed.file.original, removed.file.view} & stored()
    entry = AuditEvent.objects.latest("sequence")
    assert (entry.verb, entry.details) == ("evidence.discard", {"evidence": [], "files": 1})


def test_what_a_submitted_evidence_and_its_copy_share_stays_until_neither_names_it() -> None:
    sealed = EvidenceFactory(sealed=True)
    copy = for_editing(evidence=sealed, by=UserFactory(), now=sealed.updated_at)
    assert copy.merged == sealed.merged
    assert long_after() == 1  # the copy, of which nobody made anything
    assert sealed.merged in stored()
    assert not Evidence.objects.filter(pk=copy.pk).exists()


def test_nothing_to_discard_leaves_no_trace() -> None:
    before = AuditEvent.objects.count()
    assert long_after() == 0
    assert AuditEvent.objects.count() == before
