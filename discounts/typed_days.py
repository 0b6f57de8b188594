"""Days as people type them into three fields: year, month and day."""

import re
from collections.abc import Sequence
from datetime import date

from members.member_list.dates import calendar_date
from members.member_list.refusal import CellRefused

UNREADABLE_DAY = (
    "有効期限の日付を読み取れません。"
    "「2027年3月31日」や「令和9年3月31日」のように、年・月・日を入力してください。"
)
_UNIT = re.compile("[年月日]$")


def day_from(parts: Sequence[str]) -> date | None:
    """The day that year, month and day spell as people type them, None where all are empty.

    The year may be 2027, ２０２７, 令和9 or R9, each part may carry its 年, 月 or 日, and one part may hold the whole
    day. Raises ``ValueError``.
    """
    given = [part.strip() for part in parts if part.strip()]
    if not given:
        return None
    text = given[0]
    if len(given) == len(parts):
        text = "".join(f"{_UNIT.sub('', part)}{unit}" for part, unit in zip(given, "年月日", strict=True))
    try:
        return calendar_date(text)
    except CellRefused as refused:
        raise ValueError(str(refused)) from None


def parts_of_day(day: date | None) -> dict[str, str]:
    """A day as the three fields show it."""
    if day is None:
        return {"valid_year": "", "valid_month": "", "valid_day": ""}
    return {"valid_year": str(day.year), "valid_month": str(day.month), "valid_day": str(day.day)}
