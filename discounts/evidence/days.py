"""Dates on papers, and which of them is the day of issue, of expiry, or the fiscal period. Text is ``Legible.flow``."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from discounts.papers import Paper
from members.member_list.dates import calendar_date
from members.member_list.refusal import CellRefused

_KANJI = "〇一二三四五六七八九十"
_SMALL = rf"(?:[0-9]{{1,2}}|[{_KANJI}]{{1,3}})"
_YEAR = (
    rf"(?P<year>(?:令和|平成|昭和|(?<![A-Za-z])[RHSrhs]|[令平昭])\.?(?:元|{_SMALL})"
    rf"|(?:西暦)?(?:(?<![0-9A-Za-z])[0-9]{{4}}|[{_KANJI}]{{4}}))"
)
_SAME_YEAR_AGAIN = r"(?:\((?:令和|平成|昭和|西暦|[RH])?[^()]{1,5}?年?\)年?)?"
_DATE = re.compile(
    rf"{_YEAR}(?:(?:年{_SAME_YEAR_AGAIN}|{_SAME_YEAR_AGAIN}年)(?P<month>{_SMALL})月(?:(?P<day>{_SMALL})日|末日?)"
    rf"|[./-](?P<month2>[0-9]{{1,2}})[./-](?P<day2>[0-9]{{1,2}})(?![0-9]))"
)
_MONTH = re.compile(rf"{_YEAR}年{_SAME_YEAR_AGAIN}(?P<month>{_SMALL})月(?=期|決算)")
_WEEKDAY = r"(?:\([月火水木金土日]\))?"
_RANGE = re.compile(rf"{_WEEKDAY}(?:から|より|自|至|[~〜〰\-–—―ー→()、,]){{1,4}}{_WEEKDAY}")
_LABELS_OF_ISSUE = re.compile(
    r"(?:発行|交付|作成|証明|領収|受領|支払|納付|入金|振込|提出|申告|記入)(?:年月)?日(?:付|時)?[::=]?|日付[::]?"
)
_CERTIFIED = "証明した書面である"
_LEGAL_AFFAIRS_BUREAU = re.compile("(?:地方)?法務局")
_LABELS_OF_EXPIRY = re.compile(
    r"(?:有効(?:期限|期間|期日|年月日)|会員資格(?:の)?(?:期間|期限)|会員期間|(?<!提出)(?<!納)(?:期限))"
)
_UNTIL = re.compile(rf"{_WEEKDAY}(?:まで|迄|限り)")
_OF_ANOTHER_MATTER_BEFORE = re.compile(
    r"(?:自|至|から|より|[~〜]|期限|期間|設立|成立|生年月日|入会|加入|就任|変更|登記)[::はがを]?\(?$"
)
_OF_ANOTHER_MATTER_AFTER = re.compile(
    rf"{_WEEKDAY}(?:から|より|[~〜]|まで|迄|限り|至|現在|設立|成立|生まれ|生|入会|加入|就任|変更|登記(?!官)|期|決算|以降|時点)"
)
_AS_OF = re.compile("現在")
_LABELS_OF_CLOSING = re.compile(r"(?:決算(?:期|日|年月日|期末)|事業年度(?:末|終了)日?)[::はが]?")
_NEAR = 6  # characters between a label and its value
_LONGEST_PERIOD = 400  # days: a fiscal year, and some room


@dataclass(frozen=True)
class Day:
    """A date and where it stands in the text."""

    day: date
    start: int
    end: int


@dataclass(frozen=True)
class FiscalPeriod:
    """事業年度; ``start`` is None where the paper names the closing day only."""

    start: date | None
    end: date


def days_in(text: str) -> tuple[Day, ...]:
    """Every date in ``text``: 令和8年12月10日, R8.12.10, 平成元年…, 令和九年三月一日, 2026/12/10, 3月末日."""
    return tuple(_days(text))


def issued_on(paper: Paper | None, text: str) -> date | None:
    """The day of issue.

    A registry certificate is full of days of registration: only the registrar's own under 「…証明した書面である」 or
    before the bureau's name counts. Elsewhere a labelled day wins, then the last one that belongs to nothing else.
    """
    days = days_in(text)
    if paper is Paper.REGISTRY:
        return _certified_on(days, text)
    for label in _LABELS_OF_ISSUE.finditer(text):
        for day in days:
            if 0 <= day.start - label.end() <= _NEAR:
                return day.day
    free = [day for day in days if not _belongs_elsewhere(day, text)]
    return free[-1].day if free else None


def expires_on(text: str) -> date | None:
    """The last day of validity: 有効期限, the end of 有効期間, or a day with まで after it."""
    days = days_in(text)
    for label in _LABELS_OF_EXPIRY.finditer(text):
        if run := _run_after(label.end(), days, text):
            return run[-1].day
    for day in days:
        if _UNTIL.match(text, day.end):
            return day.day
    for label in _LABELS_OF_EXPIRY.finditer(text):
        if before := [day for day in days if 0 <= label.start() - day.end <= 1]:
            return before[-1].day
    return None


def fiscal_period(text: str) -> FiscalPeriod | None:
    """The latest period that the paper names: 自…至…, …から…まで, 2026年3月期, or the day of its balance sheet."""
    days = days_in(text)
    periods = [
        FiscalPeriod(first.day, last.day)
        for first, last in pairwise(days)
        if _RANGE.fullmatch(text[first.end : last.start])
        and 0 < (last.day - first.day).days <= _LONGEST_PERIOD
    ]
    closings = [day.day for day in days if _AS_OF.match(text, day.end)]
    for label in _LABELS_OF_CLOSING.finditer(text):
        closings += [day.day for day in days if 0 <= day.start - label.end() <= _NEAR]
    closings += _closing_months(text)
    periods += [FiscalPeriod(None, day) for day in closings]
    return max(periods, key=lambda period: (period.end, period.start or date.min), default=None)


def _days(text: str) -> Iterator[Day]:
    for found in _DATE.finditer(text):
        year, month = found["year"], found["month"] or found["month2"]
        day = found["day"] or found["day2"]
        read = _calendar_day(year, month, day) if day else _end_of_month(year, month)
        if read:
            yield Day(read, found.start(), found.end())


def _calendar_day(year: str, month: str, day: str) -> date | None:
    try:
        return calendar_date(f"{year}年{month}月{day}日")
    except CellRefused:
        return None


def _end_of_month(year: str, month: str) -> date | None:
    first = _calendar_day(year, month, "1")
    return first and first.replace(day=monthrange(first.year, first.month)[1])


def _closing_months(text: str) -> list[date]:
    months = (_end_of_month(found["year"], found["month"]) for found in _MONTH.finditer(text))
    return [day for day in months if day]


def _certified_on(days: tuple[Day, ...], text: str) -> date | None:
    certified = text.rfind(_CERTIFIED)
    if certified >= 0 and (after := [day for day in days if day.start > certified]):
        return after[0].day
    for bureau in reversed(list(_LEGAL_AFFAIRS_BUREAU.finditer(text))):
        before = [day for day in days if 0 <= bureau.start() - day.end <= _NEAR]
        if before:
            return before[-1].day
    return None


def _run_after(position: int, days: tuple[Day, ...], text: str) -> list[Day]:
    """The first day after ``position`` and those joined to it by から, ～, 至 and the like."""
    run: list[Day] = []
    for day in days:
        if day.start < position:
            continue
        gap = text[position : day.start]
        if not (_RANGE.fullmatch(gap) if run else len(gap) <= _NEAR):
            break
        run.append(day)
        position = day.end
    return run


def _belongs_elsewhere(day: Day, text: str) -> bool:
    before = text[max(0, day.start - 8) : day.start]
    return bool(_OF_ANOTHER_MATTER_BEFORE.search(before) or _OF_ANOTHER_MATTER_AFTER.match(text, day.end))
