"""The calendar day in Tokyo, which is the only one the portal knows."""

from datetime import date, datetime, time

from fiscal_calendar.japanese import TOKYO


def day_of(moment: datetime) -> date:
    """The day in Tokyo at ``moment`` (aware). A deadline day counts to its last second there."""
    return moment.astimezone(TOKYO).date()


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """The moment ``hour:minute`` in Tokyo on ``day``."""
    return datetime.combine(day, time(hour, minute), TOKYO)
