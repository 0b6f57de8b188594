from datetime import date, timedelta

import pytest

from fiscal_calendar.business_days import (
    KNOWN_FROM,
    KNOWN_UNTIL,
    HolidaysUnknown,
    business_days_before,
    is_business_day,
    next_business_day,
    nth_business_day,
)

# Read off a printed calendar.
BUSINESS_DAYS = [
    (date(2026, 12, 30), "the banks' last day of the year"),
    (date(2027, 1, 4), "the banks' first day of the year"),
    (date(2027, 2, 10), "a plain Wednesday"),
    (date(2027, 2, 12), "the Friday after a holiday on Thursday"),
    (date(2028, 2, 29), "leap day"),
    (date(2030, 2, 12), "the Tuesday after a holiday on Monday"),
]
CLOSED_DAYS = [
    (date(2027, 2, 13), "Saturday"),
    (date(2027, 2, 14), "Sunday"),
    (date(2026, 12, 31), "year-end closure"),
    (date(2027, 1, 1), "New Year's Day"),
    (date(2026, 1, 2), "New Year closure, a Friday"),
    (date(2028, 1, 3), "New Year closure, a Monday"),
    (date(2027, 1, 11), "成人の日, second Monday of January"),
    (date(2027, 2, 11), "建国記念の日"),
    (date(2027, 2, 23), "天皇誕生日"),
    (date(2029, 2, 12), "substitute: 建国記念の日 fell on a Sunday"),
    (date(2031, 2, 24), "substitute: 天皇誕生日 fell on a Sunday"),
    (
        date(2026, 5, 6),
        "substitute on a Wednesday: 憲法記念日 fell on a Sunday, the days between are holidays",
    ),
    (date(2027, 3, 22), "substitute: 春分の日 fell on a Sunday"),
    (date(2026, 9, 22), "国民の休日, between 敬老の日 and 秋分の日"),
    (date(2019, 5, 1), "a holiday for that one year, the enthronement"),
]


@pytest.mark.parametrize(("day", "why"), BUSINESS_DAYS)
def test_banks_work(day: date, why: str) -> None:
    assert is_business_day(day), why


@pytest.mark.parametrize(("day", "why"), CLOSED_DAYS)
def test_banks_are_closed(day: date, why: str) -> None:
    assert not is_business_day(day), why


@pytest.mark.parametrize("year", range(2020, 2041))
def test_banks_close_from_new_years_eve_to_the_third_of_january(year: int) -> None:
    closure = [date(year, 12, 31) + timedelta(days=offset) for offset in range(4)]
    assert closure[-1] == date(year + 1, 1, 3)
    assert not any(is_business_day(day) for day in closure)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 2, 10), date(2027, 2, 10)),  # the day itself
        (date(2027, 2, 11), date(2027, 2, 12)),  # over a holiday
        (date(2027, 2, 27), date(2027, 3, 1)),  # over a weekend and the end of the month
        (date(2029, 2, 10), date(2029, 2, 13)),  # over a weekend and its substitute holiday
        (date(2026, 5, 2), date(2026, 5, 7)),  # over Golden Week
        (date(2026, 12, 31), date(2027, 1, 4)),  # over the turn of the year
    ],
)
def test_next_business_day(day: date, expected: date) -> None:
    assert next_business_day(day) == expected


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2027, 3, 1), 1, date(2027, 3, 1)),  # a Monday counts as the first
        (date(2027, 3, 1), 4, date(2027, 3, 4)),
        (date(2027, 3, 1), 6, date(2027, 3, 8)),  # over a weekend
        (date(2027, 2, 27), 1, date(2027, 3, 1)),  # a Saturday does not count
        (date(2027, 2, 27), 4, date(2027, 3, 4)),
        (date(2027, 2, 22), 3, date(2027, 2, 25)),  # over the holiday on the 23rd
        (date(2026, 12, 30), 2, date(2027, 1, 4)),
    ],
)
def test_nth_business_day_counts_the_day_itself(day: date, n: int, expected: date) -> None:
    assert nth_business_day(day, n) == expected


@pytest.mark.parametrize("n", [0, -1])
def test_business_days_are_counted_from_one(n: int) -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        nth_business_day(date(2027, 3, 1), n)


def test_the_horizon() -> None:
    """A wider one may come with a newer ``holidays``; then say so in the documentation as well."""
    assert date(1949, 1, 1) == KNOWN_FROM
    assert date(2099, 12, 31) == KNOWN_UNTIL
    assert is_business_day(date(2099, 12, 30))
    assert not is_business_day(KNOWN_UNTIL)


@pytest.mark.parametrize("day", [date(1948, 12, 31), date(2100, 1, 4), date(2150, 6, 1), date.max])
def test_refuses_to_guess_beyond_the_horizon(day: date) -> None:
    for question in (is_business_day, next_business_day):
        with pytest.raises(HolidaysUnknown) as refusal:
            question(day)
        assert refusal.value.year == day.year


def test_refuses_an_answer_beyond_the_horizon() -> None:
    with pytest.raises(HolidaysUnknown) as refusal:
        next_business_day(KNOWN_UNTIL)
    assert str(refusal.value) == (
        "2100年の祝日が分からないため、営業日を計算できません。計算できるのは1949年から2099年までです。"
    )


@pytest.mark.parametrize(
    ("day", "number", "before"),
    [
        (date(2027, 3, 1), 5, date(2027, 2, 19)),
        (date(2027, 3, 1), 1, date(2027, 2, 26)),
        (date(2027, 3, 1), 0, date(2027, 3, 1)),
        (date(2029, 2, 27), 5, date(2029, 2, 19)),
    ],
)
def test_counts_business_days_back(day: date, number: int, before: date) -> None:
    assert business_days_before(day, number) == before
