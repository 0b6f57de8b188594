"""Returning a case, and approving it without a discount: a form, a page with what the member will read, the verb."""

from datetime import timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fiscal_calendar.japanese import format_day
from fiscal_calendar.tokyo import day_of
from members.access import UserRequest
from renewals import deciding, permissions
from renewals.models import Renewal, ReturnReason
from renewals.review.decision_forms import RefusalForm, ReturnForm
from renewals.review.decision_previews import preview_approval, preview_return
from renewals.review.page import needs, number_in
from renewals.review.workbench import Workbench
from renewals.review.workbench_views import (
    QUEUE,
    approval_in_words,
    at_the_bench,
    bench_to_decide,
    decided,
    decision_page,
)
from renewals.status import Mark, Status


@require_http_methods(["GET", "POST"])
@needs(permissions.REVIEW)
def return_case(request: UserRequest, renewal_id: int) -> HttpResponse:
    """「差戻し」: reasons, then the mail and the card as the member will see them, then it goes."""
    bench = bench_to_decide(request, renewal_id)
    if isinstance(bench, HttpResponse):
        return bench
    form = _return_form(request, bench)
    step = request.POST.get("step", "")
    if not form.is_valid() or step == "edit":
        return decision_page(request, bench, "差戻しの理由を選ぶ", "return.html", form=form)
    now = timezone.now()
    if step != "return":
        preview = preview_return(
            bench.renewal, form.told(), note=form.cleaned_data["note"], mend_by=form.last_day, now=now
        )
        return decision_page(
            request, bench, "この内容で差し戻しますか", "return_check.html", form=form, preview=preview
        )

    def verb(version: int) -> None:
        deciding.return_for_correction(
            renewal_id=renewal_id,
            version=version,
            items=form.told(),
            note=form.cleaned_data["note"],
            mend_by=form.last_day,
            by=request.user,
            now=now,
            undo_for=deciding.UNDO_WINDOW,
        )
        name = bench.renewal.establishment.full_name
        returned = Renewal.objects.get(pk=renewal_id)
        text = f"{name}に差し戻しました。修正の期限は{format_day(form.last_day)}です。"
        decided(request, returned, text, now=now)

    return at_the_bench(request, renewal_id, verb, leads_to=reverse(QUEUE), already=Status.RETURNED)


@require_http_methods(["GET", "POST"])
@needs(permissions.REVIEW)
def refuse(request: UserRequest, renewal_id: int) -> HttpResponse:
    """「この割引は適用しない」: why, then the fee and the mail that follow from it, then it is approved."""
    bench = bench_to_decide(request, renewal_id)
    if isinstance(bench, HttpResponse):
        return bench
    form = _refusal_form(request, bench)
    step = request.POST.get("step", "")
    if not form.is_valid() or step == "edit":
        return decision_page(request, bench, "適用しない割引を選ぶ", "refuse.html", form=form)
    now, refused = timezone.now(), form.told()
    amount = bench.amount_refusing(told.discount for told in refused)
    if step != "approve" or amount is None:
        letter = preview_approval(bench.renewal, bench.submission, refused, now=now) if amount else None
        return decision_page(
            request,
            bench,
            "この内容で承認しますか",
            "refuse_check.html",
            form=form,
            refused=refused,
            amount=amount,
            letter=letter,
        )

    def verb(version: int) -> None:
        renewal = deciding.approve(
            renewal_id=renewal_id,
            version=version,
            amount=number_in(request.POST.get("amount", "")) or 0,
            refused=refused,
            by=request.user,
            now=now,
            undo_for=deciding.UNDO_WINDOW,
        )
        decided(request, renewal, approval_in_words(renewal), now=now)

    return at_the_bench(request, renewal_id, verb, leads_to=reverse(QUEUE), already=Status.APPROVED)


def _return_form(request: UserRequest, bench: Workbench) -> ReturnForm:
    mend_by = day_of(timezone.now()) + timedelta(days=deciding.DAYS_TO_MEND)
    reasons = ReturnReason.objects.filter(is_active=True)
    return ReturnForm(
        request.POST or None,
        claims=bench.claims,
        reasons=list(reasons),
        initial={"version": bench.renewal.version, "mend_by": mend_by.isoformat()},
    )


def _refusal_form(request: UserRequest, bench: Workbench) -> RefusalForm:
    """Those marked × are ticked already."""
    rejected = {claim.discount: claim.mark == Mark.REJECTED for claim in bench.claims}
    return RefusalForm(
        request.POST or None,
        claims=bench.claims,
        initial={"version": bench.renewal.version, **rejected},
    )
