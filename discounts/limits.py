"""How large evidence may be, from the settings."""

from django.conf import settings

from discounts.evidence.inspection import Limits


def limits_of_a_file() -> Limits:
    return Limits(
        bytes=settings.EVIDENCE_MAX_BYTES,
        pages=settings.EVIDENCE_MAX_PAGES,
        seconds=settings.EVIDENCE_SECONDS,
        memory=settings.EVIDENCE_MEMORY,
    )


def limits_of_all_files() -> Limits:
    """Of the PDF into which the files of one evidence are merged."""
    return Limits(
        bytes=settings.EVIDENCE_MAX_TOTAL_BYTES,
        pages=settings.EVIDENCE_MAX_TOTAL_PAGES,
        seconds=settings.EVIDENCE_SECONDS,
        memory=settings.EVIDENCE_MEMORY,
    )
