"""The secretariat uploads a member list, looks at what it would change, and imports it."""

from datetime import date
from io import BytesIO
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.trail import Actor
from fiscal_calendar.fiscal_year import FiscalYear
from fiscal_calendar.tokyo import day_of
from jaim_portal import stash
from jaim_portal.member_import.importing import import_members, preview_import, read_list
from members.access import UserRequest
from members.member_list import MemberListReading, MemberListUnreadable, write_rejects
from members.permissions import IMPORT_MEMBERS

KIND = "member_import"
CHANGES_SHOWN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOO_LATE = "確認してから1時間以上たったため、取り込めませんでした。もう一度ファイルを選んでください。"


class MemberListForm(forms.Form):
    member_list = forms.FileField(
        label="会員名簿のファイル",
        help_text="Excel（.xlsx）またはCSV（UTF-8、Shift_JIS）。見出しの行は自動で探します。",
        error_messages={
            "required": "ファイルを選んでください。",
            "empty": "ファイルの中身が空です。会員名簿のファイルを選び直してください。",
        },
    )


@require_http_methods(["GET", "POST"])
def upload(request: UserRequest) -> HttpResponse:
    """Choose a file; a list that can be read leads on to its preview."""
    _require(request)
    form = MemberListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["member_list"].read()
        try:
            read_list(content, today=_today())
        except MemberListUnreadable as unreadable:
            form.add_error("member_list", str(unreadable))
        else:
            return redirect("admin:member_import_preview", stash.keep(content, kind=KIND, user=request.user))
    return _page(request, "upload", "会員名簿を取り込む", form=form, form_has_errors=bool(form.errors))


@require_GET
def preview(request: UserRequest, token: str) -> HttpResponse:
    """What the import would add, change and refuse. Nothing is written yet."""
    reading = _reading(request, token)
    if reading is None:
        return _start_again(request)
    report = preview_import(reading, fiscal_year=_fiscal_year(), today=_today())
    values = {"report": report, "token": token, "changed": report.changed[:CHANGES_SHOWN]}
    return _page(request, "preview", "取り込む内容の確認", fiscal_year=_fiscal_year(), **values)


@require_POST
def store(request: UserRequest, token: str) -> HttpResponse:
    """Import the rows that are right. Pressing twice imports the same list twice, which changes nothing."""
    reading = _reading(request, token)
    if reading is None:
        return _start_again(request)
    report = import_members(reading, fiscal_year=_fiscal_year(), by=Actor.behind(request), now=timezone.now())
    messages.success(
        request,
        f"会員名簿を取り込みました。追加 {len(report.added)}件、変更 {len(report.changed)}件、"
        f"変更なし {len(report.same)}件、取り込めなかった行 {report.refused_row_count}件です。",
    )
    return redirect("admin:member_import_preview", token)


@require_GET
def rejects(request: UserRequest, token: str) -> HttpResponse:
    """The refused rows as a workbook that can be mended and imported again."""
    reading = _reading(request, token)
    if reading is None:
        return _start_again(request)
    workbook = BytesIO()
    write_rejects(workbook, reading)
    response = HttpResponse(workbook.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="member-list-rejects.xlsx"'
    return response


def _require(request: UserRequest) -> None:
    if not request.user.has_perm(IMPORT_MEMBERS):
        raise PermissionDenied


def _reading(request: UserRequest, token: str) -> MemberListReading | None:
    _require(request)
    kept = stash.find(token, kind=KIND, user=request.user)
    return read_list(kept.content, today=_today()) if kept else None


def _start_again(request: UserRequest) -> HttpResponse:
    messages.error(request, TOO_LATE)
    return redirect("admin:member_import")


def _today() -> date:
    return day_of(timezone.now())


def _fiscal_year() -> int:
    """The list shows the discounts of the year in which it is imported."""
    return FiscalYear.from_date(_today()).year


def _page(request: UserRequest, template: str, title: str, **values: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": title, **values}
    return render(request, f"admin/member_import/{template}.html", context)
