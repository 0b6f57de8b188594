"""The dates of a renewal season, as the rules propose them (domain: "The renewal season").

They are proposals: a campaign copies them, and the secretariat may edit its copy.
"""

from dataclasses import dataclass
from datetime import date

from fiscal_calendar.business_days import (
    KNOWN_FROM,
    KNOWN_UNTIL,
    HolidaysUnknown,
    next_business_day,
    nth_business_day,
)
from fiscal_calendar.fiscal_year import FiscalYear

# "The 4th business day counting the debit day as the first" (domain: "The renewal season").
_FALLBACK_BUSINESS_DAY = 4


@dataclass(frozen=True, slots=True)
class SeasonCalendar:
    """The season in which memberships are renewed *for* ``fiscal_year``; every date is in Asia/Tokyo.

    ``deadline`` counts to its last second. ``withdrawal_effective_on`` is the last day of membership of those
    who leave, ``roster_drops_on`` the day after, on which ``fiscal_year`` begins.
    """

    fiscal_year: int
    opens_on: date
    deadline: date
    debit_on: date
    fallback_on: date
    withdrawal_effective_on: date
    roster_drops_on: date


def season_calendar(fiscal_year: int) -> SeasonCalendar:
    """The dates proposed for the season before ``fiscal_year``: for 2027, in January to April 2027.

    Raises ``HolidaysUnknown`` (see ``business_days``) for a year whose holidays cannot be known.
    """
    if not KNOWN_FROM.year <= fiscal_year <= KNOWN_UNTIL.year:
        raise HolidaysUnknown(fiscal_year)
    year = FiscalYear(fiscal_year)
    debit_on = next_business_day(date(fiscal_year, 2, 27))
    return SeasonCalendar(
        fiscal_year=fiscal_year,
        opens_on=next_business_day(date(fiscal_year, 1, 15)),
        deadline=next_business_day(date(fiscal_year, 2, 10)),
        debit_on=debit_on,
        fallback_on=nth_business_day(debit_on, _FALLBACK_BUSINESS_DAY),
        withdrawal_effective_on=year.previous.ends_on,
        roster_drops_on=year.starts_on,
    )
