"""Planning a season, opening it, moving its deadline.

Opening is one switch and then work in small steps that may be killed anywhere: :func:`open_campaign` records that the
season is open, :func:`continue_opening` enrols establishments chunk by chunk until none is left.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.trail import Actor, Event, record
from fiscal_calendar.japanese import format_day
from fiscal_calendar.season import SeasonCalendar
from fiscal_calendar.tokyo import day_of
from mailing.outbox import queue
from members.models import Establishment, EstablishmentQuerySet, User
from renewals.messages import deadline_drafts, opening_drafts
from renewals.models import DeadlineChange, Renewal, RenewalCampaign
from renewals.quoting import schedule_for
from renewals.refusals import NotAllowed, Stale

CHUNK = 500


def plan_campaign(*, calendar: SeasonCalendar, by: Actor, now: datetime) -> RenewalCampaign:
    """Enter the season's days, as computed by ``fiscal_calendar`` or as the secretariat edited them."""
    with transaction.atomic():
        campaign = RenewalCampaign.objects.create(
            fiscal_year=calendar.fiscal_year,
            opens_on=calendar.opens_on,
            deadline=calendar.deadline,
            debit_on=calendar.debit_on,
            fallback_on=calendar.fallback_on,
        )
        _record(campaign, "plan", by=by, now=now, deadline=calendar.deadline.isoformat())
        return campaign


def replan_campaign(
    *, campaign_id: int, calendar: SeasonCalendar, by: Actor, now: datetime
) -> RenewalCampaign:
    """Correct the days of a season that nobody has been told of yet.

    Raises :class:`NotAllowed` once it is open: from then on only the deadline moves.
    """
    with transaction.atomic():
        campaign = _locked(campaign_id)
        if campaign.is_open:
            raise NotAllowed("受付を開始したあとは、締切日だけを変更できます。")
        days = {
            "opens_on": calendar.opens_on,
            "deadline": calendar.deadline,
            "debit_on": calendar.debit_on,
            "fallback_on": calendar.fallback_on,
        }
        RenewalCampaign.objects.filter(pk=campaign.pk, opened_at__isnull=True).update(**days)
        for name, day in days.items():
            setattr(campaign, name, day)
        _record(campaign, "replan", by=by, now=now, **{name: day.isoformat() for name, day in days.items()})
        return campaign


def open_campaign(*, campaign_id: int, by: Actor, now: datetime) -> RenewalCampaign:
    """Open the season. Opening it twice, also at the same moment, opens it once.

    Raises :class:`NotAllowed` when its deadline has passed or another season still runs, ``NoFeeSchedule`` when no
    rates hold for its year.
    """
    with transaction.atomic():
        campaign = _locked_with_all_seasons(campaign_id)
        if campaign.is_open:
            return campaign
        if day_of(now) > campaign.deadline:
            raise NotAllowed(
                f"締切日（{format_day(campaign.deadline)}）を過ぎています。締切日を直してから開始してください。"
            )
        if running := running_season(campaign, today=day_of(now)):
            raise NotAllowed(still_running(running))
        schedule_for(campaign.fiscal_year)
        opened = RenewalCampaign.objects.filter(pk=campaign.pk, opened_at__isnull=True).update(opened_at=now)
        if opened:
            campaign.opened_at = now
            _record(campaign, "open", by=by, now=now, deadline=campaign.deadline.isoformat())
        return campaign


def continue_opening(*, campaign_id: int, now: datetime, chunk: int = CHUNK) -> int:
    """Enrol every establishment that has no renewal in the season yet, and return how many were.

    Each chunk is one transaction under the campaign's lock, so two openings at once enrol nobody twice, and one that
    was killed goes on where it stopped.
    """
    enrolled, after = 0, 0
    while step := _enrol_chunk(campaign_id, after=after, now=now, chunk=chunk):
        count, after = step
        enrolled += count
    return enrolled


def continue_openings(*, now: datetime) -> int:
    """Finish enrolling in every season that was opened; returns how many establishments were enrolled."""
    unfinished = RenewalCampaign.objects.opened().filter(opening_finished_at__isnull=True)
    return sum(
        continue_opening(campaign_id=campaign_id, now=now)
        for campaign_id in list(unfinished.values_list("pk", flat=True))
    )


def add_establishment(
    *, campaign_id: int, establishment: Establishment, until: date | None = None, by: Actor, now: datetime
) -> Renewal:
    """Take into the season an establishment that was admitted after the opening.

    ``until`` is a last day of its own, which it needs once the deadline has passed. Raises :class:`NotAllowed` if it
    takes part already, if the season is not open or its year has begun, and for a day to answer that makes no sense.
    """
    today = day_of(now)
    with transaction.atomic():
        campaign = _locked(campaign_id)
        if not campaign.is_open:
            raise NotAllowed("更新手続の受付がまだ始まっていません。")
        if today >= campaign.year.starts_on:
            raise NotAllowed(
                f"{campaign.year.label}はすでに始まっているため、更新手続の対象に加えられません。"
            )
        _require_day_to_answer(campaign, until or campaign.deadline, today=today)
        if campaign.renewals.filter(establishment=establishment).exists():
            raise NotAllowed("この事業所はすでに更新手続の対象です。")
        if not establishments_in_season(campaign, on=today).filter(pk=establishment.pk).exists():
            raise NotAllowed("退会した事業所、まだ入会していない事業所は、更新手続の対象に加えられません。")
        [renewal] = _enrol(campaign, [establishment], answer_until=until, by=by, now=now)
        return renewal


def _require_day_to_answer(campaign: RenewalCampaign, last_day: date, *, today: date) -> None:
    if last_day < max(today, campaign.deadline):
        raise NotAllowed(
            f"締切日（{format_day(campaign.deadline)}）と今日より後の日を、回答期限として入力してください。"
            if today > campaign.deadline
            else f"回答期限は、締切日（{format_day(campaign.deadline)}）以降の日付にしてください。"
        )
    if last_day > campaign.effective_withdrawal_on:
        raise NotAllowed(
            f"回答期限は、年度末（{format_day(campaign.effective_withdrawal_on)}）までの日付にしてください。"
        )


@dataclass(frozen=True)
class DeadlineMove:
    """What moving the deadline would do: from when to when, and how many members are told."""

    previous: date
    deadline: date
    members_told: int


def preview_deadline(*, campaign: RenewalCampaign, deadline: date, today: date) -> DeadlineMove:
    """Raises :class:`NotAllowed` for a day that the deadline cannot move to."""
    if deadline == campaign.deadline:
        raise NotAllowed("締切日が変わっていません。新しい日付を入力してください。")
    if deadline < today:
        raise NotAllowed(f"締切日には今日以降の日付を入力してください（入力：{format_day(deadline)}）。")
    if not campaign.opens_on <= deadline < campaign.debit_on:
        raise NotAllowed(
            f"締切日は、受付開始日（{format_day(campaign.opens_on)}）から"
            f"口座振替日（{format_day(campaign.debit_on)}）の前日までの日付にしてください。"
        )
    return DeadlineMove(
        campaign.deadline,
        deadline,
        _to_be_told(campaign, campaign.deadline, deadline).count() if campaign.is_open else 0,
    )


def move_deadline(
    *, campaign_id: int, deadline: date, reason: str, by: User, now: datetime, seen: date | None = None
) -> DeadlineChange | None:
    """Move the deadline and keep the old day as history. Members who have not answered are told; reminders follow.

    Before the opening there is nobody to tell and no history to keep: the day is corrected and None returned.
    ``seen`` is the deadline that the page showed. Raises :class:`Stale` if it is another by now,
    :class:`NotAllowed` for a day that makes no sense or without a reason.
    """
    with transaction.atomic():
        campaign = _locked(campaign_id)
        if seen not in (None, campaign.deadline):
            raise Stale(
                f"画面を開いたあとに、締切日が{format_day(campaign.deadline)}に変わりました。"
                "いまの締切日を確認してから、もう一度操作してください。"
            )
        preview_deadline(campaign=campaign, deadline=deadline, today=day_of(now))
        if not reason.strip():
            raise NotAllowed("締切日を変える理由を入力してください。")
        previous, campaign.deadline = campaign.deadline, deadline
        change = None
        if campaign.is_open:
            campaign.deadline_version += 1
            change = DeadlineChange.objects.create(
                campaign=campaign,
                version=campaign.deadline_version,
                previous=previous,
                deadline=deadline,
                reason=reason,
                changed_at=now,
                changed_by=by,
            )
        RenewalCampaign.objects.filter(pk=campaign.pk).update(
            deadline=deadline, deadline_version=campaign.deadline_version
        )
        if change:
            for renewals in _in_chunks(_to_be_told(campaign, previous, deadline)):
                queue(deadline_drafts(renewals, campaign=campaign), now=now)
        _record(
            campaign,
            "move_deadline",
            by=Actor.user(by.pk),
            now=now,
            reason=reason,
            previous=previous.isoformat(),
            deadline=deadline.isoformat(),
        )
        return change


def establishments_in_season(campaign: RenewalCampaign, *, on: date) -> EstablishmentQuerySet:
    """Those who are members on that day, the opening's, and have not settled to leave before the new year begins."""
    return Establishment.objects.on_roster(on).filter(
        Q(left_on__isnull=True) | Q(left_on__gt=campaign.effective_withdrawal_on)
    )


def running_season(campaign: RenewalCampaign, *, today: date) -> RenewalCampaign | None:
    """Another season that is open and whose year has not begun: the pages can speak of one season only."""
    newest = RenewalCampaign.objects.exclude(pk=campaign.pk).latest_opened()
    return newest if newest and today < newest.year.starts_on else None


def still_running(season: RenewalCampaign) -> str:
    """Why another season cannot be opened yet."""
    return f"{season}がまだ続いています。{format_day(season.year.starts_on)}以降に開始してください。"


def _locked(campaign_id: int) -> RenewalCampaign:
    return RenewalCampaign.objects.select_for_update().get(pk=campaign_id)


def _locked_with_all_seasons(campaign_id: int) -> RenewalCampaign:
    """Two seasons that are opened at the same moment must see each other."""
    seasons = {season.pk: season for season in RenewalCampaign.objects.select_for_update().order_by("pk")}
    return seasons[campaign_id]


def _enrol_chunk(campaign_id: int, *, after: int, now: datetime, chunk: int) -> tuple[int, int] | None:
    """Enrol the next establishments by key; None when none was left and the opening is finished."""
    with transaction.atomic():
        campaign = _locked(campaign_id)
        if campaign.opened_at is None or campaign.opening_finished_at is not None:
            return None
        renewed = Renewal.objects.filter(campaign=campaign, establishment=OuterRef("pk"))
        establishments = list(
            establishments_in_season(campaign, on=day_of(campaign.opened_at))
            .filter(~Exists(renewed), pk__gt=after)
            .with_corporation()
            .prefetch_related("contacts")
            .order_by("pk")[:chunk]
        )
        if not establishments:
            RenewalCampaign.objects.filter(pk=campaign.pk).update(opening_finished_at=now)
            return None
        _enrol(campaign, establishments, by=Actor.job("opening"), now=now)
        return len(establishments), establishments[-1].pk


def _enrol(
    campaign: RenewalCampaign,
    establishments: list[Establishment],
    *,
    by: Actor,
    now: datetime,
    answer_until: date | None = None,
) -> list[Renewal]:
    renewals = Renewal.objects.bulk_create(
        Renewal(campaign=campaign, establishment=establishment, answer_until=answer_until)
        for establishment in establishments
    )
    queue(
        opening_drafts(zip(renewals, establishments, strict=True), campaign=campaign),
        now=now,
    )
    record(
        *(
            Event(
                "renewal.enrol",
                f"renewal:{renewal.pk}",
                by,
                establishment.member_number,
            )
            for renewal, establishment in zip(renewals, establishments, strict=True)
        ),
        now=now,
    )
    return renewals


def _to_be_told(campaign: RenewalCampaign, previous: date, deadline: date) -> QuerySet[Renewal]:
    """Those who have not answered and whose own last day moves: a later day granted to one member stays."""
    return (
        campaign.renewals.unanswered()
        .exclude(answer_until__gte=max(previous, deadline))
        .select_related("establishment__corporation")
        .prefetch_related("establishment__contacts")
    )


def _in_chunks(renewals: QuerySet[Renewal]) -> Iterator[list[Renewal]]:
    after = 0
    while found := list(renewals.filter(pk__gt=after).order_by("pk")[:CHUNK]):
        yield found
        after = found[-1].pk


def _record(campaign: RenewalCampaign, verb: str, *, by: Actor, now: datetime, **details: str) -> None:
    record(
        Event(f"campaign.{verb}", f"campaign:{campaign.fiscal_year}", by, details=details),
        now=now,
    )
