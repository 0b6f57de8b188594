"""Days and times as Japanese readers expect them: 「2027年2月10日（水）」."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")

_WEEKDAYS = "月火水木金土日"


def weekday_kanji(day: date) -> str:
    """``水`` for a Wednesday."""
    return _WEEKDAYS[day.weekday()]


def format_day(day: date) -> str:
    """``2027年2月10日（水）``. For a moment in time use ``format_day_time``, which knows the time zone.

    Raises ``TypeError`` for a ``datetime``, whose date in Tokyo may be another one.
    """
    if isinstance(day, datetime):
        raise TypeError("format_day takes a date: which day a datetime is depends on the time zone")
    return f"{day.year}年{day.month}月{day.day}日（{weekday_kanji(day)}）"


def format_day_time(moment: datetime) -> str:
    """``2027年2月10日（水）14:05`` in Tokyo, whatever time zone ``moment`` is in.

    Raises ``ValueError`` for a naive ``datetime``.
    """
    if moment.tzinfo is None:
        raise ValueError("format_day_time takes an aware datetime")
    in_tokyo = moment.astimezone(TOKYO)
    return f"{format_day(in_tokyo.date())}{in_tokyo:%H:%M}"
