from datetime import date

import pytest

from fiscal_calendar.business_days import HolidaysUnknown
from fiscal_calendar.season import SeasonCalendar, season_calendar

# Counted by hand on a calendar. The debit and fallback days of 2026 to 2029 are the rules' own table.
#
# 2026: 15 Jan Thu, 10 Feb Tue, 27 Feb Fri. Fri 27 (1), Mon 2 Mar (2), Tue 3 (3), Wed 4 (4).
# 2027: 15 Jan Fri, 10 Feb Wed, 27 Feb Sat. Mon 1 Mar (1), Tue 2 (2), Wed 3 (3), Thu 4 (4).
# 2028: 15 Jan Sat, 10 Feb Thu, 27 Feb Sun, leap year. Mon 28 (1), Tue 29 (2), Wed 1 Mar (3), Thu 2 (4).
# 2029: 15 Jan Mon, 10 Feb Sat, 11 Feb a holiday on Sunday, so Mon 12 is one as well. 27 Feb Tue.
#       Tue 27 (1), Wed 28 (2), Thu 1 Mar (3), Fri 2 (4).
# 2030: 15 Jan Tue, 10 Feb Sun, Mon 11 Feb a holiday. 27 Feb Wed.
#       Wed 27 (1), Thu 28 (2), Fri 1 Mar (3), Mon 4 (4).
# 2031: 15 Jan Wed, 10 Feb Mon, 27 Feb Thu. Thu 27 (1), Fri 28 (2), Mon 3 Mar (3), Tue 4 (4).
# 2032: 15 Jan Thu, 10 Feb Tue, 27 Feb Fri, leap year: Sun is the 29th.
#       Fri 27 (1), Mon 1 Mar (2), Tue 2 (3), Wed 3 (4).
SEASONS = [
    # year, opens on, deadline, debit on, fallback on
    (2026, date(2026, 1, 15), date(2026, 2, 10), date(2026, 2, 27), date(2026, 3, 4)),
    (2027, date(2027, 1, 15), date(2027, 2, 10), date(2027, 3, 1), date(2027, 3, 4)),
    (2028, date(2028, 1, 17), date(2028, 2, 10), date(2028, 2, 28), date(2028, 3, 2)),
    (2029, date(2029, 1, 15), date(2029, 2, 13), date(2029, 2, 27), date(2029, 3, 2)),
    (2030, date(2030, 1, 15), date(2030, 2, 12), date(2030, 2, 27), date(2030, 3, 4)),
    (2031, date(2031, 1, 15), date(2031, 2, 10), date(2031, 2, 27), date(2031, 3, 4)),
    (2032, date(2032, 1, 15), date(2032, 2, 10), date(2032, 2, 27), date(2032, 3, 3)),
]


@pytest.mark.parametrize(("year", "opens_on", "deadline", "debit_on", "fallback_on"), SEASONS)
def test_the_dates_of_a_season(
    year: int, opens_on: date, deadline: date, debit_on: date, fallback_on: date
) -> None:
    assert season_calendar(year) == SeasonCalendar(
        fiscal_year=year,
        opens_on=opens_on,
        deadline=deadline,
        debit_on=debit_on,
        fallback_on=fallback_on,
        withdrawal_effective_on=date(year, 3, 31),
        roster_drops_on=date(year, 4, 1),
    )


def test_every_season_within_the_horizon_runs_in_order() -> None:
    for year in range(2026, 2100):
        season = season_calendar(year)
        assert (
            date(year, 1, 15)
            <= season.opens_on
            < season.deadline
            < season.debit_on
            < season.fallback_on
            < season.withdrawal_effective_on
            < season.roster_drops_on
        )


@pytest.mark.parametrize("year", [1948, 2100, 20270])
def test_says_so_when_the_holidays_of_the_year_cannot_be_known(year: int) -> None:
    with pytest.raises(HolidaysUnknown, match=f"{year}年の祝日が分からない"):
        season_calendar(year)
