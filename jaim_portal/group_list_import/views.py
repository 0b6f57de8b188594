"""The secretariat uploads the member list that an industry group sent in, looks at who is on it, and imports it."""

from dataclasses import dataclass
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
from discounts.group_list_reading import GroupListReading, read_group_list
from discounts.group_lists import import_group_members, list_of_the_day
from discounts.group_matching import Match, match_rows
from discounts.models import IndustryGroup
from discounts.permissions import IMPORT_GROUP_LISTS
from discounts.typed_days import day_from
from fiscal_calendar.japanese import format_day
from fiscal_calendar.tokyo import day_of
from jaim_portal import stash
from members.access import UserRequest
from members.member_list import MemberListUnreadable
from members.member_list.columns import GROUP_MEMBER_COLUMNS
from members.member_list.rejects import write_rejects

KIND = "group_list_import"
ROWS_SHOWN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOO_LATE = "確認してから1時間以上たったため、取り込めませんでした。もう一度ファイルを選んでください。"
WHOLE, MENDED = "whole", "mended"


class GroupListForm(forms.Form):
    group = forms.ModelChoiceField(
        IndustryGroup.objects.all(),
        label="正会員団体",
        empty_label="選んでください",
        error_messages={
            "required": "名簿を送ってきた団体を選んでください。",
            "invalid_choice": "選んだ団体が見つかりません。一覧から選び直してください。",
        },
    )
    as_of = forms.CharField(
        label="名簿の基準日",
        help_text="名簿に書かれている日付、または団体から届いた日です。2027年1月20日や令和9年1月20日のように入力してください。",
        error_messages={"required": "名簿の基準日を入力してください。"},
    )
    amount = forms.ChoiceField(
        label="ファイルの内容",
        choices=[
            (WHOLE, "名簿の全体（同じ日の名簿があれば、入れ替えます）"),
            (MENDED, "取り込めなかった行を直したもの（同じ日の名簿に加えます）"),
        ],
        initial=WHOLE,
        error_messages={
            "required": "ファイルの内容を選んでください。",
            "invalid_choice": "ファイルの内容を選び直してください。",
        },
    )
    group_list = forms.FileField(
        label="会員名簿のファイル",
        help_text="Excel（.xlsx）またはCSV（UTF-8、Shift_JIS）。見出しの行は自動で探します。",
        error_messages={
            "required": "ファイルを選んでください。",
            "empty": "ファイルの中身が空です。会員名簿のファイルを選び直してください。",
        },
    )

    def clean_as_of(self) -> date:
        try:
            day = day_from([self.cleaned_data["as_of"], "", ""])
        except ValueError:
            day = None
        if day is None:
            raise forms.ValidationError("日付を読み取れません。2027年1月20日のように入力してください。")
        if day > day_of(timezone.now()):
            raise forms.ValidationError("今日より先の日付です。名簿の基準日を確かめてください。")
        return day


@dataclass(frozen=True)
class Upload:
    """A list as it was uploaded: whose it is, of which day, and whether it is the whole list."""

    group: IndustryGroup
    as_of: date
    is_whole: bool
    reading: GroupListReading


@require_http_methods(["GET", "POST"])
def upload(request: UserRequest) -> HttpResponse:
    """Choose a group and its file; a list that can be read leads on to its preview."""
    _require(request)
    initial = {"group": request.GET.get("group"), "as_of": format_day(day_of(timezone.now()))[:-3]}
    form = GroupListForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["group_list"].read()
        try:
            read_group_list(content)
        except MemberListUnreadable as unreadable:
            form.add_error("group_list", str(unreadable))
        else:
            about = {
                "group": str(form.cleaned_data["group"].pk),
                "as_of": form.cleaned_data["as_of"].isoformat(),
                "amount": form.cleaned_data["amount"],
            }
            token = stash.keep(content, kind=KIND, user=request.user, about=about)
            return redirect("admin:group_list_import_preview", token)
    return _page(request, "upload", "団体の会員名簿を取り込む", form=form, form_has_errors=bool(form.errors))


@require_GET
def preview(request: UserRequest, token: str) -> HttpResponse:
    """Who is on the list, and which of them are members. Nothing is written yet."""
    uploaded = _uploaded(request, token)
    if uploaded is None:
        return _start_again(request)
    matching = match_rows(uploaded.reading.accepted)
    page = {
        "uploaded": uploaded,
        "token": token,
        "earlier": list_of_the_day(uploaded.group, uploaded.as_of),
        "counts": [(match.label, len(matching.of(match))) for match in Match],
        "ambiguous": matching.of(Match.AMBIGUOUS)[:ROWS_SHOWN],
        "matched": [*matching.of(Match.NUMBER), *matching.of(Match.NAME)][:ROWS_SHOWN],
        "unmatched": matching.of(Match.NONE)[:ROWS_SHOWN],
        "rows_shown": ROWS_SHOWN,
        "refused_rows": len({cell.row_number for cell in uploaded.reading.refused}),
    }
    return _page(request, "preview", "取り込む内容の確認", **page)


@require_POST
def store(request: UserRequest, token: str) -> HttpResponse:
    """Import the rows that are right. Pressing twice imports the same list twice, which changes nothing."""
    uploaded = _uploaded(request, token)
    if uploaded is None:
        return _start_again(request)
    if not uploaded.reading.accepted:
        messages.error(request, "取り込める会社が1社もありません。ファイルを直して、もう一度選んでください。")
        return redirect("admin:group_list_import_preview", token)
    changed = import_group_members(
        uploaded.reading.accepted,
        group=uploaded.group,
        as_of=uploaded.as_of,
        adding=not uploaded.is_whole,
        by=Actor.behind(request),
        now=timezone.now(),
    )
    what = f"{uploaded.group}の会員名簿（{format_day(uploaded.as_of)}現在）"
    if changed:
        messages.success(request, f"{what}を取り込みました。{len(uploaded.reading.accepted)}社です。")
    else:
        messages.info(request, f"{what}は、すでに取り込まれています。変更はありません。")
    return redirect("admin:group_list_import_preview", token)


@require_GET
def rejects(request: UserRequest, token: str) -> HttpResponse:
    """The refused rows as a workbook that can be mended and imported again."""
    uploaded = _uploaded(request, token)
    if uploaded is None:
        return _start_again(request)
    workbook = BytesIO()
    write_rejects(workbook, uploaded.reading, columns=GROUP_MEMBER_COLUMNS)
    response = HttpResponse(workbook.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="group-list-rejects.xlsx"'
    return response


def _require(request: UserRequest) -> None:
    if not request.user.has_perm(IMPORT_GROUP_LISTS):
        raise PermissionDenied


def _uploaded(request: UserRequest, token: str) -> Upload | None:
    _require(request)
    kept = stash.find(token, kind=KIND, user=request.user)
    group = IndustryGroup.objects.filter(pk=kept.about["group"]).first() if kept else None
    if kept is None or group is None:
        return None
    as_of = date.fromisoformat(kept.about["as_of"])
    return Upload(group, as_of, kept.about["amount"] == WHOLE, read_group_list(kept.content))


def _start_again(request: UserRequest) -> HttpResponse:
    messages.error(request, TOO_LATE)
    return redirect("admin:group_list_import")


def _page(request: UserRequest, template: str, title: str, **values: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": title, **values}
    return render(request, f"admin/group_list_import/{template}.html", context)
