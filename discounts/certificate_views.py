"""「会員証を更新する」 on the my-page: hand in a newer certificate at any time of the year."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from discounts import evidence_files
from discounts.certificate_forms import CertificateForm
from discounts.certificate_page import TONES, Errors, days_left_text, doubts_about
from discounts.certificate_status import CertificateStatus
from discounts.certificates import Incomplete, NotNow, checklist_of, draft_of, fill_in, submit_certificate
from discounts.certificates_on_record import OnRecord, on_record, submitted_by
from discounts.files_shown import files_of
from discounts.handed_in import expiry_read
from discounts.handing_in import content_of_upload
from discounts.kinds import Discount
from discounts.limits import limits_of_a_file, limits_of_all_files
from discounts.models import CertificateUpdate, Evidence
from discounts.not_taken import NotTaken
from discounts.paper_texts import paper_texts
from discounts.typed_days import parts_of_day
from fiscal_calendar.tokyo import day_of
from members.access import UserRequest, establishment_of
from members.models import Establishment

# Where the establishment may answer for the next year on a day, as a room above knows; empty where it may not.
WhereToAnswer = Callable[[Establishment, date], str]
EARLIER_SHOWN = 20
LOOK_AGAIN = (
    "ファイルを受け取りました。まだ提出は完了していません。"
    "ファイルと有効期限を確認し、もう一度「提出する」を押してください。"
)


@dataclass(frozen=True)
class Desk:
    """Where the form is worked on: whose it is, what is asked for, who works and when."""

    request: UserRequest
    establishment: Establishment
    asked: OnRecord
    where_to_answer: WhereToAnswer
    now: datetime

    @property
    def who(self) -> dict[str, Any]:
        return {"by": self.request.user, "now": self.now}

    @property
    def today(self) -> date:
        return day_of(self.now)

    def draft(self) -> CertificateUpdate:
        return draft_of(self.establishment, self.asked)

    def keep(self, **values: Any) -> None:
        fill_in(establishment=self.establishment, **values, **self.who)


@require_http_methods(["GET", "POST"])
def certificate(
    request: UserRequest, establishment_id: int, *, where_to_answer: WhereToAnswer
) -> HttpResponse:
    """The form. Every button keeps what is filled in first, so nothing that was typed is lost."""
    establishment, now = establishment_of(request.user, establishment_id), timezone.now()
    asked = on_record(establishment, on=day_of(now))
    if asked is None:
        return render(request, "discounts/certificate_not_needed.html", {"establishment": establishment})
    desk = Desk(request, establishment, asked, where_to_answer, now)
    if request.method == "POST":
        return _posted(desk)
    return _page(desk, _saved(desk.draft()))


@require_GET
def received(request: UserRequest, establishment_id: int) -> HttpResponse:
    """What was submitted last, where it stands, and what happens next."""
    establishment = establishment_of(request.user, establishment_id)
    latest = submitted_by(establishment).first()
    if latest is None:
        return redirect("certificate", establishment_id)
    page = {
        "establishment": establishment,
        "update": latest,
        "proof": latest.group.get_proof_display(),
        "tone": TONES[CertificateStatus(latest.status)],
        "Status": CertificateStatus,
    }
    return render(request, "discounts/certificate_received.html", page)


# --- the form -----------------------------------------------------------------------------------------------------


def _posted(desk: Desk) -> HttpResponse:
    request = desk.request
    form, action = CertificateForm(request.POST), request.POST.get("action", "")
    form.is_valid()
    errors = Errors()
    try:
        if form.filled:
            desk.keep(**form.filled)
        errors.add("papers", *_files(desk, action))
    except NotNow as refused:
        messages.error(request, str(refused))
        return redirect("certificate", desk.establishment.pk)
    if action != "autosave":
        for name, found in form.errors.items():
            errors.add(name, *(str(text) for text in found))
    if errors or action == "autosave":
        return _page(desk, _typed(desk.draft(), form), errors)
    return _next_page(desk, action)


def _files(desk: Desk, action: str) -> list[str]:
    """Files that come along, and what a button does to one of them; the texts of what was not taken."""
    refused = []
    for file in desk.request.FILES.getlist("group_files"):
        refused += _take_in(desk, file)
    verb, _, about = action.partition("-")
    _, _, where = about.partition("-")
    evidence = desk.draft().evidence
    place = int(where) if where.isascii() and where.isdecimal() and len(where) < 4 else 0
    if evidence is None or not 1 <= place <= evidence.parts.count():
        return refused
    return refused + _press(desk, verb, evidence, place)


def _press(desk: Desk, verb: str, evidence: Evidence, place: int) -> list[str]:
    """「削除」, 「上へ」, 「差し替え」 of the file at a place."""
    read_before = expiry_read(evidence)
    try:
        if verb == "remove":
            _keep_evidence(desk, evidence_files.remove(evidence, place, **desk.who), read_before)
        elif verb == "up" and place > 1:
            _keep_evidence(desk, evidence_files.up(evidence, place, **desk.who), read_before)
    except NotTaken as reason:
        return [str(reason)]
    if verb != "replace":
        return []
    file = desk.request.FILES.get(f"group_replacement_{place}")
    if file is None:
        return ["差し替えるファイルが選ばれていません。PDFのファイルを選んでください。"]
    return _take_in(desk, file, place=place)


def _take_in(desk: Desk, file: UploadedFile, *, place: int = 0) -> list[str]:
    """Add a file, or put it in the place of another; the text of why it was not taken."""
    draft = desk.draft()
    read_before = _day_read(draft)
    try:
        taken = evidence_files.add(
            draft.evidence,
            establishment=desk.establishment,
            discount=Discount.GROUP,
            checklist=checklist_of(desk.asked),
            name=file.name or "",
            content=content_of_upload(file),
            **desk.who,
        )
        if place:
            taken = evidence_files.put_last_in_place_of(taken, place, **desk.who)
    except NotTaken as reason:
        return [f"「{file.name}」：{reason}"]
    _keep_evidence(desk, taken, read_before)
    return []


def _keep_evidence(desk: Desk, evidence: Evidence | None, read_before: date | None) -> None:
    """With it the day that stands on it, where the member has entered no other than the one that was read before."""
    values: dict[str, Any] = {"evidence": evidence}
    if desk.draft().valid_until in (None, read_before):
        values["valid_until"] = expiry_read(evidence) if evidence else None
    desk.keep(**values)


def _day_read(draft: CertificateUpdate) -> date | None:
    return expiry_read(draft.evidence) if draft.evidence else None


def _next_page(desk: Desk, action: str) -> HttpResponse:
    """Where the pressed button leads. What comes along with 「提出する」 is looked at before it is submitted."""
    key = desk.establishment.pk
    if action == "submit" and not desk.request.FILES:
        return _submit(desk)
    if action == "submit":
        messages.warning(desk.request, LOOK_AGAIN)
    elif action == "save":
        messages.success(desk.request, "入力内容を保存しました。まだ提出は完了していません。")
        return redirect("establishment_home", key)
    where = reverse("certificate", args=[key])
    return redirect(f"{where}#group_papers" if "-group" in action else where)


def _submit(desk: Desk) -> HttpResponse:
    try:
        submit_certificate(establishment=desk.establishment, **desk.who)
    except Incomplete as incomplete:
        errors = Errors()
        errors.of_problems(incomplete.problems)
        return _page(desk, _saved(desk.draft()), errors)
    except NotNow as refused:
        latest = submitted_by(desk.establishment).first()
        if latest is None or latest.status != CertificateStatus.WAITING:
            messages.error(desk.request, str(refused))
            return redirect("certificate", desk.establishment.pk)
    return redirect("certificate_received", desk.establishment.pk)


def _saved(draft: CertificateUpdate) -> dict[str, str]:
    return {**parts_of_day(draft.valid_until), "group_remark": draft.remark}


def _typed(draft: CertificateUpdate, form: CertificateForm) -> dict[str, str]:
    """What was typed where it cannot be kept as it is, otherwise what was kept."""
    fields = _saved(draft)
    if form.errors:
        fields |= {name: form.data.get(name, "") for name in fields}
    return fields


def _page(desk: Desk, fields: dict[str, str], errors: Errors | None = None) -> HttpResponse:
    errors, draft, earlier = (
        errors or Errors(),
        desk.draft(),
        list(submitted_by(desk.establishment)[:EARLIER_SHOWN]),
    )
    latest = earlier[0] if earlier else None
    last_day = desk.asked.last_day
    page = {
        "establishment": desk.establishment,
        "asked": desk.asked,
        "proof": desk.asked.asks_for.label,
        "asks_for_a_day": desk.asked.asks_for == "certificate",
        "checklist": checklist_of(desk.asked),
        "paper_texts": paper_texts(),
        "days_left": days_left_text(last_day, today=desk.today) if last_day else "",
        "has_expired": bool(last_day and last_day < desk.today),
        "files": files_of(draft.evidence, Discount.GROUP, claim=None, on=desk.today),
        "fields": fields,
        "day_read": _day_read(draft),
        "doubts": doubts_about(draft.valid_until, read=_day_read(draft), asked=desk.asked),
        "limit": limits_of_a_file(),
        "limit_together": limits_of_all_files(),
        "errors": errors.texts,
        "summary": errors.summary,
        "form_has_errors": bool(errors),
        "saved_at": draft.updated_at if draft.pk else None,
        "waiting": latest if latest and latest.status == CertificateStatus.WAITING else None,
        "returned": latest if latest and latest.status == CertificateStatus.RETURNED else None,
        "earlier": [(update, TONES[CertificateStatus(update.status)]) for update in earlier],
        "renewal_url": desk.where_to_answer(desk.establishment, desk.today),
    }
    return render(desk.request, "discounts/certificate.html", page)
