from datetime import date

import pytest

from fiscal_calendar.fiscal_year import FiscalYear


def test_runs_from_the_first_of_april_to_the_end_of_march() -> None:
    assert FiscalYear(2027).starts_on == date(2027, 4, 1)
    assert FiscalYear(2027).ends_on == date(2028, 3, 31)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2027, 3, 31), 2026),
        (date(2027, 4, 1), 2027),
        (date(2027, 12, 31), 2027),
        (date(2028, 1, 1), 2027),
        (date(2028, 2, 29), 2027),
        (date(2028, 3, 31), 2027),
        (date(2028, 4, 1), 2028),
    ],
)
def test_january_to_march_belong_to_the_year_before(day: date, year: int) -> None:
    assert FiscalYear.from_date(day) == FiscalYear(year)


def test_neighbours() -> None:
    assert FiscalYear(2027).next == FiscalYear(2028)
    assert FiscalYear(2027).previous == FiscalYear(2026)


def test_sorts_by_year() -> None:
    assert sorted([FiscalYear(2028), FiscalYear(2026), FiscalYear(2027)]) == [
        FiscalYear(2026),
        FiscalYear(2027),
        FiscalYear(2028),
    ]


@pytest.mark.parametrize(
    ("year", "era_label"),
    [
        (1989, "平成元年度"),
        (2018, "平成30年度"),
        (2019, "令和元年度"),
        (2020, "令和2年度"),
        (2027, "令和9年度"),
        (2028, "令和10年度"),
    ],
)
def test_names_the_era(year: int, era_label: str) -> None:
    assert FiscalYear(year).japanese_era_label == era_label


def test_knows_no_era_before_heisei() -> None:
    with pytest.raises(ValueError, match="1988"):
        _ = FiscalYear(1988).japanese_era_label


def test_is_written_as_people_say_it() -> None:
    assert str(FiscalYear(2027)) == "2027年度"
    assert FiscalYear(2027).label == "2027年度（令和9年度）"
