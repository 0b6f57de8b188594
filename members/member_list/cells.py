"""Takes the cells of one row through their rules, and collects what is refused instead of stopping at the
first."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from members.member_list.characters import is_blank, is_number, text_of
from members.member_list.reading import RefusedCell
from members.member_list.refusal import CellRefused, CellValue
from members.member_list.sheet import SheetRow, Table

T = TypeVar("T")

ACCOUNT_NUMBER = "口座番号"
BANK_COLUMNS = ("銀行コード", "支店コード", "預金種目", ACCOUNT_NUMBER, "口座名義")
_MAY_HOLD_AN_ACCOUNT_NUMBER = frozenset({"振替口座", *BANK_COLUMNS})
_MOST_DIGITS_SHOWN = 3
_DITTO = {
    "〃",
    "々",
    "〻",
    "仝",
    "同",
    "同上",
    "同じ",
    "上に同じ",
    "上記に同じ",
    "上と同じ",
    "”",
    "″",
    '"',
    "''",
    "↑",
}
_NOT_KNOWN = {"不明", "未定"}
_ERROR = re.compile(
    r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|GETTING_DATA|#+)"
)
_TEXT_FORMULA = re.compile(r'="[^"]*"')
_LONGEST_SHOWN = 60


class Cells:
    """The cells of one row by their proper headings. ``refused`` fills as they are read."""

    def __init__(self, table: Table, row: SheetRow) -> None:
        self.table = table
        self.row = row
        self.refused: list[RefusedCell] = []

    def has(self, heading: str) -> bool:
        """Whether the list has the column."""
        return heading in self.table.columns

    def value(self, heading: str) -> CellValue:
        return self.table.cell(self.row, heading)

    def is_blank(self, heading: str) -> bool:
        return is_blank(self.value(heading))

    def take(self, heading: str, rule: Callable[[CellValue], T], default: T) -> T:
        """The cell through ``rule``; ``default`` where it is blank or refused."""
        if self.is_blank(heading):
            return default
        try:
            value = self.value(heading)
            _refuse_unfinished(value)
            _refuse_placeholder(value)
            return rule(value)
        except CellRefused as refusal:
            self.refuse(heading, refusal.code, refusal.reason)
            return default

    def require(self, heading: str, rule: Callable[[CellValue], T], default: T) -> T:
        """As ``take``; a blank cell is refused (``missing``)."""
        if self.is_blank(heading):
            self.refuse(heading, "missing", f"{heading}が空です。入力してください。")
            return default
        return self.take(heading, rule, default)

    def refuse(self, heading: str, code: str, reason: str) -> None:
        value = self.value(heading)
        text = shown(value, masked=_may_show_an_account(heading, value))
        self.refused.append(RefusedCell(self.row.number, heading, text, reason, code))


def _may_show_an_account(heading: str, value: CellValue) -> bool:
    """Whether an account number may stand in the cell: also one column off, where a cell was shifted."""
    if heading == ACCOUNT_NUMBER:
        return True
    digits = sum(character.isdigit() for character in str(value))
    return heading in _MAY_HOLD_AN_ACCOUNT_NUMBER and digits > _MOST_DIGITS_SHOWN


def _refuse_unfinished(value: CellValue) -> None:
    if not isinstance(value, str) or value[:1] not in "#=":
        return
    if _ERROR.fullmatch(value.strip()):
        raise CellRefused("error_cell", "セルがエラーになっています。正しい値を入力してください。")
    if value.startswith("=") and not _TEXT_FORMULA.fullmatch(value.strip()):
        raise CellRefused("formula", "数式が入っています。「値の貼り付け」で値に置き換えてください。")


def _refuse_placeholder(value: CellValue) -> None:
    if not isinstance(value, str):
        return
    text = text_of(value)
    if text.strip("「」()（）") in _DITTO:
        raise CellRefused("ditto", "「同上」などの省略は読み取れません。上の行と同じ値を入力してください。")
    if text in _NOT_KNOWN:
        raise CellRefused(
            "not_known", f"「{text}」は値として登録できません。正しい値を入力するか、空にしてください。"
        )


def shown(value: CellValue, *, masked: bool = False) -> str:
    """A cell's value as a person sees it in the sheet; ``masked`` leaves the last three characters."""
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if is_number(value) and isinstance(value, float) and value.is_integer():
        value = int(value)
    text = value.isoformat() if isinstance(value, date | time) else str(value)
    if isinstance(value, timedelta):
        text = str(value)
    text = " ".join(text.split())
    if masked:
        return f"{'*' * max(len(text) - 3, 0)}{text[-3:]}" if len(text) > 3 else "*" * len(text)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
