"""Answers that carry a stored file: private, never sniffed, never run."""

import hashlib
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from discounts.stored_files import evidence_storage, opened

# A file may draw itself and do nothing else: no script, no form, no request.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
# Kept by the browser alone, which asks each time whether it still may.
CACHING = "private, no-cache"


def serve(
    request: HttpRequest, stored: str, *, content_type: str, name: str, attachment: bool = False
) -> HttpResponseBase:
    """The file stored as ``stored``, called ``name`` where it is saved; 304 where the browser has it already.

    With ``EVIDENCE_X_ACCEL_PREFIX`` and files on this machine nginx sends it. What is stored never changes, so its
    name makes a strong ETag.
    """
    etag = f'"{hashlib.sha256(stored.encode()).hexdigest()[:32]}"'
    unchanged = get_conditional_response(request, etag=etag)
    answer = unchanged if unchanged is not None else _with_content(stored, content_type)
    answer["ETag"] = etag
    answer["Cache-Control"] = CACHING
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    if disposition := content_disposition_header(attachment, name):
        answer["Content-Disposition"] = disposition
    return answer


def _with_content(stored: str, content_type: str) -> HttpResponseBase:
    prefix = settings.EVIDENCE_X_ACCEL_PREFIX
    if prefix and isinstance(evidence_storage(), FileSystemStorage):
        answer = HttpResponse(content_type=content_type)
        answer["X-Accel-Redirect"] = f"{prefix.rstrip('/')}/{quote(stored)}"
        return answer
    return FileResponse(opened(stored), content_type=content_type)
