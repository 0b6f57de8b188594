"""Reminders before the deadline, to those who have not answered (domain: mail): 14, 7, 3 and 1 days before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from fiscal_calendar.japanese import format_day
from fiscal_calendar.tokyo import at, day_of
from mailing.models import OutboxMessage
from mailing.outbox import queue
from renewals.messages import CAMPAIGN_OPENED, REMINDER, drafts, opening_topic, season_values
from renewals.models import Renewal, RenewalCampaign
from renewals.status import Status

LADDER = (14, 7, 3, 1)
SUPERSEDED = "あとの催促にまとめた"
CHUNK = 500


@dataclass(frozen=True)
class DueSteps:
    """The steps of the ladder, in days before the last day: the one to send now, and earlier ones whose day was
    missed and whose place it takes."""

    send: int
    superseded: tuple[int, ...] = ()


def due_steps(*, last_day: date, told_on: date, today: date) -> DueSteps | None:
    """Which steps are due on ``today``; None if none is.

    A step is due on its day and after, until the last day. Steps that fell on or before the day on which the member
    was told of this very last day need no reminder: that mail said it.
    """
    if today > last_day:
        return None
    due = [step for step in LADDER if told_on < last_day - timedelta(days=step) <= today]
    return DueSteps(send=due[-1], superseded=tuple(due[:-1])) if due else None


def queue_reminders(*, campaign: RenewalCampaign, now: datetime) -> int:
    """Queue what is due today to everyone in ``campaign`` who has not answered; returns how many members.

    Whoever has this reminder already is left alone, so a second run writes nothing.
    """
    if campaign.opened_at is None:
        return 0
    today = day_of(now)
    reminded = 0
    unanswered = campaign.renewals.filter(status=Status.NOT_STARTED)
    granted_later = Q(answer_until__gt=campaign.deadline)
    if steps := due_steps(
        last_day=campaign.deadline, told_on=_deadline_told_on(campaign, campaign.opened_at), today=today
    ):
        reminded += _remind(unanswered.exclude(granted_later), campaign, campaign.deadline, steps, now)
    extended = unanswered.filter(granted_later, answer_until__gte=today)
    for renewal in extended.only("pk", "answer_until", "reopened_at"):
        if renewal.answer_until is None or renewal.reopened_at is None:
            continue
        told_on = day_of(renewal.reopened_at)
        if steps := due_steps(last_day=renewal.answer_until, told_on=told_on, today=today):
            reminded += _remind(
                unanswered.filter(pk=renewal.pk),
                campaign,
                renewal.answer_until,
                steps,
                now,
            )
    return reminded


def _deadline_told_on(campaign: RenewalCampaign, opened_at: datetime) -> date:
    latest = campaign.deadline_changes.order_by("-version").first()
    return day_of(latest.changed_at if latest else opened_at)


def _remind(
    renewals: QuerySet[Renewal],
    campaign: RenewalCampaign,
    last_day: date,
    steps: DueSteps,
    now: datetime,
) -> int:
    """Queue the step that is due and note the superseded ones, chunk by chunk, each a transaction of its own.

    Whoever was invited to the season on the step's day or after knows the last day from the invitation.
    """
    invited = OutboxMessage.objects.filter(
        kind=CAMPAIGN_OPENED.code,
        topic=opening_topic(campaign),
        member_number=OuterRef("establishment__member_number"),
        queued_at__gte=at(last_day - timedelta(days=steps.send), 0),
    )
    already = OutboxMessage.objects.filter(
        kind=REMINDER.code,
        topic=_topic(campaign, last_day, steps.send),
        member_number=OuterRef("establishment__member_number"),
    )
    waiting = (
        renewals.filter(~Exists(already), ~Exists(invited))
        .select_related("establishment__corporation")
        .prefetch_related("establishment__contacts")
        .order_by("pk")
    )
    reminded, after = 0, 0
    while found := list(waiting.filter(pk__gt=after)[:CHUNK]):
        with transaction.atomic():
            queue(_drafts(found, campaign, last_day, steps), now=now)
        reminded += len(found)
        after = found[-1].pk
    return reminded


def _drafts(
    renewals: Iterable[Renewal],
    campaign: RenewalCampaign,
    last_day: date,
    steps: DueSteps,
) -> list:
    values = season_values(campaign) | {
        "last_day": last_day.isoformat(),
        "last_day_text": format_day(last_day),
        "last_day_short": f"{last_day.month}月{last_day.day}日",
    }
    return [
        draft
        for renewal in renewals
        for step, reason in (
            (steps.send, ""),
            *((step, SUPERSEDED) for step in steps.superseded),
        )
        for draft in drafts(
            REMINDER,
            topic=_topic(campaign, last_day, step),
            renewal_id=renewal.pk,
            establishment=renewal.establishment,
            values=values,
            skipped_because=reason,
        )
    ]


def _topic(campaign: RenewalCampaign, last_day: date, step: int) -> str:
    return f"campaign/{campaign.fiscal_year}/until/{last_day.isoformat()}/minus/{step}"
