"""Reading the demo's mails in the browser. These pages exist in the demo only."""

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET


@dataclass(frozen=True)
class StoredMail:
    """A mail as it lies in the demo's folder."""

    name: str
    subject: str
    recipient: str
    at: datetime
    body: str


@login_not_required
@require_GET
def mail_list(request: HttpRequest) -> HttpResponse:
    files = sorted(
        Path(settings.MAIL_FILES_DIR).glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True
    )
    page = Paginator(files, 30).get_page(request.GET.get("page"))
    return render(request, "demo/mails.html", {"page_obj": page, "mails": [_read(path) for path in page]})


@login_not_required
@require_GET
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    known = {path.stem: path for path in Path(settings.MAIL_FILES_DIR).glob("*.eml")}
    if name not in known:
        raise Http404
    return render(request, "demo/mail.html", {"mail": _read(known[name])})


def _read(path: Path) -> StoredMail:
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(path.read_bytes())
    body = message.get_body(("plain",))
    return StoredMail(
        name=path.stem,
        subject=str(message["Subject"]),
        recipient=str(message["To"]),
        at=datetime.fromtimestamp(path.stat().st_mtime, timezone.get_current_timezone()),
        body=body.get_content() if body else "",
    )
