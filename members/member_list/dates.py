"""Dates as a member list holds them: real dates, serial numbers, western and era dates, in any width."""

import re
import unicodedata
from datetime import date, datetime, timedelta

from members.member_list.characters import DASHES, is_number, text_of
from members.member_list.refusal import CellRefused, CellValue

EARLIEST, LATEST = date(1945, 1, 1), date(2099, 12, 31)

# First year of each era, and the last year of it that papers printed ahead of its end may still name:
# 平成38年 stands in contracts of 2018 and means 2026.
_ERAS = {"令和": (2019, 81), "平成": (1989, 50), "昭和": (1926, 70)}
_ERA_LETTERS = {"r": "令和", "h": "平成", "s": "昭和", "令": "令和", "平": "平成", "昭": "昭和"}

_TIME = re.compile(r"[ tT]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(z|Z|[+-]\d{2}:?\d{2})?$")
_WEEKDAY = re.compile(r"[(（]?[月火水木金土日]曜日?[)）]?$|[(（][月火水木金土日祝・]+[)）]$")
_BETWEEN = r"[-/.,年月]"
_WESTERN = re.compile(rf"(?:西暦)?(\d{{4}}){_BETWEEN}(\d{{1,2}}){_BETWEEN}(\d{{1,2}})日?")
_ERA = re.compile(
    rf"(令和|平成|昭和|[rhs令平昭])\.?(元|\d{{1,2}}){_BETWEEN}(\d{{1,2}}){_BETWEEN}(\d{{1,2}})日?",
    re.IGNORECASE,
)
_ERA_SOLID = re.compile(r"([rhs])(\d{2})(\d{2})(\d{2})", re.IGNORECASE)
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_KANJI_NUMBER = re.compile("[〇一二三四五六七八九十]+(?=[年月日])")
_KANJI_DIGITS = {digit: number for number, digit in enumerate("〇一二三四五六七八九")}
_DASH = re.compile(f"[{re.escape(DASHES)}]")


def calendar_date(value: CellValue) -> date:
    """The day that the cell names.

    Takes dates, Excel serial numbers (1900 system), 2026/4/1, 2026-04-01, 2026.4.1, 20260401, 2026年4月1日,
    令和8年4月1日, 令和元年…, R8.4.1, H31/4/1, kanji numbers, any width, with or without weekday or time. An
    era's bounds are taken leniently: 平成31年5月1日 is 2019-05-01, as papers printed before the change say.
    Raises ``CellRefused`` (``not_a_date``): for days no calendar has, two-digit western years, days without
    a year and years before 1945 or after 2099, which are slips of the finger.
    """
    if isinstance(value, datetime):
        return _plausible(value.date())
    if isinstance(value, date):
        return _plausible(value)
    if is_number(value):
        return _from_digits(text_of(value))
    if isinstance(value, str):
        return _from_text(value)
    raise _not_a_date()


def _from_text(value: str) -> date:
    text = unicodedata.normalize("NFKC", _DASH.sub("-", text_of(value)))
    text = _WEEKDAY.sub("", _TIME.sub("", text)).replace(" ", "")
    text = _KANJI_NUMBER.sub(lambda number: str(_kanji_number(number[0])), text)
    if found := _WESTERN.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _ERA.fullmatch(text) or _ERA_SOLID.fullmatch(text):
        return _day(_year_of_era(found[1].lower(), found[2]), int(found[3]), int(found[4]))
    return _from_digits(text)


def _from_digits(text: str) -> date:
    if found := _SOLID.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if _SERIAL.fullmatch(text):
        return _plausible(date(1899, 12, 30) + timedelta(days=int(float(text))))
    raise _not_a_date()


def _year_of_era(era: str, year: str) -> int:
    first, last = _ERAS[_ERA_LETTERS.get(era, era)]
    number = 1 if year == "元" else int(year)
    if not 1 <= number <= last:
        raise _not_a_date("和暦の年が正しくありません。")
    return first + number - 1


def _kanji_number(text: str) -> int:
    if "十" in text:
        tens, _, ones = text.partition("十")
        return _KANJI_DIGITS.get(tens, 1) * 10 + _KANJI_DIGITS.get(ones, 0)
    return int("".join(str(_KANJI_DIGITS[digit]) for digit in text))


def _day(year: int, month: int, day: int) -> date:
    try:
        return _plausible(date(year, month, day))
    except ValueError:
        raise _not_a_date("暦にない日付です。") from None


def _plausible(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise _not_a_date("年が正しくありません。")
    return day


def _not_a_date(what: str = "日付として読めません。") -> CellRefused:
    return CellRefused("not_a_date", f"{what}「2026/4/1」や「令和8年4月1日」のように入力してください。")
