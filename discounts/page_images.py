"""Pages of evidence as pictures: rendered once, in a child process, and kept beside the PDF."""

from django.http import Http404

from discounts.evidence.inspection import render_page
from discounts.limits import limits_of_all_files
from discounts.models import Evidence
from discounts.stored_files import content_of, evidence_storage, page_image_name, store_page_image

THUMBNAIL, FULL = 240, 1200
WIDTHS = (THUMBNAIL, FULL)  # pixels


def page_image(evidence: Evidence, *, page: int, width: int) -> str:
    """The stored name of the picture of ``page`` (from 1) at ``width``. Raises ``Http404`` for a page or a width that
    there is not."""
    if width not in WIDTHS or not 1 <= page <= evidence.pages:
        raise Http404
    name = page_image_name(evidence.merged, page=page, width=width)
    if not evidence_storage().exists(name):
        pdf = content_of(evidence.merged)
        store_page_image(name, render_page(pdf, page=page, width=width, limits=limits_of_all_files()))
    return name
