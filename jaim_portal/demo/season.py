"""A season that is open on whatever day the demo is started."""

from datetime import date, timedelta

from fiscal_calendar.business_days import next_business_day, nth_business_day
from fiscal_calendar.fiscal_year import FiscalYear
from fiscal_calendar.season import SeasonCalendar, season_calendar

OPENED_DAYS_AGO = 20
DAYS_LEFT = 12
ROOM_BEFORE_THE_YEAR = timedelta(days=50)


def demo_season(today: date) -> SeasonCalendar:
    """Opened 20 days ago, closing in 12, and debited before the year it renews for begins."""
    year = FiscalYear.from_date(today).next
    if year.starts_on - today < ROOM_BEFORE_THE_YEAR:
        year = year.next
    proposed = season_calendar(year.year)
    deadline = today + timedelta(days=DAYS_LEFT)
    debit_on = max(proposed.debit_on, next_business_day(deadline + timedelta(days=14)))
    return SeasonCalendar(
        fiscal_year=year.year,
        opens_on=today - timedelta(days=OPENED_DAYS_AGO),
        deadline=deadline,
        debit_on=debit_on,
        fallback_on=nth_business_day(debit_on, 4),
        withdrawal_effective_on=proposed.withdrawal_effective_on,
        roster_drops_on=proposed.roster_drops_on,
    )
