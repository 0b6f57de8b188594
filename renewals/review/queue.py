"""The queue of changed continuations: how many wait, what is put aside, and who looks at what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Min, Q, QuerySet

from fiscal_calendar.tokyo import day_of
from members.models import User
from renewals.models import Renewal, RenewalCampaign
from renewals.reviewing import queue_of
from renewals.status import Intent

MOST_LISTED = 50


@dataclass(frozen=True)
class Queue:
    """``waiting`` counts those that nobody looks at, ``resubmitted`` those among them that were mended. ``leased`` are
    under review right now; ``mine`` is the case that the reviewer holds; ``held`` wait for something."""

    waiting: int
    resubmitted: int
    oldest: datetime | None
    leased: Sequence[Renewal]
    mine: Renewal | None
    held: Sequence[Renewal]
    held_count: int

    def days_waiting(self, today: date) -> int:
        """How many days the oldest has waited."""
        return (today - day_of(self.oldest)).days if self.oldest else 0


def load_queue(campaign: RenewalCampaign, *, by: User, now: datetime) -> Queue:
    """The queue of ``campaign`` as ``by`` finds it."""
    free = queue_of(campaign).filter(Q(leased_until__isnull=True) | Q(leased_until__lte=now)).order_by()
    counted = free.aggregate(
        waiting=Count("pk"), resubmitted=Count("returned_at"), oldest=Min("submitted_at")
    )
    leased = list(_shown(queue_of(campaign).filter(leased_until__gt=now)))
    held = campaign.renewals.awaiting_review().filter(intent=Intent.CHANGED, held_at__isnull=False)
    return Queue(
        waiting=counted["waiting"],
        resubmitted=counted["resubmitted"],
        oldest=counted["oldest"],
        leased=[renewal for renewal in leased if renewal.reviewer_id != by.pk],
        mine=next((renewal for renewal in leased if renewal.reviewer_id == by.pk), None),
        held=list(_shown(held.order_by("held_at", "pk"))[:MOST_LISTED]),
        held_count=held.count(),
    )


def _shown(renewals: QuerySet[Renewal]) -> QuerySet[Renewal]:
    return renewals.select_related("establishment__corporation", "reviewer")
