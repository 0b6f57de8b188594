"""Evidence to be looked at: by those who act for its establishment and by the secretariat, by nobody else."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from discounts.evidence.inspection import NotOpened
from discounts.models import Evidence, EvidenceFile
from discounts.page_images import page_image
from discounts.serving import serve
from members.access import UserRequest

PDF, PNG = "application/pdf", "image/png"


@require_safe
def evidence_pdf(request: UserRequest, key: UUID) -> HttpResponseBase:
    """All papers of an evidence as one PDF, shown in the browser."""
    evidence = _evidence(request, key)
    return serve(request, evidence.merged, content_type=PDF, name=f"{evidence}.pdf")


@require_safe
def evidence_page(request: UserRequest, key: UUID, page: int, width: int) -> HttpResponseBase:
    """One page as a picture, at one of two widths; 503 where it could not be drawn."""
    evidence = _evidence(request, key)
    try:
        stored = page_image(evidence, page=page, width=width)
    except NotOpened:  # too slow or too large just now; the PDF itself can be looked at all the same
        return HttpResponse(status=503)
    return serve(request, stored, content_type=PNG, name=f"{evidence}-{page}.png")


@require_safe
def evidence_file(request: UserRequest, key: UUID) -> HttpResponseBase:
    """The sanitised copy of one file."""
    file = get_object_or_404(EvidenceFile.objects.seen_by(request.user), key=key)
    return serve(request, file.view, content_type=PDF, name=_as_pdf(file.name))


@require_safe
def evidence_original(request: UserRequest, key: UUID) -> HttpResponseBase:
    """One file as it was handed in, byte for byte, to be saved, not shown."""
    file = get_object_or_404(EvidenceFile.objects.seen_by(request.user), key=key)
    return serve(request, file.original, content_type=PDF, name=_as_pdf(file.name), attachment=True)


def _as_pdf(name: str) -> str:
    """What was called ``list.exe`` is a PDF, and is saved as one."""
    return name if name.lower().endswith(".pdf") else f"{name}.pdf"


def _evidence(request: UserRequest, key: UUID) -> Evidence:
    with_papers: QuerySet[Evidence] = Evidence.objects.seen_by(request.user).exclude(merged="")
    found = with_papers.filter(key=key).first()
    if found is None:
        raise Http404
    return found
