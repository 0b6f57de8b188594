"""The days of the reviewers who look at changed discounts, one case after the other."""

from collections.abc import Iterator
from datetime import date
from itertools import cycle

from fiscal_calendar.tokyo import at
from jaim_portal.simulation.season import QUEUE_AT, Season
from jaim_portal.simulation.steps import Act, Desk, Step

FIRST, SECOND = Desk.REVIEWER, Desk.SECOND_REVIEWER


def review_days(season: Season) -> Iterator[Step]:
    """Every business day the second reviewer works through what waits; the first one gets in the way, in turns."""
    turns = cycle((_slips, _both_at_once, _is_called_away, _regrets_too_late, _passes_on))
    for day, turn in zip(season.office_days(), turns, strict=False):
        queue = at(day, *QUEUE_AT)
        yield Step(queue, Act.WORK_THE_QUEUE, by=SECOND)
        yield from turn(day)


def _slips(day: date) -> Iterator[Step]:
    """The last decision is undone before its mail leaves."""
    yield Step(at(day, 15, 33), Act.UNDO, by=SECOND)


def _regrets_too_late(day: date) -> Iterator[Step]:
    yield Step(at(day, 18, 30), Act.UNDO, by=SECOND)


def _both_at_once(day: date) -> Iterator[Step]:
    """What one looks at the other neither gets nor may decide."""
    yield Step(at(day, 15, 20), Act.CLAIM_NEXT, by=FIRST)
    yield Step(at(day, 15, 22), Act.DECIDE, by=SECOND, of=FIRST)
    yield Step(at(day, 15, 45), Act.DECIDE, by=FIRST, of=FIRST)


def _is_called_away(day: date) -> Iterator[Step]:
    """The lease ends by itself: the other gets the case."""
    yield Step(at(day, 14, 40), Act.CLAIM_NEXT, by=FIRST)


def _passes_on(day: date) -> Iterator[Step]:
    """Takes the next case without deciding the first, and decides that one."""
    yield Step(at(day, 15, 10), Act.CLAIM_NEXT, by=FIRST)
    yield Step(at(day, 15, 12), Act.CLAIM_NEXT, by=FIRST, skip=True)
    yield Step(at(day, 15, 14), Act.DECIDE, by=FIRST, of=FIRST)
