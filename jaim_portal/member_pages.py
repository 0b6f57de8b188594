"""The my-page: one to-do, progress, messages that stay, and what is registered. Spans all rooms, so it stands here."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from discounts.certificate_page import home_notice
from discounts.certificates_on_record import on_record
from discounts.models import AppliedDiscounts
from fees.models import DebitMandate
from fiscal_calendar.fiscal_year import FiscalYear
from fiscal_calendar.tokyo import day_of
from mailing.kinds import codes_shown_to_member
from mailing.models import OutboxMessage
from members.access import UserRequest, establishment_of
from members.models import ContactRole, Establishment
from renewals.corrections import latest_decision, told_in
from renewals.models import Renewal, RenewalCampaign, Submission
from renewals.quoting import applied_by_establishment, carried_over, schedule_for
from renewals.review.wording import TONES
from renewals.status import NOT_ANSWERED, Status
from renewals.todo import Todo, progress, todo

MESSAGES_SHOWN = 5
NO_SEASON = "いま受け付けている更新手続はありません"
LEAVING_CAUTIONS = (
    "年度の途中で退会しても、年会費は返金されません。",
    "退会したあとは、工業製品製造業分野で特定技能外国人を雇用できません。",
    "もう一度入会するには、新規の申請と同じ審査があり、2〜3か月かかります。",
)
DECLARED = (Status.SUBMITTED, Status.RETURNED)  # a fee is declared and not fixed yet
CONTACTS_IN_ORDER = {role: place for place, role in enumerate(ContactRole.values)}


@require_GET
def home(request: UserRequest) -> HttpResponse:
    """The page after login: the one establishment's home, a table of all of them, or the secretariat's pages."""
    establishments = list(
        Establishment.objects.acted_for_by(request.user).with_corporation().order_by("member_number")
    )
    if request.user.is_staff and not establishments:
        return redirect("admin:index")
    if len(establishments) == 1:
        return _establishment_page(request, establishments[0])
    return _overview(request, establishments)


@require_GET
def establishment_home(request: UserRequest, establishment_id: int) -> HttpResponse:
    establishment = establishment_of(request.user, establishment_id)
    several = request.user.assignments.exclude(establishment=establishment).exists()
    return _establishment_page(request, establishment, one_of_several=several)


@require_GET
def messages_of(request: UserRequest, establishment_id: int) -> HttpResponse:
    """All mails that went to the establishment's contacts, with their text."""
    establishment = establishment_of(request.user, establishment_id)
    page = {
        "establishment": establishment,
        "letters": _letters(establishment, limit=100, fields=("subject", "body")),
    }
    return render(request, "my_page/messages.html", page)


@require_GET
def registered(request: UserRequest, establishment_id: int) -> HttpResponse:
    """What is registered about the establishment, as fixed values, and how to have it changed."""
    establishment = establishment_of(request.user, establishment_id)
    this_year = FiscalYear.from_date(day_of(timezone.now()))
    page = {
        "establishment": establishment,
        "contacts": sorted(establishment.contacts.all(), key=lambda contact: CONTACTS_IN_ORDER[contact.role]),
        "industries": establishment.industries.all(),
        "mandate": DebitMandate.objects.filter(establishment=establishment).first(),
        "this_year": this_year,
        "applied": AppliedDiscounts.objects.filter(establishment=establishment, fiscal_year=this_year.year)
        .select_related("group")
        .first(),
    }
    return render(request, "my_page/registered.html", page)


@require_GET
def leaving(request: UserRequest, establishment_id: int) -> HttpResponse:
    """「退会する」: how to leave in mid-year (questions and answers, 3-1-3 and 3-1-4)."""
    establishment = establishment_of(request.user, establishment_id)
    renewal = Renewal.objects.in_newest_season().filter(establishment=establishment).order_by().first()
    page = {
        "establishment": establishment,
        "cautions": LEAVING_CAUTIONS,
        "may_answer": renewal and renewal.may_answer(renewal.campaign, day_of(timezone.now())),
    }
    return render(request, "my_page/leaving.html", page)


def _establishment_page(
    request: UserRequest, establishment: Establishment, *, one_of_several: bool = False
) -> HttpResponse:
    today = day_of(timezone.now())
    newest = Renewal.objects.in_newest_season().select_related("fixed_fee")
    renewal = newest.filter(establishment=establishment).order_by().first()
    campaign = renewal.campaign if renewal else RenewalCampaign.objects.latest_opened()
    if renewal and campaign and renewal.is_over(campaign, today):
        renewal = None
    decision = latest_decision(renewal) if renewal else None
    in_season = campaign is not None and (renewal is not None or today < campaign.year.starts_on)
    page: dict[str, Any] = {
        "establishment": establishment,
        "one_of_several": one_of_several,
        "has_left": establishment.left_on is not None and establishment.left_on < today,
        "campaign": campaign if in_season else None,
        "renewal": renewal,
        "todo": todo(
            campaign=campaign,
            upcoming=None if in_season else RenewalCampaign.objects.upcoming(),
            renewal=renewal,
            today=today,
            first_deadline=campaign.first_deadline() if campaign and in_season else None,
            left_on=establishment.left_on,
            mend_by=decision.mend_by if decision else None,
        ),
        "told": told_in(decision) if decision else [],
        "letters": _letters(establishment, limit=MESSAGES_SHOWN, fields=("subject",)),
    }
    answer = _answer_to_decide(renewal) if renewal else None
    page |= _certificate(establishment, answer, today)
    if not in_season and page.get("certificate_notice"):
        page["todo"] = replace(page["todo"], heading=NO_SEASON)  # there is something to do after all
    if renewal and campaign:
        page |= {
            "steps": progress(renewal),
            "next_fee": _next_fee(renewal, campaign, answer),
            **_state(renewal, campaign, today),
        }
    return render(request, "my_page/establishment.html", page)


def _certificate(establishment: Establishment, answer: Submission | None, today: date) -> dict[str, Any]:
    """What the page says about a certificate, where the establishment's group asks for one."""
    asked = on_record(establishment, on=today)
    if asked is None:
        return {}
    with_renewal = answer.certificate_valid_until if answer else None
    notice = home_notice(asked, today=today, handed_in_elsewhere=with_renewal)
    return {"asked": asked, "certificate_notice": notice}


def _state(renewal: Renewal, campaign: RenewalCampaign, today: date) -> dict[str, str]:
    """The state in words and its tone; 「未回答」 where the deadline passed without an answer."""
    if renewal.is_unanswered(campaign, today):
        return {"state": "未回答", "tone": "error"}
    return {"state": renewal.get_status_display(), "tone": TONES[Status(renewal.status)]}


def _answer_to_decide(renewal: Renewal) -> Submission | None:
    """What the member has declared, while the secretariat has it to decide or waits for it to be mended."""
    if renewal.status not in DECLARED:
        return None
    return Submission.objects.filter(renewal=renewal, version=renewal.version).first()


def _next_fee(renewal: Renewal, campaign: RenewalCampaign, answer: Submission | None) -> int | None:
    """Next year's fee in yen: as fixed, as declared, or what it would be if nothing changed; none for who leaves."""
    if renewal.fixed_fee:
        return renewal.fixed_fee.amount
    if answer:
        return answer.amount
    if renewal.intent == "withdraw":
        return None
    return _fees([renewal.establishment_id], campaign)[renewal.establishment_id]


def _fees(establishment_ids: list[int], campaign: RenewalCampaign) -> dict[int, int]:
    applied = applied_by_establishment(establishment_ids, fiscal_year=campaign.fiscal_year - 1)
    schedule = schedule_for(campaign.fiscal_year)
    return {
        key: carried_over(
            applied=applied.get(key), schedule=schedule, fiscal_year=campaign.fiscal_year
        ).quote.amount
        for key in establishment_ids
    }


def _declared_fees(establishment_ids: list[int], campaign: RenewalCampaign) -> dict[int, int]:
    """What those who continue have declared, in yen, by establishment."""
    declared = Submission.objects.filter(
        renewal__campaign=campaign,
        renewal__establishment__in=establishment_ids,
        renewal__status__in=DECLARED,
        version=F("renewal__version"),
    )
    amounts = declared.values_list("renewal__establishment", "amount")
    return {key: amount for key, amount in amounts if amount is not None}


def _letters(establishment: Establishment, *, limit: int, fields: tuple[str, ...]) -> list[OutboxMessage]:
    """The newest mails, each once though it went to two contacts. ``fields`` are what the page shows of their text."""
    sent = (
        OutboxMessage.objects.sent_to_member(establishment.member_number)
        .filter(kind__in=codes_shown_to_member())
        .only("kind", "topic", "sent_at", *fields)
        .order_by("-queued_at")[: limit * 2]
    )
    matters: dict[tuple[str, str], OutboxMessage] = {}
    for message in sent:
        matters.setdefault((message.kind, message.topic), message)
    return list(matters.values())[:limit]


def _overview(request: UserRequest, establishments: list[Establishment]) -> HttpResponse:
    today = day_of(timezone.now())
    campaign = RenewalCampaign.objects.latest_opened()
    keys = [establishment.pk for establishment in establishments]
    renewals = {
        renewal.establishment_id: renewal
        for renewal in Renewal.objects.filter(campaign=campaign, establishment__in=keys).select_related(
            "fixed_fee"
        )
    }
    year_begun = campaign is not None and today >= campaign.year.starts_on
    if campaign and year_begun and all(renewal.is_over(campaign, today) for renewal in renewals.values()):
        campaign = None
    fees = _fees(keys, campaign) | _declared_fees(keys, campaign) if campaign and keys else {}
    first_deadline = campaign.first_deadline() if campaign else None
    rows = [
        _overview_row(establishment, renewals.get(establishment.pk), campaign, fees, today, first_deadline)
        for establishment in establishments
    ]
    answerable = [row for row in rows if row["answerable"]]
    most_urgent = min(answerable, key=lambda row: row["last_day"], default=None)
    page = {
        "unanswered": [row for row in rows if row["unanswered"]],
        "campaign": campaign,
        "closed": _closed(campaign, rows, today),
        "rows": rows,
        "answerable": answerable,
        "to_mend": [row for row in rows if row["to_mend"]],
        "begun": [row for row in answerable if row["begun"]],
        "todo": most_urgent["todo"] if most_urgent else None,
        "deadlines_differ": len({row["last_day"] for row in answerable}) > 1,
    }
    return render(request, "my_page/overview.html", page)


def _closed(campaign: RenewalCampaign | None, rows: list[dict[str, Any]], today: date) -> Todo | None:
    """Why nothing can be answered: no season, or its opening still runs and has not come to any of them."""
    if campaign is None:
        return todo(campaign=None, upcoming=RenewalCampaign.objects.upcoming(), renewal=None, today=today)
    if campaign.opening_finished_at or any(row["renewal"] for row in rows):
        return None
    return todo(campaign=campaign, upcoming=None, renewal=None, today=today)


def _overview_row(
    establishment: Establishment,
    renewal: Renewal | None,
    campaign: RenewalCampaign | None,
    fees: dict[int, int],
    today: date,
    first_deadline: date | None,
) -> dict[str, Any]:
    fee = renewal.fixed_fee.amount if renewal and renewal.fixed_fee else fees.get(establishment.pk)
    if renewal and campaign:
        state = _state(renewal, campaign, today)
    else:
        opening_runs = campaign and not campaign.opening_finished_at
        state = {"state": "準備中" if opening_runs else "対象外", "tone": "neutral"}
    return {
        "establishment": establishment,
        "renewal": renewal,
        **state,
        "unanswered": bool(renewal and campaign and renewal.is_unanswered(campaign, today)),
        "answerable": bool(
            renewal and campaign and renewal.status in NOT_ANSWERED and renewal.may_answer(campaign, today)
        ),
        "to_mend": bool(renewal and renewal.status == Status.RETURNED),
        "begun": bool(renewal and renewal.status == Status.DRAFT),
        "last_day": _last_day(renewal, campaign) if renewal and campaign else None,
        "fee": None if renewal is None or renewal.intent == "withdraw" else fee,
        "todo": todo(
            campaign=campaign,
            upcoming=None,
            renewal=renewal,
            today=today,
            first_deadline=first_deadline,
            left_on=establishment.left_on,
        ),
    }


def _last_day(renewal: Renewal, campaign: RenewalCampaign) -> date | None:
    """The last day to answer, while there is an answer to give."""
    return None if renewal.has_answered else renewal.last_day_to_answer(campaign)
