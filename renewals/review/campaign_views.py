"""The campaign page: planning a season, opening it, moving its deadline, adding a late member."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from audit.trail import Actor
from fiscal_calendar.business_days import HolidaysUnknown
from fiscal_calendar.fiscal_year import FiscalYear
from fiscal_calendar.japanese import format_day
from fiscal_calendar.season import season_calendar
from fiscal_calendar.tokyo import day_of
from members.access import UserRequest
from renewals import campaign as seasons
from renewals import permissions
from renewals.models import RenewalCampaign
from renewals.refusals import Stale
from renewals.review.figures import season_figures
from renewals.review.filters import StatusFilter
from renewals.review.forms import AddEstablishmentForm, DeadlineForm, PlanForm, YearForm
from renewals.review.lists import renewals_url
from renewals.review.opening import nudge_openings, preview_opening
from renewals.review.page import REFUSALS, needs, page, say_refused

TEMPLATES = "admin/renewals/renewalcampaign"


def state_of(campaign: RenewalCampaign) -> str:
    if not campaign.is_open:
        return "準備中"
    return "受付開始済み" if campaign.opening_finished_at else "開始処理中"


@require_GET
@needs(permissions.VIEW_CAMPAIGNS)
def campaign(request: UserRequest, campaign_id: int) -> HttpResponse:
    season = get_object_or_404(RenewalCampaign, pk=campaign_id)
    return page(
        request,
        f"{TEMPLATES}/campaign.html",
        f"{season.year.label}の更新手続",
        campaign=season,
        state=state_of(season),
        changes=season.deadline_changes.select_related("changed_by").order_by("-version"),
        figures=season_figures(season, now=timezone.now()) if season.is_open else None,
        may_manage=request.user.has_perm(permissions.MANAGE_SEASON),
    )


@require_http_methods(["GET", "POST"])
@needs(permissions.MANAGE_SEASON)
def plan(request: UserRequest) -> HttpResponse:
    """First the year, then its proposed days to edit, then the season is entered."""
    if request.method == "GET":
        return _propose(request)
    form = PlanForm(request.POST)
    if form.is_valid():
        try:
            planned = seasons.plan_campaign(
                calendar=form.calendar(), by=Actor.behind(request), now=timezone.now()
            )
            messages.success(
                request, f"{planned.year.label}の更新手続期間を登録しました。まだ受付は始まっていません。"
            )
            return _to(planned)
        except IntegrityError:
            form.add_error("fiscal_year", "この年度の更新手続期間は、すでに登録されています。")
    return _plan_page(request, form)


@require_http_methods(["GET", "POST"])
@needs(permissions.MANAGE_SEASON)
def replan(request: UserRequest, campaign_id: int) -> HttpResponse:
    """Correct the days of a season that is not open yet."""
    season = get_object_or_404(RenewalCampaign, pk=campaign_id)
    if season.is_open:
        messages.error(request, "受付を開始したあとは、締切日だけを変更できます。")
        return _to(season)
    current = {name: getattr(season, name).isoformat() for name in PlanForm.ORDER}
    given = {**request.POST.dict(), "fiscal_year": season.fiscal_year} if request.method == "POST" else None
    form = PlanForm(given, initial={**current, "fiscal_year": season.fiscal_year})
    if form.is_valid():
        try:
            seasons.replan_campaign(
                campaign_id=season.pk,
                calendar=form.calendar(),
                by=Actor.behind(request),
                now=timezone.now(),
            )
            messages.success(request, "日付を訂正しました。")
            return _to(season)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
    return _plan_page(request, form, campaign=season)


@require_http_methods(["GET", "POST"])
@needs(permissions.MANAGE_SEASON)
def open_season(request: UserRequest, campaign_id: int) -> HttpResponse:
    """The confirmation says how many take part and how many mails go out. A second press goes on where it stopped."""
    season = get_object_or_404(RenewalCampaign, pk=campaign_id)
    if request.method == "POST":
        try:
            seasons.open_campaign(campaign_id=season.pk, by=Actor.behind(request), now=timezone.now())
        except REFUSALS as refusal:
            say_refused(request, refusal)
            return _to(season)
        _say_opened(request, goes_on=season.is_open, soon=nudge_openings())
        return _to(season)
    if season.is_open:
        messages.info(request, "この更新手続は、すでに受付を開始しています。")
        return _to(season)
    today = day_of(timezone.now())
    return page(
        request,
        f"{TEMPLATES}/open.html",
        "更新手続の受付を開始しますか",
        campaign=season,
        preview=preview_opening(campaign=season, today=today),
    )


@require_http_methods(["GET", "POST"])
@needs(permissions.MANAGE_SEASON)
def move_deadline(request: UserRequest, campaign_id: int) -> HttpResponse:
    """Form, then a preview of who is told, then the move; or back to the form with what was typed."""
    season = get_object_or_404(RenewalCampaign, pk=campaign_id)
    stands = season.deadline.isoformat()
    form = DeadlineForm(request.POST or None, initial={"deadline": stands, "seen": stands})
    move, now, step = None, timezone.now(), request.POST.get("step")
    if step == "move" and form.is_valid() and season.deadline == form.cleaned_data["deadline"]:
        messages.info(request, f"締切日は、すでに{format_day(season.deadline)}に変わっています。")
        return _to(season)
    if step != "edit" and form.is_valid():
        try:
            move = seasons.preview_deadline(
                campaign=season, deadline=form.cleaned_data["deadline"], today=day_of(now)
            )
            if step == "move":
                seasons.move_deadline(campaign_id=season.pk, by=request.user, now=now, **form.cleaned_data)
                messages.success(
                    request,
                    f"締切日を{format_day(move.deadline)}に変更しました。"
                    f"{move.members_told:,}件の会員にメールで知らせます。",
                )
                return _to(season)
        except Stale as stale:
            messages.error(request, str(stale))
            return _to(season)
        except REFUSALS as refusal:
            form.add_error("deadline", str(refusal))
            move = None
    return page(
        request,
        f"{TEMPLATES}/deadline.html",
        "締切日の変更を確認してください" if move else "締切日を変更する",
        campaign=season,
        form=form,
        move=move,
        unanswered_url=renewals_url(season, status=StatusFilter.NOT_ANSWERED),
        form_has_errors=bool(form.errors),
    )


@require_http_methods(["GET", "POST"])
@needs(permissions.MANAGE_SEASON)
def add_establishment(request: UserRequest, campaign_id: int) -> HttpResponse:
    """A member that was admitted after the opening joins the season only by the secretariat's hand."""
    season = get_object_or_404(RenewalCampaign, pk=campaign_id)
    form = AddEstablishmentForm(request.POST or None)
    if form.is_valid():
        try:
            renewal = seasons.add_establishment(
                campaign_id=season.pk,
                establishment=form.establishment,
                until=form.cleaned_data["until"],
                by=Actor.behind(request),
                now=timezone.now(),
            )
            messages.success(request, f"{form.establishment.full_name}を更新手続の対象に加えました。")
            return redirect("admin:renewals_renewal_change", renewal.pk)
        except REFUSALS as refusal:
            form.add_error("until" if form.cleaned_data["until"] else "member_number", str(refusal))
    return page(
        request,
        f"{TEMPLATES}/add_establishment.html",
        "更新手続の対象に事業所を加える",
        campaign=season,
        form=form,
        form_has_errors=bool(form.errors),
    )


def _say_opened(request: UserRequest, *, goes_on: bool, soon: bool) -> None:
    """``goes_on``: the season was open before this press; ``soon``: a worker was told to go on at once."""
    if goes_on and soon:
        messages.success(request, "続きを実行しています。")
    elif goes_on:
        messages.warning(request, "続きは、次の自動処理のときに実行します。")
    elif soon:
        messages.success(request, "受付を開始しました。対象の事業所への案内を、順に送っています。")
    else:
        messages.warning(request, "受付を開始しました。案内は、次の自動処理のときに送り始めます。")


def _propose(request: UserRequest) -> HttpResponse:
    if "fiscal_year" not in request.GET:
        latest = RenewalCampaign.objects.order_by("-fiscal_year").first()
        this_year = FiscalYear.from_date(day_of(timezone.now())).year
        next_year = latest.fiscal_year + 1 if latest else this_year + 1
        return _year_page(request, YearForm(initial={"fiscal_year": next_year}))
    asked = YearForm(request.GET)
    if not asked.is_valid():
        return _year_page(request, asked)
    proposal = asked.proposal
    days = {name: getattr(proposal, name).isoformat() for name in PlanForm.ORDER}
    return _plan_page(request, PlanForm(initial={**days, "fiscal_year": proposal.fiscal_year}))


def _year_page(request: UserRequest, form: YearForm) -> HttpResponse:
    return page(
        request,
        f"{TEMPLATES}/plan_year.html",
        "更新手続期間を登録する",
        form=form,
        form_has_errors=bool(form.errors),
    )


def _plan_page(request: UserRequest, form: PlanForm, **context: Any) -> HttpResponse:
    year = form["fiscal_year"].value()
    try:
        proposal = season_calendar(int(year))
    except (HolidaysUnknown, ValueError, TypeError):
        proposal = None
    return page(
        request,
        f"{TEMPLATES}/plan.html",
        "更新手続期間の日付を訂正する" if context else "更新手続期間の日付を確認する",
        form=form,
        form_has_errors=bool(form.errors),
        proposal=proposal,
        year=year,
        **context,
    )


def _to(season: RenewalCampaign) -> HttpResponse:
    return redirect("admin:renewals_renewalcampaign_change", season.pk)
