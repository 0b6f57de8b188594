"""How a cell, or a whole file, is refused. Reasons are Japanese sentences for the secretariat: what is
wrong, how to mend it. Codes are short English words for programs and tests."""

from datetime import date, datetime, time, timedelta

CellValue = str | int | float | bool | datetime | date | time | timedelta | None


class MemberListUnreadable(Exception):
    """The file cannot be read at all; the message is Japanese and says what to do about it."""


class CellRefused(Exception):
    """One cell cannot be accepted. ``code`` is for programs, ``reason`` for people."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
