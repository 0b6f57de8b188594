"""What the member's pages share: whose renewal it is, where somebody belongs now, and what every page is given."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from fiscal_calendar.tokyo import day_of
from members.access import UserRequest, establishment_of
from members.models import Establishment
from renewals.corrections import latest_decision
from renewals.lifecycle import Answer, submit
from renewals.models import Renewal, RenewalCampaign, Submission
from renewals.refusals import NotAllowed
from renewals.status import Intent, Status
from renewals.todo import Step, days_left_text

STAGES = ("手続きを選ぶ", "内容を確認する", "受付完了")


def renewal_of(request: UserRequest, establishment_id: int, fiscal_year: int | None = None) -> Renewal:
    """The establishment's renewal for ``fiscal_year``, without it in the newest season.

    Raises ``Http404`` for anything that is not the user's.
    """
    establishment = establishment_of(request.user, establishment_id)
    opened = RenewalCampaign.objects.opened()
    campaign = opened.filter(fiscal_year=fiscal_year).first() if fiscal_year else opened.latest_opened()
    renewal = Renewal.objects.filter(campaign=campaign, establishment=establishment).first()
    if campaign is None or renewal is None:
        raise Http404
    renewal.establishment, renewal.campaign = establishment, campaign
    return renewal


def may_answer(renewal: Renewal) -> bool:
    return renewal.may_answer(renewal.campaign, day_of(timezone.now()))


def where_to_answer(establishment: Establishment, today: date) -> str:
    """The address at which the establishment may answer for the next year on ``today``; empty where it may not."""
    renewal = Renewal.objects.in_newest_season().filter(establishment=establishment).order_by().first()
    if renewal is None or not renewal.may_answer(renewal.campaign, today):
        return ""
    return reverse("renewal_choose", args=[establishment.pk])


def where_it_stands(renewal: Renewal) -> HttpResponse:
    """Somebody came by an old link or the back button: on to what is true now."""
    if not renewal.has_answered:
        return redirect("establishment_home", renewal.establishment_id)
    return to_receipt(renewal, renewal.version)


def to_receipt(renewal: Renewal, version: int) -> HttpResponse:
    return redirect("renewal_receipt", renewal.establishment_id, renewal.campaign.fiscal_year, version)


def page_of(renewal: Renewal, stage: int | None = None, **values: Any) -> dict[str, Any]:
    """What a page about ``renewal`` is given; ``stage`` is the place in :data:`STAGES` that it stands at."""
    today = day_of(timezone.now())
    last_day = renewal.last_day_to_answer(renewal.campaign)
    return {
        "establishment": renewal.establishment,
        "campaign": renewal.campaign,
        "renewal": renewal,
        "last_day": last_day,
        "remaining": days_left_text((last_day - today).days),
        "returned": latest_decision(renewal) if renewal.status == Status.RETURNED else None,
        "will_be_debited": renewal.campaign.will_be_debited(today),
        "stages": [
            Step(label, "done" if place < stage else "current" if place == stage else "todo")
            for place, label in enumerate(STAGES)
        ]
        if stage is not None
        else [],
        "Intent": Intent,
        **values,
    }


def submit_answer(request: UserRequest, renewal: Renewal, answer: Answer) -> Submission | HttpResponse:
    """What was submitted; where somebody was quicker, the way to what stands, with a word about it.

    Raises what ``lifecycle.submit`` raises otherwise.
    """
    try:
        return submit(renewal_id=renewal.pk, answer=answer, by=request.user, now=timezone.now())
    except NotAllowed as refused:
        renewal.refresh_from_db(fields=["status", "version", "intent"])
        if renewal.has_answered and renewal.status != Status.RETURNED:
            _say_what_stands(request, renewal, answer)
        else:
            messages.error(request, str(refused))
        return where_it_stands(renewal)


def _say_what_stands(request: UserRequest, renewal: Renewal, answer: Answer) -> None:
    """Somebody else, or the same person in another tab, was quicker."""
    if renewal.intent == answer.intent:
        messages.info(request, "この事業所の回答は、すでに受け付けています。受け付けた内容を表示しています。")
        return
    messages.error(
        request,
        f"いまの「{answer.intent.label}」の申請は、受け付けていません。この事業所から先に受け付けているのは"
        f"「{renewal.get_intent_display()}」です。変更したいときは、申請を取り下げるか、相談窓口へお電話ください。",
    )
