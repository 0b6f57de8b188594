"""The queue and the workbench. Each POST is one verb, then a redirect."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from discounts.kinds import Discount
from fiscal_calendar.tokyo import day_of
from members.access import UserRequest
from renewals import deciding, permissions, reviewing
from renewals.deciding import decision_that_holds
from renewals.models import Decision, Renewal, RenewalCampaign
from renewals.refusals import Stale
from renewals.review.decision_forms import HoldForm
from renewals.review.page import (
    REFUSALS,
    done_already,
    needs,
    number_in,
    page,
    say_incomplete,
    say_refused,
)
from renewals.review.queue import load_queue
from renewals.review.undoing import forget, remember, undoable, window_minutes
from renewals.review.workbench import NothingToSee, Workbench, load_workbench, may_decide
from renewals.status import Mark, Status

TEMPLATES = "admin/renewals/review"
QUEUE = "admin:renewals_renewal_queue"
WORKBENCH = "admin:renewals_renewal_workbench"


# --- the queue ------------------------------------------------------------------------------------------------


@require_GET
@needs(permissions.VIEW_RENEWALS)
def queue(request: UserRequest) -> HttpResponse:
    """How many wait, who looks at what, what is put aside; 「次の1件」 begins."""
    now = timezone.now()
    campaign = RenewalCampaign.objects.latest_opened()
    found = load_queue(campaign, by=request.user, now=now) if campaign else None
    return page(
        request,
        f"{TEMPLATES}/queue.html",
        "変更ありの審査",
        campaign=campaign,
        queue=found,
        days_waiting=found.days_waiting(day_of(now)) if found else 0,
        undo=undoable(request, now=now),
        may_review=request.user.has_perm(permissions.REVIEW),
    )


@require_POST
@needs(permissions.REVIEW)
def next_case(request: UserRequest) -> HttpResponse:
    """「次の1件」; ``after`` is the case that is left for later."""
    campaign = RenewalCampaign.objects.latest_opened()
    after = number_in(request.POST.get("after", ""))
    found = (
        reviewing.claim_next(campaign=campaign, by=request.user, now=timezone.now(), after=after)
        if campaign
        else None
    )
    if found is None:
        messages.info(request, "いま審査できる申請は、ありません。")
        return redirect(QUEUE)
    if found.pk == after:
        messages.info(request, "ほかに審査できる申請がないため、同じ申請を表示しています。")
    return redirect(WORKBENCH, found.pk)


# --- the workbench --------------------------------------------------------------------------------------------


@require_GET
@needs(permissions.VIEW_RENEWALS)
def workbench(request: UserRequest, renewal_id: int) -> HttpResponse:
    """One case. ``?seen=1`` comes from a stale decision, ``?beside=sme`` lays last year's paper beside this year's."""
    now = timezone.now()
    seen = number_in(request.GET.get("seen", ""))
    try:
        bench = load_bench(renewal_id, seen=seen)
    except NothingToSee:
        return redirect("admin:renewals_renewal_change", renewal_id)
    renewal = bench.renewal
    deciding_now = request.user.has_perm(permissions.REVIEW) and may_decide(renewal, request.user, now)
    beside = request.GET.get("beside", "")
    return page(
        request,
        f"{TEMPLATES}/workbench.html",
        renewal.establishment.full_name,
        bench=bench,
        renewal=renewal,
        establishment=renewal.establishment,
        may_decide=deciding_now,
        may_begin=request.user.has_perm(permissions.REVIEW) and not deciding_now,
        leased_to_another=renewal.is_leased_to_another(request.user.pk, now),
        beside=next((claim for claim in bench.claims if claim.discount == beside and claim.last_year), None),
        seen=seen,
        marks=Mark.choices,
        undo=undoable(request, now=now),
        undo_minutes=window_minutes(),
    )


@require_POST
@needs(permissions.REVIEW)
def begin(request: UserRequest, renewal_id: int) -> HttpResponse:
    """Take up this very case, out of its turn."""
    get_object_or_404(Renewal, pk=renewal_id)
    try:
        reviewing.claim(renewal_id=renewal_id, by=request.user, now=timezone.now())
    except REFUSALS as refusal:
        say_refused(request, refusal)
    return redirect(WORKBENCH, renewal_id)


@require_POST
@needs(permissions.REVIEW)
def mark(request: UserRequest, renewal_id: int) -> HttpResponse:
    """Note ○, × or 要確認 on one claim."""
    given, discount = request.POST.get("mark", ""), request.POST.get("discount", "")
    now = timezone.now()

    def verb(version: int) -> None:
        reviewing.mark(
            renewal_id=renewal_id,
            version=version,
            discount=Discount(discount),
            mark=Mark(given),
            by=request.user,
            now=now,
        )
        reviewing.keep_lease(renewal_id=renewal_id, by=request.user, now=now)

    if discount not in Discount.values or given not in Mark.values:
        messages.error(request, "印が選ばれていません。○、×、要確認のどれかを選んでください。")
        return redirect(WORKBENCH, renewal_id)
    return at_the_bench(request, renewal_id, verb, leads_to=f"{_bench_url(renewal_id)}#{discount}")


@require_POST
@needs(permissions.REVIEW)
def keep(request: UserRequest, renewal_id: int) -> HttpResponse:
    """The page is still open: says whether the case is still the reviewer's."""
    kept = reviewing.keep_lease(renewal_id=renewal_id, by=request.user, now=timezone.now())
    return JsonResponse({"kept": kept})


@require_POST
@needs(permissions.REVIEW)
def approve(request: UserRequest, renewal_id: int) -> HttpResponse:
    """Approve as declared, with the fee that the page showed."""
    amount = number_in(request.POST.get("amount", ""))
    now = timezone.now()

    def verb(version: int) -> None:
        renewal = deciding.approve(
            renewal_id=renewal_id,
            version=version,
            amount=amount,
            by=request.user,
            now=now,
            undo_for=deciding.UNDO_WINDOW,
        )
        decided(request, renewal, approval_in_words(renewal), now=now)

    if not amount:
        say_incomplete(request)
        return redirect(WORKBENCH, renewal_id)
    return at_the_bench(request, renewal_id, verb, leads_to=reverse(QUEUE), already=Status.APPROVED)


@require_http_methods(["GET", "POST"])
@needs(permissions.REVIEW)
def hold(request: UserRequest, renewal_id: int) -> HttpResponse:
    """「保留」 with a reason."""
    bench = bench_to_decide(request, renewal_id)
    if isinstance(bench, HttpResponse):
        return bench
    form = HoldForm(request.POST or None, initial={"version": bench.renewal.version})
    if form.is_valid():

        def verb(version: int) -> None:
            reviewing.hold(
                renewal_id=renewal_id,
                version=version,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=timezone.now(),
            )
            messages.success(request, f"保留にしました（{bench.renewal.establishment.full_name}）。")

        return at_the_bench(request, renewal_id, verb, leads_to=reverse(QUEUE))
    return decision_page(request, bench, "保留にする", "hold.html", form=form)


@require_POST
@needs(permissions.REVIEW)
def release(request: UserRequest, renewal_id: int) -> HttpResponse:
    """「保留を解除」: back into the queue, and at once onto the bench of whoever pressed."""
    get_object_or_404(Renewal, pk=renewal_id)
    now = timezone.now()
    try:
        reviewing.release(renewal_id=renewal_id, by=request.user, now=now)
        reviewing.claim(renewal_id=renewal_id, by=request.user, now=now)
        messages.success(request, "保留を解除しました。")
    except REFUSALS as refusal:
        say_refused(request, refusal)
    return redirect(WORKBENCH, renewal_id)


@require_POST
@needs(permissions.REVIEW)
def undo(request: UserRequest, renewal_id: int, decision_id: int) -> HttpResponse:
    """「取り消す」: the decision is taken back and the case is on the bench again."""
    get_object_or_404(Decision, pk=decision_id, renewal=renewal_id)
    now = timezone.now()
    forget(request)
    try:
        deciding.undo_decision(renewal_id=renewal_id, decision_id=decision_id, by=request.user, now=now)
        messages.success(request, "決定を取り消しました。お知らせのメールは送られません。")
        if Renewal.objects.filter(pk=renewal_id, intent="changed").exists():
            reviewing.claim(renewal_id=renewal_id, by=request.user, now=now)
    except REFUSALS as refusal:
        say_refused(request, refusal)
    return redirect(WORKBENCH, renewal_id)


# --- what the pages of a case share ---------------------------------------------------------------------------


def load_bench(renewal_id: int, *, seen: int | None = None) -> Workbench:
    """Raises ``Http404``, :class:`NothingToSee`."""
    try:
        return load_workbench(renewal_id, seen=seen)
    except Renewal.DoesNotExist as missing:
        raise Http404("この年度更新は見つかりません。") from missing


def bench_to_decide(request: UserRequest, renewal_id: int) -> Workbench | HttpResponse:
    """The case, where this reviewer holds it; otherwise the way to what is true now."""
    try:
        bench = load_bench(renewal_id)
    except NothingToSee:
        return redirect("admin:renewals_renewal_change", renewal_id)
    if not may_decide(bench.renewal, request.user, timezone.now()):
        messages.error(request, "審査を始めてから操作してください。")
        return redirect(WORKBENCH, renewal_id)
    return bench


def at_the_bench(
    request: UserRequest,
    renewal_id: int,
    verb: Callable[[int], None],
    *,
    leads_to: str,
    already: Status | None = None,
) -> HttpResponse:
    """Do ``verb`` with the version that the page showed; what is refused leads back to the bench, a stale decision to
    what changed since."""
    get_object_or_404(Renewal, pk=renewal_id)
    seen = number_in(request.POST.get("version", ""))
    if seen is None:
        say_incomplete(request)
        return redirect(WORKBENCH, renewal_id)
    try:
        verb(seen)
    except Stale as stale:
        messages.error(request, str(stale))
        return redirect(f"{_bench_url(renewal_id)}?seen={seen}")
    except REFUSALS as refusal:
        if text := done_already(renewal_id, refusal, already):
            messages.info(request, text)
        else:
            say_refused(request, refusal)
        return redirect(WORKBENCH, renewal_id)
    return redirect(leads_to)


def decided(request: UserRequest, renewal: Renewal, text: str, *, now: datetime) -> None:
    """Remember what was decided, so that it can be undone from wherever the reviewer goes next."""
    decision = decision_that_holds(renewal)
    if decision is not None:
        remember(request, renewal, decision, text, now=now)


def approval_in_words(renewal: Renewal) -> str:
    fee = renewal.fixed_fee.amount if renewal.fixed_fee else 0
    return f"{renewal.establishment.full_name}を承認しました。次年度の年会費は{fee:,}円です。"


def decision_page(
    request: UserRequest, bench: Workbench, title: str, template: str, **context: object
) -> HttpResponse:
    """A page on the way to a decision about the case."""
    form = context.get("form")
    return page(
        request,
        f"{TEMPLATES}/{template}",
        title,
        bench=bench,
        renewal=bench.renewal,
        establishment=bench.renewal.establishment,
        form_has_errors=bool(getattr(form, "errors", None)),
        undo_minutes=window_minutes(),
        **context,
    )


def _bench_url(renewal_id: int) -> str:
    return reverse(WORKBENCH, args=[renewal_id])
