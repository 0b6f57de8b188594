"""Numbers, amounts of yen and counts of people as Japanese papers write them. Text is ``Legible``: half width."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

_KANJI_DIGITS = "〇一二三四五六七八九"
# 大字, which papers of weight use against forgery, and what stands for them.
_PLAIN = str.maketrans(
    "零壱壹弐貳貮参參肆伍陸漆柒捌玖拾佰陌仟阡萬", "〇一一二二二三三四五六七七八九十百百千千万"
)
_LARGE = {"": 1, "万": 10**4, "億": 10**8, "兆": 10**12}
_SMALL = {"": 1, "十": 10, "百": 100, "千": 1000}
_CHARACTERS = r"0-9〇一二三四五六七八九十百千万億兆零壱壹弐貳貮参參肆伍陸漆柒捌玖拾佰陌仟阡萬"
_RUN = rf"[{_CHARACTERS}](?:[{_CHARACTERS}]|[,.](?=[0-9]))*"
_WESTERN = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_WESTERN_NUMBER = re.compile(_WESTERN)
_POSITIONAL = re.compile(f"[{_KANJI_DIGITS}]+")
_PART = re.compile("([^万億兆]*)([万億兆]?)")
_TERMS = re.compile(rf"(?:(?:{_WESTERN}|[{_KANJI_DIGITS}])?[十百千])*(?:{_WESTERN}|[{_KANJI_DIGITS}])?")
_TERM = re.compile(rf"({_WESTERN}|[{_KANJI_DIGITS}])?([十百千]?)")
_LONGEST = 40  # characters of a number; longer runs are rubble

_LIMIT_NOT_FIGURE = r"(?!以下|以上|未満|超|を超|まで)"
# (千円) heads a column and is no amount.
_YEN = re.compile(
    rf"(?!(?<=[(:位は])(?:百万|千|万)円)金?¥?({_RUN})(?:円|也){_LIMIT_NOT_FIGURE}|¥({_RUN})(?![円也])"
)
_PEOPLE = re.compile(rf"({_RUN})(?:人|名)(?!称|義|前|簿|様){_LIMIT_NOT_FIGURE}")
_BARE = re.compile(r"(?<![0-9,./\-第])([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?![0-9,./\-年月日期円人名%頁号条])")


@dataclass(frozen=True)
class Found:
    """A number and where it stands in the text."""

    number: int
    start: int
    end: int


def number(written: str) -> int | None:
    """The whole number that ``written`` says, None if it is none: 98,000,000 · 1億5,000万 · 98百万 · 98,000千 ·
    1.5億 · 二百十四 · 壱億 · 九八〇〇."""
    text = written.translate(_PLAIN)
    if not text or len(text) > _LONGEST:
        return None
    total, smallest = Fraction(0), 10**16
    for part, unit in _PART.findall(text):
        if not part and not unit:
            continue
        value = _below_ten_thousand(part)
        if value is None or _LARGE[unit] >= smallest:
            return None
        smallest = _LARGE[unit]
        total += value * smallest
    return int(total) if total.denominator == 1 else None


def yen_in(text: str) -> Iterator[Found]:
    """Every amount of yen in ``text``, limits like 3億円以下 left out."""
    return _found(_YEN, text)


def people_in(text: str) -> Iterator[Found]:
    """Every count of people (人, 名) in ``text``, limits like 300人以下 left out."""
    return _found(_PEOPLE, text)


def bare_numbers_in(text: str) -> Iterator[Found]:
    """Every number without a unit; years, dates, page numbers and the like left out."""
    return _found(_BARE, text)


def _below_ten_thousand(part: str) -> Fraction | None:
    """What stands before 万, 億, 兆 or at the end; may be beyond ten thousand, as in 98,000千."""
    if _WESTERN_NUMBER.fullmatch(part):
        return Fraction(part.replace(",", ""))
    if _POSITIONAL.fullmatch(part):
        return Fraction("".join(str(_KANJI_DIGITS.index(digit)) for digit in part))
    if not part or not _TERMS.fullmatch(part):
        return None
    total, smallest = Fraction(0), 10**4
    for digits, unit in _TERM.findall(part):
        if not digits and not unit:
            continue
        if _SMALL[unit] >= smallest:
            return None
        smallest = _SMALL[unit]
        total += (_below_ten_thousand(digits) or 0) * smallest if digits else smallest
    return total


def _found(pattern: re.Pattern[str], text: str) -> Iterator[Found]:
    for match in pattern.finditer(text):
        value = number(next(group for group in match.groups() if group))
        if value is not None:
            yield Found(value, match.start(), match.end())
