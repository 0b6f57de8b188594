"""What was returned and is not mended yet: reminders to the member (domain: mail)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from fiscal_calendar.tokyo import day_of
from mailing.models import OutboxMessage
from mailing.outbox import Draft, queue
from renewals.ladder import reached_step_after_return
from renewals.messages import CORRECTION_REMINDER, decision_drafts, decision_topic, return_values
from renewals.models import Decision, DecisionItem, Renewal, RenewalCampaign
from renewals.status import Outcome, Status

CHUNK = 500


def waiting_returns(campaign: RenewalCampaign) -> QuerySet[Decision]:
    """The returns of ``campaign`` that wait to be mended, oldest first."""
    return (
        Decision.objects.filter(
            outcome=Outcome.RETURNED,
            undone_at__isnull=True,
            renewal__campaign=campaign,
            renewal__status=Status.RETURNED,
            version=F("renewal__version"),
        )
        .select_related("renewal__campaign", "renewal__establishment__corporation")
        .prefetch_related("items", "renewal__establishment__contacts")
        .order_by("decided_at", "pk")
    )


def latest_decision(renewal: Renewal) -> Decision | None:
    """The return or the approval that holds for the answer as it stands, with what the member was told about each
    claim; None where nothing is decided."""
    outcome = {Status.RETURNED: Outcome.RETURNED, Status.APPROVED: Outcome.APPROVED}.get(
        Status(renewal.status)
    )
    if outcome is None:
        return None
    return (
        Decision.objects.filter(
            renewal=renewal, version=renewal.version, outcome=outcome, undone_at__isnull=True
        )
        .prefetch_related("items")
        .first()
    )


def told_in(decision: Decision) -> list[str]:
    """「中小企業割引：…」, what the member was told about each claim."""
    return told_in_words(decision.items.all())


def told_in_words(items: Iterable[DecisionItem]) -> list[str]:
    return [f"{item.get_discount_display()}：{item.text}" for item in items]


def queue_correction_reminders(*, campaign: RenewalCampaign, now: datetime) -> int:
    """Queue the reminder that is due today about each return that is not mended; returns how many members.

    Of several steps that were missed only the latest goes. A second run writes nothing.
    """
    due = {
        _topic(decision, step): (decision, step)
        for decision in waiting_returns(campaign).iterator(chunk_size=CHUNK)
        if (step := reached_step(decision, now=now)) is not None
    }
    queued = set(
        OutboxMessage.objects.filter(kind=CORRECTION_REMINDER.code, topic__in=due).values_list(
            "topic", flat=True
        )
    )
    fresh = [reminder for topic, reminder in due.items() if topic not in queued]
    for start in range(0, len(fresh), CHUNK):
        with transaction.atomic():
            queue(_reminders(fresh[start : start + CHUNK]), now=now)
    return len(fresh)


def reached_step(decision: Decision, *, now: datetime) -> int | None:
    """The latest step, in days after the return, whose day has come; None before the first."""
    return reached_step_after_return(returned_on=day_of(decision.decided_at), today=day_of(now))


def _occasion(decision: Decision, step: int) -> str:
    return f"{decision.pk}/plus/{step}"


def _topic(decision: Decision, step: int) -> str:
    return decision_topic(CORRECTION_REMINDER, decision.renewal, occasion=_occasion(decision, step))


def _reminders(reminders: Iterable[tuple[Decision, int]]) -> list[Draft]:
    return [
        draft
        for decision, step in reminders
        for draft in decision_drafts(
            CORRECTION_REMINDER,
            decision.renewal,
            occasion=_occasion(decision, step),
            step=step,
            **return_values(decision, decision.items.all()),
        )
    ]
