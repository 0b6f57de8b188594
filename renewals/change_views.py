"""「継続する（割引の変更あり）」: the form with its papers, and the page to check before submitting."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from discounts.handing_in import content_of_upload
from discounts.kinds import Discount
from discounts.limits import limits_of_a_file, limits_of_all_files
from discounts.models import IndustryGroup
from discounts.not_taken import NotTaken
from discounts.paper_texts import paper_texts
from discounts.requirements import ProofOfBelonging, checklist_for, methods_open_to
from fiscal_calendar.tokyo import day_of
from members.access import UserRequest
from renewals.change_forms import WISHES, ChangeCheckForm, ChangeForm, papers_ticked
from renewals.change_page import Errors, Fields, fields_saved, fields_typed, files_shown
from renewals.change_papers import add_file, move_file_up, remove_file, replace_file, say_what_is_in
from renewals.change_summary import comparison, fee_sentence
from renewals.declaration import Declared, Incomplete, NothingChanged, as_declared
from renewals.drafting import draft_of, revert_to_this_year, save_draft
from renewals.group_picker import choices
from renewals.lifecycle import Answer
from renewals.models import DraftDeclaration, Renewal
from renewals.pages import may_answer, page_of, renewal_of, submit_answer, to_receipt, where_it_stands
from renewals.refusals import Refused, Stale
from renewals.status import Intent, Status


@dataclass(frozen=True)
class Desk:
    """Where the form is worked on: whose it is, who works and when."""

    request: UserRequest
    renewal: Renewal
    now: datetime
    groups: list[IndustryGroup]

    @property
    def who(self) -> dict[str, Any]:
        return {"by": self.request.user, "now": self.now}


@require_http_methods(["GET", "POST"])
def changed(request: UserRequest, establishment_id: int) -> HttpResponse:
    """The form. Every button saves it first, so nothing that was typed is lost."""
    renewal = renewal_of(request, establishment_id)
    if not may_answer(renewal):
        return where_it_stands(renewal)
    desk = Desk(request, renewal, timezone.now(), list(IndustryGroup.objects.all()))
    if request.method == "POST":
        return _posted(desk)
    draft, errors = draft_of(renewal), Errors()
    if "check" in request.GET:
        errors.of_findings(_declared(desk, draft).problems)
    return _form_page(desk, draft, fields_saved(draft), errors=errors)


@require_http_methods(["GET", "POST"])
def changed_check(request: UserRequest, establishment_id: int) -> HttpResponse:
    """入力情報確認: what changes and what it costs, then 「申請する」."""
    renewal = renewal_of(request, establishment_id)
    form = ChangeCheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _submit(request, renewal, form)
    if not may_answer(renewal):
        return where_it_stands(renewal)
    desk = Desk(request, renewal, timezone.now(), list(IndustryGroup.objects.all()))
    draft = draft_of(renewal)
    if not draft.stamp:
        return redirect("renewal_changed", establishment_id)
    found = _declared(desk, draft)
    if found.problems:
        return redirect(f"{reverse('renewal_changed', args=[establishment_id])}?check=1")
    if found.nothing_changed:
        return render(request, "renewals/change_nothing.html", page_of(renewal, 1, found=found))
    return render(request, "renewals/change_check.html", _check_page(desk, draft, found))


# --- the form -----------------------------------------------------------------------------------------------------


def _posted(desk: Desk) -> HttpResponse:
    data = desk.request.POST
    draft = draft_of(desk.renewal)
    form = ChangeForm(data, groups=desk.groups)
    form.is_valid()
    filled = form.filled(draft)
    try:
        save_draft(renewal_id=desk.renewal.pk, filled=filled, seen=data.get("stamp"), **desk.who)
    except Stale as stale:
        fields = fields_typed(filled, data, stamp=draft.stamp)
        return _form_page(desk, draft, fields, stale=str(stale), status=409)
    except Refused as refused:
        messages.error(desk.request, str(refused))
        return where_it_stands(desk.renewal)
    draft, refused_files = _papers(desk, data.get("action", ""))
    errors = Errors()
    if data.get("action") != "autosave":
        for name, found in form.errors.items():
            errors.add(name, *(str(text) for text in found))
    for discount, texts in refused_files.items():
        errors.add(f"{discount}_papers", *texts)
    return _next_page(desk, draft, form, errors)


def _reloaded(desk: Desk) -> DraftDeclaration:
    return draft_of(desk.renewal)


def _papers(desk: Desk, action: str) -> tuple[DraftDeclaration, dict[Discount, list[str]]]:
    """What is said about the files, files that come along, and what a button does to one of them; with it the texts
    of what was not taken."""
    refused: dict[Discount, list[str]] = {discount: [] for discount in Discount}
    for discount in Discount:
        refused[discount] += _say_what_is_in(desk, discount)
        for file in desk.request.FILES.getlist(f"{discount}_files"):
            refused[discount] += _take_in(desk, discount, file)
    verb, _, about = action.partition("-")
    kind, _, place = about.partition("-")
    if kind in Discount.values:
        refused[Discount(kind)] += _press(desk, verb, Discount(kind), place)
    return _reloaded(desk), {discount: texts for discount, texts in refused.items() if texts}


def _say_what_is_in(desk: Desk, discount: Discount) -> list[str]:
    draft = _reloaded(desk)
    evidence = draft.evidence_of(discount)
    ticked = papers_ticked(desk.request.POST, discount, evidence.parts.count() if evidence else 0)
    try:
        if ticked:
            say_what_is_in(desk.renewal, draft, discount, ticked, **desk.who)
    except NotTaken as reason:
        return [str(reason)]
    return []


def _take_in(desk: Desk, discount: Discount, file: UploadedFile, *, place: int = 0) -> list[str]:
    """Add a file, or put it in the place of another; the text of why it was not taken."""
    given = {"name": file.name or "", "content": content_of_upload(file), **desk.who}
    try:
        if place:
            replace_file(desk.renewal, _reloaded(desk), discount, place, **given)
        else:
            add_file(desk.renewal, _reloaded(desk), discount, **given)
    except NotTaken as reason:
        return [f"「{file.name}」：{reason}"]
    return []


def _press(desk: Desk, verb: str, discount: Discount, where: str) -> list[str]:
    """「削除」, 「上へ」, 「差し替え」 of the file at a place, 「今年度の内容に戻す」 of the discount."""
    if verb == "revert":
        revert_to_this_year(renewal_id=desk.renewal.pk, discount=discount, **desk.who)
    draft = _reloaded(desk)
    evidence = draft.evidence_of(discount)
    place = int(where) if where.isdecimal() else 0
    if evidence is None or not 1 <= place <= evidence.parts.count():
        return []
    try:
        if verb == "remove":
            remove_file(desk.renewal, draft, discount, place, **desk.who)
        elif verb == "up" and place > 1:
            move_file_up(desk.renewal, draft, discount, place, **desk.who)
    except NotTaken as reason:
        return [str(reason)]
    if verb != "replace":
        return []
    file = desk.request.FILES.get(f"{discount}_replacement_{place}")
    if file is None:
        return ["差し替えるファイルが選ばれていません。PDFのファイルを選んでください。"]
    return _take_in(desk, discount, file, place=place)


def _next_page(desk: Desk, draft: DraftDeclaration, form: ChangeForm, errors: Errors) -> HttpResponse:
    """Where the pressed button leads; back to the form where something is wrong."""
    action = desk.request.POST.get("action", "")
    if action == "next":
        errors.of_findings(_declared(desk, draft).problems)
    if errors or action == "autosave":
        fields = fields_typed(form.filled(draft), desk.request.POST, stamp=draft.stamp)
        if not form.errors:
            fields = fields_saved(draft)
        return _form_page(desk, draft, fields, errors=errors)
    if action == "next":
        return redirect("renewal_changed_check", desk.renewal.establishment_id)
    if action == "save":
        messages.success(
            desk.request,
            "入力内容を保存しました。まだ申請は完了していません。締切日までに、続きを入力してください。",
        )
        return redirect("establishment_home", desk.renewal.establishment_id)
    _, _, about = action.partition("-")
    anchor = about.split("-")[0]
    where = reverse("renewal_changed", args=[desk.renewal.establishment_id])
    if action.startswith("revert"):
        return redirect(f"{where}#{anchor}")
    return redirect(f"{where}#{anchor}_papers" if anchor else where)


def _declared(desk: Desk, draft: DraftDeclaration) -> Declared:
    return as_declared(desk.renewal, draft, on=day_of(desk.now))


def _form_page(
    desk: Desk,
    draft: DraftDeclaration,
    fields: Fields,
    *,
    errors: Errors | None = None,
    stale: str = "",
    status: int = 200,
) -> HttpResponse:
    found, today = _declared(desk, draft), day_of(desk.now)
    errors = errors or Errors()
    open_methods = methods_open_to(sole_proprietor=desk.renewal.establishment.corporation.is_sole_proprietor)
    page = page_of(
        desk.renewal,
        1,
        draft=draft,
        found=found,
        this_year_group=next((group for group in desk.groups if group.pk == found.this_year.group), None),
        fields=fields,
        wishes=WISHES,
        methods=[(method, checklist_for(method)) for method in open_methods],
        groups=choices(desk.groups, chosen=fields.filled.group, this_year=found.this_year.group),
        paper_texts=paper_texts(),
        certificate=checklist_for(ProofOfBelonging.CERTIFICATE),
        dues=checklist_for(ProofOfBelonging.DUES),
        sme_files=files_shown(draft, Discount.SME, on=today),
        group_files=files_shown(draft, Discount.GROUP, on=today),
        limit=limits_of_a_file(),
        limit_together=limits_of_all_files(),
        fee=fee_sentence(found.amount_before, found.amount),
        errors=errors.texts,
        summary=errors.summary,
        form_has_errors=bool(errors),
        stale=stale,
        saved_at=_saved_at(desk.renewal, draft),
    )
    return render(desk.request, "renewals/change_form.html", page, status=status)


def _saved_at(renewal: Renewal, draft: DraftDeclaration) -> datetime | None:
    """When the member last saved; what a return filled in is not its own doing."""
    filled_in_by_return = renewal.status == Status.RETURNED and draft.updated_at == renewal.returned_at
    return draft.updated_at if draft.stamp and not filled_in_by_return else None


# --- the page to check --------------------------------------------------------------------------------------------


def _check_page(desk: Desk, draft: DraftDeclaration, found: Declared) -> dict[str, Any]:
    today = day_of(desk.now)
    to_prove = found.changes.to_prove
    names = {group.pk: group.name for group in desk.groups}
    return page_of(
        desk.renewal,
        1,
        form=ChangeCheckForm(initial={"stamp": draft.stamp}),
        found=found,
        rows=comparison(found, draft, names),
        fee=fee_sentence(found.amount_before, found.amount),
        proofs=[(files_shown(draft, discount, on=today), _remark(draft, discount)) for discount in to_prove],
    )


def _remark(draft: DraftDeclaration, discount: Discount) -> str:
    return draft.sme_remark if discount == Discount.SME else draft.group_remark


def _submit(request: UserRequest, renewal: Renewal, form: ChangeCheckForm) -> HttpResponse:
    answer = Answer(Intent.CHANGED, form.cleaned_data["token"], seen=form.cleaned_data["stamp"])
    key = renewal.establishment_id
    try:
        submitted = submit_answer(request, renewal, answer)
    except Incomplete:
        return redirect(f"{reverse('renewal_changed', args=[key])}?check=1")
    except (NothingChanged, Stale) as refused:
        messages.error(request, str(refused))
        return redirect("renewal_changed_check", key)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("establishment_home", key)
    return submitted if isinstance(submitted, HttpResponse) else to_receipt(renewal, submitted.version)
