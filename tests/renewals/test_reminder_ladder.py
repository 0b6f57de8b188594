"""Which reminders are due: worked out by hand for a last day of 10 February 2027.

The steps fall on 27 January (14 days before), 3 February (7), 7 February (3) and 9 February (1).
"""

from datetime import date

import pytest

from renewals.ladder import LADDER, DueSteps, due_steps

LAST_DAY = date(2027, 2, 10)
OPENED = date(2027, 1, 15)


def jan(day: int) -> date:
    return date(2027, 1, day)


def feb(day: int) -> date:
    return date(2027, 2, day)


def test_the_ladder() -> None:
    assert LADDER == (14, 7, 3, 1)


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (jan(15), None),
        (jan(26), None),
        (jan(27), DueSteps(14)),
        (jan(28), DueSteps(14)),
        (feb(2), DueSteps(14)),
        (feb(3), DueSteps(7, (14,))),
        (feb(6), DueSteps(7, (14,))),
        (feb(7), DueSteps(3, (14, 7))),
        (feb(8), DueSteps(3, (14, 7))),
        (feb(9), DueSteps(1, (14, 7, 3))),
        (feb(10), DueSteps(1, (14, 7, 3))),
        (feb(11), None),
        (date(2027, 4, 1), None),
    ],
    ids=str,
)
def test_a_step_is_due_from_its_day_on_until_the_next_takes_its_place(
    today: date, due: DueSteps | None
) -> None:
    assert due_steps(last_day=LAST_DAY, told_on=OPENED, today=today) == due


@pytest.mark.parametrize(
    ("told_on", "today", "due"),
    [
        (jan(26), jan(27), DueSteps(14)),
        (jan(27), jan(27), None),
        (jan(27), feb(2), None),
        (jan(27), feb(3), DueSteps(7)),
        (jan(30), feb(7), DueSteps(3, (7,))),
        (feb(3), feb(7), DueSteps(3)),
        (feb(8), feb(9), DueSteps(1)),
        (feb(9), feb(9), None),
        (feb(9), feb(10), None),
        (feb(10), feb(10), None),
    ],
    ids=str,
)
def test_a_step_before_the_member_was_told_of_this_day_needs_no_reminder(
    told_on: date, today: date, due: DueSteps | None
) -> None:
    assert due_steps(last_day=LAST_DAY, told_on=told_on, today=today) == due


@pytest.mark.parametrize(
    ("last_day", "told_on", "today", "due"),
    [
        # moved from 10 to 17 February on 29 January: 3, 10, 14 and 16 February
        (feb(17), jan(29), feb(2), None),
        (feb(17), jan(29), feb(3), DueSteps(14)),
        (feb(17), jan(29), feb(10), DueSteps(7, (14,))),
        (feb(17), jan(29), feb(17), DueSteps(1, (14, 7, 3))),
        # brought forward from 10 to 4 February on 29 January: 21 and 28 January have gone; 1 and 3 February
        (feb(4), jan(29), jan(31), None),
        (feb(4), jan(29), feb(1), DueSteps(3)),
        (feb(4), jan(29), feb(3), DueSteps(1, (3,))),
        # moved across the end of a leap month: 14 days before 1 March 2028 is 16 February
        (date(2028, 3, 1), date(2028, 2, 1), date(2028, 2, 15), None),
        (date(2028, 3, 1), date(2028, 2, 1), date(2028, 2, 16), DueSteps(14)),
    ],
    ids=str,
)
def test_a_moved_deadline_has_a_ladder_of_its_own(
    last_day: date, told_on: date, today: date, due: DueSteps | None
) -> None:
    assert due_steps(last_day=last_day, told_on=told_on, today=today) == due
