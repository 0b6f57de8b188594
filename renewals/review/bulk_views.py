"""Bulk approval: a page that says what would happen, then one press, then a page that says what happened."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from fiscal_calendar.tokyo import day_of
from members.access import UserRequest
from renewals import permissions
from renewals.models import Renewal, RenewalCampaign
from renewals.review.bulk import (
    MOST_PER_PRESS,
    BulkResult,
    Seen,
    approve_many,
    awaiting_unchanged,
    complete_many,
    parse_seen,
    plan_for,
    seen_on,
)
from renewals.review.page import needs, number_in, page
from renewals.status import Status

TEMPLATES = "admin/renewals/renewal"
RESULT = "bulk_approval_result"
MOST_LISTED = 200


@require_GET
@needs(permissions.REVIEW)
def plan_all(request: UserRequest, campaign_id: int) -> HttpResponse:
    """Every unchanged continuation of the season that awaits review, oldest first."""
    campaign = get_object_or_404(RenewalCampaign, pk=campaign_id)
    return show_plan(request, awaiting_unchanged(campaign))


@needs(permissions.REVIEW)
def show_plan(request: UserRequest, renewals: QuerySet[Renewal]) -> HttpResponse:
    """Count, fee total and exclusions with reasons; nothing is decided yet."""
    plan = plan_for(renewals, by=request.user)
    return page(
        request,
        f"{TEMPLATES}/bulk_approve.html",
        "変更なしの申請をまとめて承認する",
        plan=plan,
        seen=",".join(map(str, seen_on(plan))),
        cap=MOST_PER_PRESS,
        excluded=plan.excluded[:MOST_PER_PRESS],
    )


@require_POST
@needs(permissions.REVIEW)
def approve_seen(request: UserRequest) -> HttpResponse:
    """Approve what the confirmation page listed, each re-checked by itself."""
    try:
        seen = parse_seen(request.POST.get("seen", ""))[:MOST_PER_PRESS]
    except (ValueError, TypeError):
        seen = []
    if not seen:
        messages.error(request, "承認する申請が選ばれていません。一覧から選び直してください。")
        return redirect("admin:renewals_renewal_changelist")
    result = approve_many(seen, by=request.user, clock=timezone.now)
    waiting = number_in(request.POST.get("waiting", "")) or 0
    request.session[RESULT] = _storable(result, campaign_id=_season_of(seen), waiting=waiting)
    return redirect("admin:renewals_renewal_bulk_result")


@require_GET
@needs(permissions.REVIEW)
def result(request: UserRequest) -> HttpResponse:
    """What the last press did; stays for this session, so that reloading is harmless."""
    stored = request.session.get(RESULT)
    if not stored:
        return redirect("admin:renewals_renewal_changelist")
    return page(request, f"{TEMPLATES}/bulk_result.html", "まとめて承認した結果", result=stored)


@needs(permissions.REVIEW)
def confirm_completions(request: UserRequest, renewals: QuerySet[Renewal]) -> HttpResponse:
    """Which of the chosen withdrawals would be completed, and which are left out."""
    chosen = list(
        renewals.select_related("campaign", "establishment__corporation").order_by("pk")[:MOST_PER_PRESS]
    )
    accepted = [renewal for renewal in chosen if renewal.status == Status.WITHDRAWAL_ACCEPTED]
    today = day_of(timezone.now())
    return page(
        request,
        f"{TEMPLATES}/bulk_complete.html",
        "退会をまとめて完了する",
        accepted=accepted,
        left_out=[renewal for renewal in chosen if renewal.status != Status.WITHDRAWAL_ACCEPTED],
        early=[renewal for renewal in accepted if today < renewal.campaign.effective_withdrawal_on],
        keys=",".join(str(renewal.pk) for renewal in accepted),
        cap=MOST_PER_PRESS,
    )


@require_POST
@needs(permissions.REVIEW)
def complete_chosen(request: UserRequest) -> HttpResponse:
    given = map(number_in, request.POST.get("keys", "").split(","))
    keys = [key for key in given if key is not None]
    done = complete_many(keys[:MOST_PER_PRESS], by=request.user, now=timezone.now())
    if done.completed:
        messages.success(request, f"{done.completed:,}件の退会を完了しました。担当者へメールで知らせます。")
    for refusal in done.refused[:20]:
        messages.warning(request, refusal)
    if not keys:
        messages.error(request, "完了する退会が選ばれていません。")
    query = f"?status={Status.WITHDRAWAL_ACCEPTED}"
    return redirect(f"{reverse('admin:renewals_renewal_changelist')}{query}")


def _season_of(seen: Sequence[Seen]) -> int | None:
    return Renewal.objects.filter(pk=seen[0].renewal_id).values_list("campaign", flat=True).first()


def _storable(result: BulkResult, *, campaign_id: int | None, waiting: int) -> Mapping[str, Any]:
    """``left`` is how many are left for the next press: those not reached, and ``waiting`` beyond this one."""
    return {
        "campaign": campaign_id,
        "left": result.not_reached + waiting,
        "approved": result.approved,
        "fee_total": result.fee_total,
        "not_reached": result.not_reached,
        "excluded_count": len(result.excluded),
        "excluded": [
            {
                "id": candidate.renewal_id,
                "member_number": candidate.member_number,
                "name": candidate.name,
                "reasons": list(reasons),
            }
            for candidate, reasons in result.excluded[:MOST_LISTED]
        ],
    }
