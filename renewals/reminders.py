"""Reminders before the deadline, to those who have not answered (domain: mail)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from fiscal_calendar.tokyo import day_of
from mailing.models import OutboxMessage
from mailing.outbox import Draft, queue
from renewals.ladder import due_steps, reached_step
from renewals.messages import CAMPAIGN_OPENED, REMINDER, drafts, last_day_values, opening_topic, season_values
from renewals.models import Renewal, RenewalCampaign
from renewals.reasons import SUPERSEDED

CHUNK = 500


def queue_reminders(*, campaign: RenewalCampaign, now: datetime) -> int:
    """Queue what is due today to everyone in ``campaign`` who has not answered; returns how many members.

    Whoever has this reminder already is left alone, so a second run writes nothing.
    """
    if campaign.opened_at is None:
        return 0
    unanswered = campaign.renewals.unanswered()
    granted_later = Q(answer_until__gt=campaign.deadline)
    reminded = _remind(
        unanswered.exclude(granted_later),
        campaign,
        last_day=campaign.deadline,
        announced_on=_deadline_announced_on(campaign, campaign.opened_at),
        now=now,
    )
    granted = unanswered.filter(granted_later, answer_until__gte=day_of(now))
    last_days = {last_day for last_day in granted.values_list("answer_until", flat=True) if last_day}
    for last_day in sorted(last_days):
        reminded += _remind(
            granted.filter(answer_until=last_day),
            campaign,
            last_day=last_day,
            announced_on=day_of(campaign.opened_at),
            now=now,
        )
    return reminded


def _deadline_announced_on(campaign: RenewalCampaign, opened_at: datetime) -> date:
    latest = campaign.deadline_changes.order_by("-version").first()
    return day_of(latest.changed_at if latest else opened_at)


def _remind(
    renewals: QuerySet[Renewal],
    campaign: RenewalCampaign,
    *,
    last_day: date,
    announced_on: date,
    now: datetime,
) -> int:
    """Queue the step that is due and note the superseded ones, chunk by chunk, each a transaction of its own.

    ``announced_on`` is when everybody was told of ``last_day``; who was invited or reopened later was told then.
    """
    step = reached_step(last_day=last_day, today=day_of(now))
    if step is None:
        return 0
    to_the_member = OutboxMessage.objects.filter(member_number=OuterRef("establishment__member_number"))
    already = to_the_member.filter(kind=REMINDER.code, topic=_topic(campaign, last_day, step))
    invitation = to_the_member.filter(kind=CAMPAIGN_OPENED.code, topic=opening_topic(campaign))
    waiting = (
        renewals.filter(~Exists(already))
        .annotate(invited_at=Subquery(invitation.values("queued_at")[:1]))
        .select_related("establishment__corporation")
        .prefetch_related("establishment__contacts")
        .order_by("pk")
    )
    reminded, after = 0, 0
    while found := list(waiting.filter(pk__gt=after)[:CHUNK]):
        after = found[-1].pk
        reminders = list(_drafts(found, campaign, last_day=last_day, announced_on=announced_on, now=now))
        with transaction.atomic():
            queue(reminders, now=now)
        reminded += len({reminder.member_number for reminder in reminders})
    return reminded


def _drafts(
    renewals: Iterable[Any], campaign: RenewalCampaign, *, last_day: date, announced_on: date, now: datetime
) -> Iterable[Draft]:
    values = season_values(campaign) | last_day_values(last_day)
    for renewal in renewals:
        told = [day_of(moment) for moment in (renewal.invited_at, renewal.reopened_at) if moment]
        steps = due_steps(last_day=last_day, told_on=max([announced_on, *told]), today=day_of(now))
        if steps is None:
            continue
        for step in (steps.send, *steps.superseded):
            yield from drafts(
                REMINDER,
                topic=_topic(campaign, last_day, step),
                renewal_id=renewal.pk,
                establishment=renewal.establishment,
                values=values | {"step": step},
                skipped_because="" if step == steps.send else SUPERSEDED,
            )


def _topic(campaign: RenewalCampaign, last_day: date, step: int) -> str:
    return f"campaign/{campaign.fiscal_year}/until/{last_day.isoformat()}/minus/{step}"
