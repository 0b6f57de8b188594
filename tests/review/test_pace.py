"""The pace of the review, by hand with a calendar of 2027."""

from datetime import date

import pytest

from renewals.review.pace import review_pace

CUTOFF = date(2027, 2, 19)  # five business days before Monday 1 March 2027; 23 February is a holiday


@pytest.mark.parametrize(
    ("today", "waiting", "days_left", "needed"),
    [
        (date(2027, 2, 15), 100, 5, 20),  # Monday to Friday
        (date(2027, 2, 15), 101, 5, 21),  # rounded up: 20 a day would leave one over
        (date(2027, 2, 13), 100, 5, 20),  # a Saturday counts for nothing
        (date(2027, 2, 19), 8, 1, 8),  # the last day counts
        (date(2027, 2, 20), 8, 0, 8),  # too late
        (date(2027, 2, 15), 0, 5, 0),
    ],
)
def test_the_pace_needed(today: date, waiting: int, days_left: int, needed: int) -> None:
    pace = review_pace(waiting=waiting, decided_by_day={}, cutoff=CUTOFF, today=today)
    assert (pace.days_left, pace.needed) == (days_left, needed)


MONDAY = date(2027, 2, 15)


def test_the_pace_kept_is_that_of_the_last_five_business_days() -> None:
    decided = {
        date(2027, 2, 4): 500,  # longer ago
        date(2027, 2, 5): 1000,
        date(2027, 2, 8): 10,
        date(2027, 2, 13): 5,  # Saturday work counts
        date(2027, 2, 12): 20,
        MONDAY: 999,  # less than on 5 February: the day is not over
    }
    pace = review_pace(waiting=100, decided_by_day=decided, cutoff=CUTOFF, today=MONDAY)
    # 11 February is a holiday: the five business days are 5, 8, 9, 10 and 12 February.
    assert pace.kept == (1000 + 10 + 20 + 5) / 5


def test_today_counts_as_soon_as_it_has_brought_more_than_the_day_it_replaces() -> None:
    decided = {date(2027, 2, 5): 20, date(2027, 2, 12): 10, MONDAY: 25}
    pace = review_pace(waiting=100, decided_by_day=decided, cutoff=CUTOFF, today=MONDAY)
    assert pace.kept == (10 + 25) / 5


@pytest.mark.parametrize(
    ("waiting", "kept_in_five_days", "is_behind"),
    [
        (100, 50, True),
        (100, 100, False),
        (1, 1, False),  # a fifth of one a day, for five days
        (2, 1, True),
        (0, 0, False),
    ],
)
def test_behind_or_not(waiting: int, kept_in_five_days: int, is_behind: bool) -> None:
    decided = {date(2027, 2, 12): kept_in_five_days}
    pace = review_pace(waiting=waiting, decided_by_day=decided, cutoff=CUTOFF, today=MONDAY)
    assert pace.is_behind is is_behind


def test_one_case_with_weeks_left_is_not_behind_once_a_few_were_decided_today() -> None:
    pace = review_pace(waiting=1, decided_by_day={MONDAY: 3}, cutoff=date(2027, 5, 14), today=MONDAY)
    assert pace.days_left > 50
    assert not pace.is_behind


def test_what_waits_after_the_cutoff_is_late() -> None:
    late = review_pace(waiting=1, decided_by_day={}, cutoff=CUTOFF, today=date(2027, 2, 22))
    assert late.is_late
    done = review_pace(waiting=0, decided_by_day={}, cutoff=CUTOFF, today=date(2027, 2, 22))
    assert not done.is_late
