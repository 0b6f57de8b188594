"""Filling in a changed answer for a member, through the same drafting verbs that the member's form calls."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from discounts.handing_in import content_of_upload
from discounts.kinds import Discount
from discounts.not_taken import NotTaken
from fiscal_calendar.tokyo import day_of
from members.access import UserRequest
from renewals import permissions
from renewals.change_papers import add_file, remove_file, say_what_is_in
from renewals.declaration import as_declared
from renewals.drafting import draft_of, save_draft
from renewals.models import Renewal
from renewals.review.lists import WayBack
from renewals.review.on_behalf_change import BESIDE, ChangeOnBehalfForm
from renewals.review.page import REFUSALS, needs, page, say_refused
from renewals.status import Intent, target_of


@require_http_methods(["GET", "POST"])
@needs(permissions.ANSWER_ON_BEHALF)
def change(request: UserRequest, renewal_id: int) -> HttpResponse:
    """「割引の変更内容を入力する」: saved with every press; once it is complete, on to the answer itself."""
    renewal = _renewal(renewal_id)
    if target_of("answer_on_behalf", renewal.status) is None:
        messages.error(request, f"「{renewal.get_status_display()}」のため、代理入力はできません。")
        return redirect("admin:renewals_renewal_change", renewal_id)
    form = ChangeOnBehalfForm(request.POST or None, request.FILES or None, draft=draft_of(renewal))
    if not form.is_valid():
        return _form_page(request, renewal, form)
    now = timezone.now()
    try:
        refused = _save(request, renewal, form, now=now)
    except REFUSALS as refusal:
        say_refused(request, refusal)
        return redirect("admin:renewals_renewal_change_on_behalf", renewal_id)
    if refused or request.POST.get("action") != "done":
        for discount, text in refused.items():
            messages.error(request, f"{discount.label}：{text}")
        if not refused:
            messages.success(request, "入力内容を保存しました。まだ回答は登録していません。")
        return redirect("admin:renewals_renewal_change_on_behalf", renewal_id)
    return _checked(request, renewal, form, now=now)


def _save(
    request: UserRequest, renewal: Renewal, form: ChangeOnBehalfForm, *, now: datetime
) -> dict[Discount, str]:
    """Keep what was typed, and the files; gives why a file was not taken."""
    by, refused = request.user, {}
    save_draft(
        renewal_id=renewal.pk,
        filled=form.filled(),
        seen=form.cleaned_data["stamp"],
        by=by,
        now=now,
        on_behalf=True,
    )
    for discount in Discount:
        papers = form.papers(discount)
        say_what_is_in(renewal, draft_of(renewal), discount, papers, by=by, now=now, on_behalf=True)
        for place in form.to_remove(discount):
            remove_file(renewal, draft_of(renewal), discount, place, by=by, now=now, on_behalf=True)
        file = form.cleaned_data[f"{discount}_file"]
        if file is None:
            continue
        try:
            add_file(
                renewal,
                draft_of(renewal),
                discount,
                name=file.name or "",
                content=content_of_upload(file),
                by=by,
                now=now,
                on_behalf=True,
            )
        except NotTaken as reason:
            refused[discount] = str(reason)
    return refused


def _checked(
    request: UserRequest, renewal: Renewal, form: ChangeOnBehalfForm, *, now: datetime
) -> HttpResponse:
    """On to the answer, where nothing is missing; otherwise what is, beside its field."""
    draft = draft_of(renewal)
    found = as_declared(renewal, draft, on=day_of(now))
    for problem in found.problems:
        form.add_error(BESIDE.get(problem.field, problem.field), problem.text)
    if found.nothing_changed and not found.problems:
        form.add_error(
            "sme", "今年度の内容から変更がありません。変更がないときは、「変更なし」で登録してください。"
        )
    if form.errors:
        return _form_page(request, renewal, ChangeOnBehalfForm(draft=draft, said=form.errors))
    url = reverse("admin:renewals_renewal_answer_on_behalf", args=[renewal.pk])
    return redirect(f"{url}?intent={Intent.CHANGED}")


def _renewal(renewal_id: int) -> Renewal:
    found = Renewal.objects.select_related("campaign", "establishment__corporation").filter(pk=renewal_id)
    renewal = found.first()
    if renewal is None:
        raise Http404("この年度更新は見つかりません。")
    return renewal


def _form_page(request: UserRequest, renewal: Renewal, form: ChangeOnBehalfForm) -> HttpResponse:
    return page(
        request,
        "admin/renewals/renewal/change_on_behalf.html",
        "割引の変更内容を入力する",
        way_back=WayBack.of(request),
        renewal=renewal,
        establishment=renewal.establishment,
        form=form,
        form_has_errors=bool(form.errors),
    )
