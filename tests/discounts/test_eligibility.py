"""Sizes and days, at their limits."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discounts.eligibility import (
    is_certificate_good,
    is_registry_recent,
    is_small_or_medium,
    registry_good_until,
)

LARGE_CAPITAL, LARGE_STAFF = 300_000_001, 301


@pytest.mark.parametrize(
    ("capital", "employees", "small"),
    [
        (300_000_000, 300, True),
        (300_000_000, LARGE_STAFF, True),
        (LARGE_CAPITAL, 300, True),
        (LARGE_CAPITAL, LARGE_STAFF, False),
        (0, 100_000, True),
        (10_000_000_000, 0, True),
        # What is not known matters only where the other does not suffice.
        (300_000_000, None, True),
        (None, 300, True),
        (LARGE_CAPITAL, None, None),
        (None, LARGE_STAFF, None),
        (None, None, None),
    ],
)
def test_a_company(capital: int | None, employees: int | None, small: bool | None) -> None:
    assert is_small_or_medium(capital=capital, employees=employees) is small


@pytest.mark.parametrize(
    ("capital", "employees", "small"),
    [(None, 300, True), (None, 301, False), (None, None, None), (1_000_000, 301, False)],
)
def test_a_sole_proprietor_is_measured_by_its_employees_alone(
    capital: int | None, employees: int | None, small: bool | None
) -> None:
    assert is_small_or_medium(capital=capital, employees=employees, sole_proprietor=True) is small


@pytest.mark.parametrize(("capital", "employees"), [(-1, 10), (10, -1)])
def test_negative_figures_are_a_mistake(capital: int, employees: int) -> None:
    with pytest.raises(ValueError, match="never negative"):
        is_small_or_medium(capital=capital, employees=employees)


@pytest.mark.parametrize(
    ("valid_until", "submitted_on", "good"),
    [
        (date(2027, 2, 10), date(2027, 2, 9), True),
        (date(2027, 2, 10), date(2027, 2, 10), True),
        (date(2027, 2, 10), date(2027, 2, 11), False),
        # It expires before the year begins that it is handed in for: good all the same.
        (date(2027, 3, 31), date(2027, 2, 10), True),
    ],
)
def test_a_certificate_counts_on_the_day_of_submission(
    valid_until: date, submitted_on: date, good: bool
) -> None:
    assert is_certificate_good(valid_until=valid_until, submitted_on=submitted_on) is good


@pytest.mark.parametrize(
    ("issued_on", "last_day"),
    [
        (date(2026, 11, 10), date(2027, 2, 10)),
        (date(2026, 11, 27), date(2027, 2, 27)),
        (date(2026, 11, 28), date(2027, 2, 28)),
        (date(2026, 11, 29), date(2027, 2, 28)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 29), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 3, 31)),
        (date(2026, 10, 1), date(2027, 1, 1)),
        (date(2026, 10, 31), date(2027, 1, 31)),
        (date(2027, 1, 31), date(2027, 4, 30)),
        (date(2027, 2, 28), date(2027, 5, 31)),
        (date(2028, 2, 28), date(2028, 5, 28)),
    ],
)
def test_a_registry_certificate_is_good_for_three_months(issued_on: date, last_day: date) -> None:
    assert registry_good_until(issued_on) == last_day
    assert is_registry_recent(issued_on=issued_on, submitted_on=last_day)
    assert not is_registry_recent(issued_on=issued_on, submitted_on=last_day + timedelta(days=1))


def test_a_registry_certificate_of_tomorrow_is_none() -> None:
    day = date(2027, 2, 10)
    assert is_registry_recent(issued_on=day, submitted_on=day)
    assert not is_registry_recent(issued_on=day + timedelta(days=1), submitted_on=day)


@given(st.dates(date(2000, 1, 1), date(2099, 1, 1)))
def test_three_months_are_three_months_and_a_later_issue_is_never_good_for_less(issued_on: date) -> None:
    until = registry_good_until(issued_on)
    assert timedelta(days=89) <= until - issued_on <= timedelta(days=92)
    assert registry_good_until(issued_on + timedelta(days=1)) >= until
