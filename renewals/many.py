"""A user with several establishments answers 「継続する（割引の変更なし）」 for many in one go."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4, uuid5

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fiscal_calendar.tokyo import day_of
from members.access import UserRequest
from members.models import Establishment, User
from renewals.forms import SelectionForm
from renewals.lifecycle import Answer, submit
from renewals.models import Renewal, RenewalCampaign, RenewalQuerySet
from renewals.quoting import CarriedOver, applied_by_establishment, carried_over, schedule_for
from renewals.refusals import Refused
from renewals.status import NOT_ANSWERED, Intent, Status

SELECTION, DONE = "selection_for_many", "answered_for_many"


@dataclass(frozen=True)
class Answerable:
    """An establishment that can still be answered for, with what it would pay next year."""

    establishment: Establishment
    renewal: Renewal
    carried: CarriedOver
    expired_on: date | None
    last_day: date

    @property
    def begun(self) -> bool:
        """Whether a change of discounts is being filled in: not to be answered unchanged by the way."""
        return self.renewal.status == Status.DRAFT


@require_GET
def select(request: UserRequest) -> HttpResponse:
    """The list to choose from, ticked as it was left in this session. Choosing commits nothing."""
    campaign = RenewalCampaign.objects.latest_opened()
    rows = answerable_for(request.user, campaign, today=day_of(timezone.now()))
    page = {**_selection(rows, campaign), "chosen": _remembered(request)}
    return render(request, "renewals/many_select.html", page)


@require_http_methods(["GET", "POST"])
def check(request: UserRequest) -> HttpResponse:
    """One confirmation that lists each establishment and its fee. Who has chosen none yet begins by choosing."""
    campaign = RenewalCampaign.objects.latest_opened()
    rows = answerable_for(request.user, campaign, today=day_of(timezone.now()))
    if request.method == "POST":
        return _choose(request, rows, campaign)
    selection = request.session.get(SELECTION, {"keys": []})
    chosen = [row for row in rows if row.establishment.pk in selection["keys"]]
    if not chosen:
        return redirect("many_select")
    page = {
        "rows": chosen,
        "campaign": campaign,
        "total": sum(row.carried.quote.amount for row in chosen),
        "token": selection["token"],
        "will_be_debited": bool(campaign and campaign.will_be_debited(day_of(timezone.now()))),
    }
    return render(request, "renewals/many_check.html", page)


@require_http_methods(["GET", "POST"])
def send(request: UserRequest) -> HttpResponse:
    """Submit for each; every one is checked again by itself, and what was refused is listed with its reason."""
    if request.method == "GET":
        return redirect("many_select")
    campaign = RenewalCampaign.objects.latest_opened()
    renewals = {
        renewal.establishment_id: renewal
        for renewal in _renewals_of(request.user, campaign)
        if renewal.status != Status.RETURNED
    }
    form = SelectionForm(request.POST, answerable=list(renewals))
    if not form.is_valid() or not form.cleaned_data["token"]:
        messages.error(request, "申請する事業所を選び直してください。まだ申請は完了していません。")
        return redirect("many_select")
    received, refused = {}, {}
    for key in form.cleaned_data["establishment"]:
        answer = Answer(Intent.UNCHANGED, uuid5(form.cleaned_data["token"], str(key)))
        try:
            submission = submit(
                renewal_id=renewals[key].pk, answer=answer, by=request.user, now=timezone.now()
            )
            received[str(key)] = submission.version
        except Refused as reason:
            renewals[key].refresh_from_db(fields=["status"])
            answered = renewals[key].has_answered
            refused[str(key)] = "すでに回答を受け付けています。" if answered else str(reason)
    kept = _remembered(request)
    _remember(request, form.cleaned_data["establishment"] if kept is None else kept)
    request.session[DONE] = {"received": received, "refused": refused}
    return redirect("many_done")


@require_http_methods(["GET"])
def done(request: UserRequest) -> HttpResponse:
    """What was received and still stands, each with its receipt number; stays while the session lasts."""
    campaign = RenewalCampaign.objects.latest_opened()
    result = request.session.get(DONE, {"received": {}, "refused": {}})
    received, refused = [], []
    for renewal in _renewals_of(request.user, campaign):
        key = str(renewal.establishment_id)
        if key in result["refused"]:
            refused.append((renewal, result["refused"][key]))
        elif renewal.stands(result["received"].get(key)):
            received.append(renewal)
    if not received and not refused:
        return redirect("home")
    page = {"campaign": campaign, "received": received, "refused": refused}
    return render(request, "renewals/many_done.html", page)


def answerable_for(user: User, campaign: RenewalCampaign | None, *, today: date) -> list[Answerable]:
    """The establishments of ``user`` that have not answered and still may; the same few queries however many. What was
    returned is mended on its own page."""
    if campaign is None:
        return []
    renewals = [
        renewal
        for renewal in _renewals_of(user, campaign)
        if renewal.status in NOT_ANSWERED and renewal.may_answer(campaign, today)
    ]
    if not renewals:
        return []
    applied = applied_by_establishment(
        [renewal.establishment_id for renewal in renewals], fiscal_year=campaign.fiscal_year - 1
    )
    schedule = schedule_for(campaign.fiscal_year)
    rows = []
    for renewal in renewals:
        this_year = applied.get(renewal.establishment_id)
        valid_until = this_year.certificate_valid_until if this_year else None
        carried = carried_over(applied=this_year, schedule=schedule, fiscal_year=campaign.fiscal_year)
        expired_on = valid_until if valid_until and valid_until < today else None
        last_day = renewal.last_day_to_answer(campaign)
        rows.append(Answerable(renewal.establishment, renewal, carried, expired_on, last_day))
    return rows


def _renewals_of(user: User, campaign: RenewalCampaign | None) -> RenewalQuerySet:
    return (
        Renewal.objects.filter(campaign=campaign)
        .acted_for_by(user)
        .select_related("establishment__corporation")
        .order_by("establishment__member_number")
    )


def _selection(rows: list[Answerable], campaign: RenewalCampaign | None) -> dict[str, object]:
    return {
        "rows": rows,
        "campaign": campaign,
        "any_expired": any(row.expired_on for row in rows),
        "any_begun": any(row.begun for row in rows),
    }


def _choose(request: UserRequest, rows: list[Answerable], campaign: RenewalCampaign | None) -> HttpResponse:
    """Keep what was ticked, and on to the page to check; or back with what is wrong."""
    answerable = [row.establishment.pk for row in rows]
    ticked = request.POST.getlist("establishment")
    chosen = [key for key in answerable if str(key) in ticked]
    _remember(request, chosen)
    form = SelectionForm(request.POST, answerable=answerable)
    if form.is_valid():
        return redirect("many_check")
    page = {**_selection(rows, campaign), "chosen": chosen, **_errors(form)}
    return render(request, "renewals/many_select.html", page)


def _remember(request: UserRequest, keys: list[int]) -> None:
    """For the way back, so that nothing is ticked again that was unticked. With it the token of the next press."""
    request.session[SELECTION] = {"keys": keys, "token": str(uuid4())}


def _remembered(request: UserRequest) -> list[int] | None:
    """What was ticked in this session; none if nothing was sent from the list yet."""
    selection = request.session.get(SELECTION)
    return selection["keys"] if selection else None


def _errors(form: SelectionForm) -> dict[str, object]:
    return {
        "form_has_errors": True,
        "errors": [
            {"target": "establishments", "text": text} for text in form.errors.get("establishment", [])
        ],
    }
