"""The ladders of reminders: 14, 7, 3 and 1 days before the last day to answer (domain: mail), and after a return that
is not mended. Pure arithmetic."""

from dataclasses import dataclass
from datetime import date, timedelta

LADDER = (14, 7, 3, 1)
DAYS_AFTER_RETURN = (3, 7, 14)
"""Days after the return on which a member that has not mended it is reminded; then the secretariat calls."""


@dataclass(frozen=True)
class DueSteps:
    """The steps of the ladder, in days before the last day: the one to send now, and earlier ones whose day was
    missed and whose place it takes."""

    send: int
    superseded: tuple[int, ...] = ()


def reached_step(*, last_day: date, today: date) -> int | None:
    """The latest step whose day has come; None before the first and after the last day."""
    if today > last_day:
        return None
    return next((step for step in reversed(LADDER) if last_day - timedelta(days=step) <= today), None)


def due_steps(*, last_day: date, told_on: date, today: date) -> DueSteps | None:
    """Which steps are due on ``today``; None if none is.

    A step is due on its day and after, until the last day. Steps that fell on or before the day on which the member
    was told of this very last day need no reminder: that mail said it.
    """
    if today > last_day:
        return None
    due = [step for step in LADDER if told_on < last_day - timedelta(days=step) <= today]
    return DueSteps(send=due[-1], superseded=tuple(due[:-1])) if due else None


def reached_step_after_return(*, returned_on: date, today: date) -> int | None:
    """The latest step, in days after the return, whose day has come; None before the first."""
    days = (today - returned_on).days
    return next((step for step in reversed(DAYS_AFTER_RETURN) if step <= days), None)
