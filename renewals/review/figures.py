"""A season in figures. Counting a hundred thousand renewals takes a while, so the result is kept for a minute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.db.models import Count, F, Min, Sum
from django.db.models.functions import TruncDate

from fees.models import FixedFee
from fiscal_calendar.japanese import TOKYO
from fiscal_calendar.tokyo import at, day_of
from renewals.models import Renewal, RenewalCampaign, Submission
from renewals.review.filters import left_unanswered
from renewals.review.pace import Pace, review_pace
from renewals.status import Intent, Status

KEPT_FOR = timedelta(seconds=60)
DECIDED_SINCE = timedelta(days=21)


@dataclass(frozen=True)
class DayOfAnswers:
    """How many of the answers that stand came on ``day``, and how many had come by its end."""

    day: date
    answers: int
    total: int
    is_deadline: bool


@dataclass(frozen=True)
class SeasonFigures:
    """Counts of renewals, fees in yen. ``as_of`` is when they were counted.

    ``oldest_waiting`` has the oldest submission that awaits review, for each intent of which one does. ``held`` are
    among those waiting; ``returned`` wait for the member.
    """

    as_of: datetime
    total: int
    not_answered: int
    unanswered: int
    waiting_unchanged: int
    waiting_changed: int
    waiting_withdrawal: int
    held: int
    oldest_held: datetime | None
    returned: int
    oldest_returned: datetime | None
    oldest_waiting: Mapping[str, datetime]
    approved: int
    withdrawal_accepted: int
    withdrawn: int
    fees_fixed: int
    fees_declared: int
    days: Sequence[DayOfAnswers]
    pace: Pace

    @property
    def waiting(self) -> int:
        return self.waiting_unchanged + self.waiting_changed + self.waiting_withdrawal

    @property
    def answered(self) -> int:
        return self.total - self.not_answered

    @property
    def fees_expected(self) -> int:
        return self.fees_fixed + self.fees_declared

    @property
    def busiest_day(self) -> int:
        return max((day.answers for day in self.days), default=0)


def season_figures(campaign: RenewalCampaign, *, now: datetime) -> SeasonFigures:
    """The figures of ``campaign``, at most a minute old."""
    key = f"season-figures/{campaign.pk}/{campaign.deadline_version}/{day_of(now)}"
    kept = cache.get(key)
    if isinstance(kept, SeasonFigures):
        return kept
    counted = count_season(campaign, now=now)
    cache.set(key, counted, timeout=int(KEPT_FOR.total_seconds()))
    return counted


def count_season(campaign: RenewalCampaign, *, now: datetime) -> SeasonFigures:
    """Count now: a fixed number of queries, each over the whole season."""
    today = day_of(now)
    renewals = Renewal.objects.of_campaign(campaign).order_by()
    grouped = renewals.values("status", "intent").annotate(
        count=Count("pk"),
        oldest=Min("submitted_at"),
        held=Count("held_at"),
        oldest_held=Min("held_at"),
        oldest_returned=Min("returned_at"),
    )
    counts = {(row["status"], row["intent"]): row["count"] for row in grouped}
    oldest = {row["intent"]: row["oldest"] for row in grouped if row["status"] == Status.SUBMITTED}

    returned = [row["oldest_returned"] for row in grouped if row["status"] == Status.RETURNED]

    def count(status: Status, intent: Intent | None = None) -> int:
        return sum(
            number for (of, meant), number in counts.items() if of == status and intent in (None, meant)
        )

    waiting = count(Status.SUBMITTED)
    return SeasonFigures(
        as_of=now,
        total=sum(counts.values()),
        not_answered=count(Status.NOT_STARTED) + count(Status.DRAFT),
        unanswered=renewals.filter(left_unanswered(today)).count() if today > campaign.deadline else 0,
        waiting_unchanged=count(Status.SUBMITTED, Intent.UNCHANGED),
        waiting_changed=count(Status.SUBMITTED, Intent.CHANGED),
        waiting_withdrawal=count(Status.SUBMITTED, Intent.WITHDRAW),
        held=sum(row["held"] for row in grouped),
        oldest_held=min((row["oldest_held"] for row in grouped if row["held"]), default=None),
        returned=count(Status.RETURNED),
        oldest_returned=min(returned, default=None),
        oldest_waiting=oldest,
        approved=count(Status.APPROVED),
        withdrawal_accepted=count(Status.WITHDRAWAL_ACCEPTED),
        withdrawn=count(Status.WITHDRAWN),
        fees_fixed=_fees_fixed(campaign),
        fees_declared=_fees_declared(campaign),
        days=_answers_by_day(campaign, today=today),
        pace=review_pace(
            waiting=waiting,
            decided_by_day=_decided_by_day(campaign, since=today - DECIDED_SINCE),
            cutoff=campaign.debit_file_closes_on,
            today=today,
        ),
    )


def _fees_fixed(campaign: RenewalCampaign) -> int:
    return FixedFee.objects.filter(renewal__campaign=campaign).aggregate(yen=Sum("amount"))["yen"] or 0


def _fees_declared(campaign: RenewalCampaign) -> int:
    """What the submissions that await review would bring, as declared."""
    waiting = Submission.objects.filter(
        renewal__campaign=campaign, renewal__status=Status.SUBMITTED, version=F("renewal__version")
    )
    return waiting.aggregate(yen=Sum("amount"))["yen"] or 0


def _decided_by_day(campaign: RenewalCampaign, *, since: date) -> dict[date, int]:
    rows = (
        Renewal.objects.of_campaign(campaign)
        .filter(decided_at__gte=at(since, 0))
        .order_by()
        .values(day=TruncDate("decided_at", tzinfo=TOKYO))
        .annotate(count=Count("pk"))
    )
    return {row["day"]: row["count"] for row in rows}


def _answers_by_day(campaign: RenewalCampaign, *, today: date) -> tuple[DayOfAnswers, ...]:
    """Every day from the opening to today or the deadline, whichever is later; days without an answer too."""
    if campaign.opened_at is None:
        return ()
    rows = (
        Renewal.objects.of_campaign(campaign)
        .filter(submitted_at__isnull=False)
        .order_by()
        .values(day=TruncDate("submitted_at", tzinfo=TOKYO))
        .annotate(count=Count("pk"))
    )
    by_day = {row["day"]: row["count"] for row in rows}
    first = min([day_of(campaign.opened_at), *by_day])
    last = max([min(today, campaign.deadline), *by_day])
    days, total = [], 0
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        total += by_day.get(day, 0)
        days.append(DayOfAnswers(day, by_day.get(day, 0), total, day == campaign.deadline))
    return tuple(days)
