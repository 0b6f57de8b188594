from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fees.zengin.era_dates import era_date, era_digits


@pytest.mark.parametrize(
    ("text", "reference", "day"),
    [
        ("080302", date(2026, 3, 5), date(2026, 3, 2)),
        ("310430", date(2019, 5, 2), date(2019, 4, 30)),
        ("010501", date(2019, 5, 2), date(2019, 5, 1)),
        ("640107", date(1989, 1, 9), date(1989, 1, 7)),
        ("010108", date(1989, 1, 9), date(1989, 1, 8)),
        ("060229", date(2024, 3, 1), date(2024, 2, 29)),
    ],
)
def test_the_era_is_the_one_nearest_to_the_reader(text: str, reference: date, day: date) -> None:
    assert era_date(text, reference) == day
    assert era_digits(day) == text


@pytest.mark.parametrize("text", ["000101", "080230", "081301", "080000"])
def test_no_such_day(text: str) -> None:
    with pytest.raises(ValueError, match="no day"):
        era_date(text, date(2026, 3, 5))


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.integers(0, 365))
def test_a_day_of_the_last_year_reads_back(day: date, later: int) -> None:
    assert era_date(era_digits(day), day + timedelta(days=later)) == day
