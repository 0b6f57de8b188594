"""Whether the review finishes in time: the pace that is needed against the pace that was kept. Days are Tokyo's."""

from dataclasses import dataclass
from datetime import date, timedelta

from fiscal_calendar.business_days import business_days_before, is_business_day

LOOK_BACK_BUSINESS_DAYS = 5


@dataclass(frozen=True)
class Pace:
    """Decisions per business day. ``days_left`` counts today and the cutoff day if banks work on them.

    ``needed`` is rounded up to whole decisions; whether the review is behind is told by the pace that was ``kept``.
    """

    cutoff: date
    waiting: int
    days_left: int
    needed: int
    kept: float

    @property
    def is_late(self) -> bool:
        return self.waiting > 0 and self.days_left == 0

    @property
    def is_behind(self) -> bool:
        return self.waiting > self.kept * self.days_left


def review_pace(*, waiting: int, decided_by_day: dict[date, int], cutoff: date, today: date) -> Pace:
    """``decided_by_day`` holds how many were decided on each day; the pace kept is that of the last five business days.

    Today is one of them as soon as it has brought more than the day whose place it takes: it is not over yet.
    """
    days_left = sum(
        is_business_day(today + timedelta(days=offset)) for offset in range((cutoff - today).days + 1)
    )
    fifth = business_days_before(today, LOOK_BACK_BUSINESS_DAYS)
    fourth = business_days_before(today, LOOK_BACK_BUSINESS_DAYS - 1)
    until_yesterday = sum(count for day, count in decided_by_day.items() if fifth <= day < today)
    with_today = sum(count for day, count in decided_by_day.items() if fourth <= day <= today)
    return Pace(
        cutoff=cutoff,
        waiting=waiting,
        days_left=days_left,
        needed=-(-waiting // days_left) if days_left else waiting,
        kept=max(until_yesterday, with_today) / LOOK_BACK_BUSINESS_DAYS,
    )
