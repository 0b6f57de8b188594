"""Reads the list of its members that an industry group sends in: 法人番号, company name, or both. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from members.member_list.cells import Cells
from members.member_list.characters import text_of, within
from members.member_list.columns import GROUP_MEMBER_COLUMNS
from members.member_list.corporations import name_key, plain_name, same_name
from members.member_list.names import NAME_LIMIT, name_as_written
from members.member_list.numbers import corporate_number
from members.member_list.reading import RefusedCell
from members.member_list.refusal import CellValue
from members.member_list.sheet import ListSource, SheetRow, read_table

_NUMBER, _NAME = "法人番号", "会社名"
_WITHOUT_NUMBER = frozenset({"なし", "無し", "無", "個人", "個人事業", "個人事業主"})


@dataclass(frozen=True, slots=True)
class GroupMemberRow:
    """A company on the list: its 法人番号 (13 digits, or None), its name as written (may be empty beside a number)
    and that name in one spelling."""

    row_number: int
    corporate_number: str | None
    name: str
    name_key: str


@dataclass(frozen=True, slots=True)
class GroupListReading:
    """A list read: each company once, the numbers of rows that name one again, and cells that keep their rows out.

    ``refused_rows`` are the rows as typed, under ``header``, for the rejects workbook.
    """

    sheet: str
    header_row: int
    header: tuple[str, ...]
    accepted: tuple[GroupMemberRow, ...]
    repeated: tuple[int, ...]
    refused: tuple[RefusedCell, ...]
    refused_rows: tuple[SheetRow, ...]


def read_group_list(source: ListSource, *, sheet: str = "") -> GroupListReading:
    """Read a group's list, .xlsx or .csv, that has a column 法人番号, a column 会社名 (however either is called), or
    both; all others are passed over.

    A group may list a company once for each of its plants: rows that name one again are no fault. A row whose number
    cannot be right is refused even where it has a name, and so is one that gives the number of a row above to another
    company: one of the two would prove the wrong one a member. Raises ``MemberListUnreadable`` where there is no list.
    """
    table = read_table(source, columns=GROUP_MEMBER_COLUMNS, sheet=sheet)
    read: list[GroupMemberRow] = []
    refused: list[RefusedCell] = []
    first_of: dict[str, GroupMemberRow] = {}
    for sheet_row in table.rows:
        cells = Cells(table, sheet_row)
        row = _row(cells, sheet_row)
        if row.corporate_number and not cells.refused:
            _refuse_number_of_another(cells, row, first_of)
        if cells.refused:
            refused += cells.refused
        else:
            read.append(row)
    accepted = _each_once(read)
    numbers = {row.row_number for row in accepted}
    return GroupListReading(
        sheet=table.sheet,
        header_row=table.header_row,
        header=table.header,
        accepted=accepted,
        repeated=tuple(row.row_number for row in read if row.row_number not in numbers),
        refused=tuple(refused),
        refused_rows=tuple(row for row in table.rows if row.number in {cell.row_number for cell in refused}),
    )


def _row(cells: Cells, row: SheetRow) -> GroupMemberRow:
    number = cells.take(_NUMBER, _number_or_none, None)
    name = cells.take(_NAME, _name, "") if number else cells.require(_NAME, _name, "")
    return GroupMemberRow(row.number, number, name, name_key(name))


def _number_or_none(value: CellValue) -> str | None:
    return None if text_of(value).replace(" ", "") in _WITHOUT_NUMBER else corporate_number(value)


def _name(value: CellValue) -> str:
    name = name_as_written(value)
    within(name_key(name), NAME_LIMIT)
    return name


def _refuse_number_of_another(cells: Cells, row: GroupMemberRow, first_of: dict[str, GroupMemberRow]) -> None:
    """``first_of`` holds, by number, the first row that named the company, and grows."""
    number = row.corporate_number or ""
    first = first_of.get(number)
    if first is None or not first.name:
        first_of[number] = row
    elif row.name and not same_name(row.name, first.name):
        cells.refuse(
            _NUMBER,
            "number_of_another_company",
            f"{first.row_number}行目の「{first.name}」と同じ法人番号です。法人番号か会社名を団体に確かめてください。",
        )


def _each_once(rows: Iterable[GroupMemberRow]) -> tuple[GroupMemberRow, ...]:
    """Each company by its first row, one with a name before one without. A name without a number, written with or
    without its legal form, is the company of that name that has one, where the list has it."""
    rows = list(rows)
    by_number: dict[str, GroupMemberRow] = {}
    for row in rows:
        if row.corporate_number:
            known = by_number.get(row.corporate_number)
            if known is None or (row.name and not known.name):
                by_number[row.corporate_number] = row
    numbered_names = {
        key for row in rows if row.corporate_number for key in (row.name_key, plain_name(row.name))
    }
    by_name: dict[str, GroupMemberRow] = {}
    for row in rows:
        if not row.corporate_number and row.name_key not in numbered_names:
            by_name.setdefault(row.name_key, row)
    return tuple(sorted([*by_number.values(), *by_name.values()], key=lambda row: row.row_number))
