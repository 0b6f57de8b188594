"""The season's own course: its days, the moved deadline, when jobs run or do not, when the mail server is away."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from fiscal_calendar.business_days import is_business_day, next_business_day
from fiscal_calendar.season import SeasonCalendar, season_calendar
from fiscal_calendar.tokyo import at
from jaim_portal.simulation.config import Config

ONE_DAY = timedelta(days=1)
DELIVERIES = (5, 12, 15, 18, 22)
BULK_HOUR = 14
QUEUE_AT = (15, 30)
DAYS_BEFORE_OPENING, DAYS_IN_APRIL = 2, 5
SKIPPED, DOUBLED, DARK = 0.12, 0.12, 0.03


@dataclass(frozen=True, slots=True)
class Season:
    """``calendar`` is the season as it was announced; at ``moved_at`` its deadline moves to ``deadline``.

    On ``skipped`` days the day's jobs do not run, on ``dark`` days nothing does, on ``doubled`` days the jobs run again
    at the hour given. At the moments in ``server_down`` the mail server does not answer.
    """

    calendar: SeasonCalendar
    deadline: date
    planned_at: datetime
    opened_at: datetime
    moved_at: datetime
    first_day: date
    last_day: date
    skipped: frozenset[date]
    dark: frozenset[date]
    doubled: dict[date, int]
    server_down: frozenset[datetime]

    @property
    def members_begin(self) -> datetime:
        """From when on members act: the opening is through."""
        return self.opened_at + timedelta(minutes=45)

    def days(self) -> Iterator[date]:
        day = self.first_day
        while day <= self.last_day:
            yield day
            day += ONE_DAY

    def office_days(self) -> Iterator[date]:
        """The business days after the opening on which the secretariat decides: until the end of March."""
        for day in self.days():
            if self.calendar.opens_on < day < self.calendar.withdrawal_effective_on and is_business_day(day):
                yield day

    def next_review(self, moment: datetime) -> datetime:
        """When reviewers next work through what waits, after ``moment``."""
        reviews = (at(day, *QUEUE_AT) for day in self.office_days())
        return next((review for review in reviews if review > moment), at(self.last_day, *QUEUE_AT))

    def bulk_days_after(self, moment: datetime, count: int) -> list[date]:
        return [day for day in self.bulk_days() if at(day, BULK_HOUR) > moment][:count]

    def bulk_days(self) -> Iterator[date]:
        """When the secretariat approves in bulk: twice a week, daily from the deadline on, until the end of March."""
        for day in self.office_days():
            if day > self.deadline or day.weekday() in (1, 3):
                yield day


def plan_season(config: Config) -> Season:
    """Raises ``HolidaysUnknown`` for a year whose holidays cannot be known."""
    rng = config.rng("season")
    proposed = season_calendar(config.fiscal_year)
    announced, deadline = _deadlines(proposed, rng)
    opens_on = proposed.opens_on
    moved_on = opens_on + timedelta(days=rng.randint(5, (min(announced, deadline) - opens_on).days - 5))
    first_day = opens_on - DAYS_BEFORE_OPENING * ONE_DAY
    last_day = proposed.roster_drops_on + (DAYS_IN_APRIL - 1) * ONE_DAY
    busy = {opens_on, deadline, deadline + ONE_DAY, last_day}
    free = [
        day
        for day in (first_day + n * ONE_DAY for n in range((last_day - first_day).days + 1))
        if day not in busy
    ]
    # Two days without jobs, so that the reminder 3 days before is overtaken by the one a day before.
    missed = frozenset({deadline - 3 * ONE_DAY, deadline - 2 * ONE_DAY})
    dark = frozenset(day for day in free if rng.random() < DARK)
    return Season(
        calendar=replace(proposed, deadline=announced),
        deadline=deadline,
        planned_at=at(first_day - 30 * ONE_DAY, 11),
        opened_at=at(opens_on, 9),
        moved_at=at(moved_on, 11),
        first_day=first_day,
        last_day=last_day,
        skipped=missed | {day for day in free if rng.random() < SKIPPED},
        dark=dark,
        doubled={day: rng.choice((10, 16)) for day in free if rng.random() < DOUBLED},
        server_down=frozenset({at(opens_on, 9, 15), at(deadline + ONE_DAY, 5)}),
    )


def _deadlines(proposed: SeasonCalendar, rng: random.Random) -> tuple[date, date]:
    """The deadline as announced and as moved: brought forward as in the season of 2026, or put off."""
    if rng.random() < 0.5:
        return next_business_day(proposed.deadline + 3 * ONE_DAY), proposed.deadline
    return proposed.deadline, next_business_day(proposed.deadline + 5 * ONE_DAY)
