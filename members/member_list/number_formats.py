"""Whole numbers as a workbook's number formats show them: 123 under ``"S"000000`` is S000123 to whoever typed it."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

from members.member_list.refusal import CellValue

ShownAs = Callable[[CellValue], CellValue]

# A digit, a text in quotes, a character behind a backslash, a hyphen or blank; _x leaves room as wide as x.
_PART = re.compile(r'0|"([^"]*)"|\\(.)|([- ])|_.')


def number_format_of(workbook: Any, number: int) -> str:
    """The format that a style names by ``number``: one of Excel's own, or one of the workbook's."""
    if number < BUILTIN_FORMATS_MAX_SIZE:
        return BUILTIN_FORMATS.get(number, "General")
    return str(workbook._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])


def whole_numbers_shown_by(number_format: str) -> ShownAs | None:
    """How ``number_format`` shows a whole number, or None where it shows its digits and nothing else, or is none of
    zeros and fixed texts only."""
    positive = number_format.partition(";")[0]
    parts = list(_PART.finditer(positive))
    if "".join(part[0] for part in parts) != positive:
        return None
    texts = [None if part[0] == "0" else part[1] or part[2] or part[3] or "" for part in parts]
    zeros = texts.count(None)
    if zeros == 0 or (zeros == 1 and not any(texts)):
        return None
    return partial(_shown, texts)


def _shown(texts: list[str | None], value: CellValue) -> CellValue:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return value
    digits = str(value).zfill(texts.count(None))
    surplus = len(digits) - texts.count(None)
    places = iter((digits[: surplus + 1], *digits[surplus + 1 :]))
    return "".join(next(places) if text is None else text for text in texts)
