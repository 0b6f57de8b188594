"""Finds the list in a file: the sheet, the heading row, the columns, the rows with their real numbers."""

import warnings
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from openpyxl.utils import get_column_letter

from members.member_list.characters import is_blank
from members.member_list.columns import ColumnSet, added_by_rejects, heading_text
from members.member_list.delimited import decode, delimited_rows
from members.member_list.refusal import CellValue, MemberListUnreadable
from members.member_list.xlsx import MAX_COLUMNS, MergedDown, Row, is_ole_file, open_xlsx, refuse_ole_file

MAX_FILE_BYTES = 30_000_000
MAX_ROWS = 50_000
ROWS_SEARCHED_FOR_HEADINGS = 100

ListSource = Path | str | bytes | BinaryIO


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row as typed, with the number a spreadsheet shows for it. Its values stay out of logs: account
    numbers."""

    number: int
    values: Row = field(repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A list found in a file.

    ``header`` holds the headings as written, ``columns`` the position of each known one by its proper name.
    ``unknown_columns`` are headings nobody here knows, ``absent_columns`` known ones that the file does not
    have, ``other_sheets`` further sheets that look like such a list and were not read.
    """

    sheet: str
    header_row: int
    header: tuple[str, ...]
    columns: dict[str, int]
    rows: tuple[SheetRow, ...]
    blank_rows: tuple[int, ...]
    unknown_columns: tuple[str, ...]
    absent_columns: tuple[str, ...]
    other_sheets: tuple[str, ...] = ()

    def cell(self, row: SheetRow, heading: str) -> CellValue:
        """The value under a proper heading; nothing where the row is short or the column absent."""
        position = self.columns.get(heading)
        return row.values[position] if position is not None and position < len(row.values) else None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sheet with the row that is likeliest its heading row."""

    title: str
    visible: bool
    header_row: int
    header: Row
    columns: dict[str, int]
    rows: Callable[[int], Iterator[Row]]
    # Filled once ``rows`` was read to its end.
    merged_down: Sequence[MergedDown]


def read_table(source: ListSource, *, columns: ColumnSet, sheet: str = "") -> Table:
    """Read the list in ``source`` (a path, bytes, or an open binary file; .xlsx or .csv told by content).

    Of several sheets the one is taken that shows all required columns, a visible one before a hidden one, or the
    one called ``sheet``. Raises ``MemberListUnreadable`` where no list is found or several are, a required column
    is missing or there twice, or the file is no workbook or text, is locked, damaged or too large.
    """
    with warnings.catch_warnings():
        # openpyxl warns of styles and extensions that it cannot keep; only values are read here.
        warnings.simplefilter("ignore")
        return _read(_content(source), columns, sheet)


def _read(content: bytes, columns: ColumnSet, sheet: str) -> Table:
    best, others = _best(_candidates(content, columns), columns, sheet)
    missing = [heading for heading in columns.required if heading not in best.columns]
    if missing:
        raise MemberListUnreadable(
            f"シート「{best.title}」の見出し（{best.header_row}行目）に、"
            f"必要な列がありません：{'、'.join(missing)}。"
            "見出しの文字を確かめてください。"
        )
    _refuse_doubled(best, columns)
    return _table(best, others, columns)


def _refuse_doubled(found: _Candidate, columns: ColumnSet) -> None:
    """Raises ``MemberListUnreadable`` where several columns mean the same: only the secretariat knows which counts."""
    doubled = [
        f"「{heading}」にあたる列が{len(places)}つあります（{_named(found.header, places)}）。"
        for heading, places in columns.doubled(found.header).items()
    ]
    if doubled:
        raise MemberListUnreadable(
            f"シート「{found.title}」に、{''.join(doubled)}取り込まない列の見出しを変えるか、列を削除してください。"
        )


def _named(header: Row, places: list[int]) -> str:
    return "、".join(f"{get_column_letter(place + 1)}列「{heading_text(header[place])}」" for place in places)


def _content(source: ListSource) -> bytes:
    if isinstance(source, bytes):
        content = source
    elif isinstance(source, str | Path):
        path = Path(source)
        if not path.is_file():
            raise MemberListUnreadable(f"ファイルが見つかりません：{path.name}")
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    else:
        content = source.read(MAX_FILE_BYTES + 1)
    if not content.strip():
        raise MemberListUnreadable("ファイルが空です。会員一覧を保存してから選び直してください。")
    if len(content) > MAX_FILE_BYTES:
        raise MemberListUnreadable(
            f"ファイルが大きすぎます。{MAX_FILE_BYTES // 1_000_000}MB以内にしてください。"
        )
    return content


def _candidates(content: bytes, columns: ColumnSet) -> list[_Candidate]:
    if is_ole_file(content):
        raise refuse_ole_file(content)
    if content.startswith(b"PK"):
        return [
            _candidate(sheet.title, sheet.visible, sheet.rows, sheet.merged_down, columns)
            for sheet in open_xlsx(content)
        ]
    return [_text_candidate(decode(content), columns)]


def _text_candidate(text: str, columns: ColumnSet) -> _Candidate:
    """The list in a text file, parted by whichever of comma and tab shows more columns; the more frequent one is
    tried first, and its fault is told where neither can be read."""
    likelier, other = sorted((",", "\t"), key=text.count, reverse=True)
    fault: MemberListUnreadable | None = None
    readings: list[_Candidate] = []
    for delimiter in (likelier, other):
        try:
            rows = delimited_rows(text, delimiter=delimiter)
        except MemberListUnreadable as unreadable:
            fault = unreadable if delimiter == likelier else fault
        else:
            readings.append(_candidate("CSV", True, partial(_from_first, rows), (), columns))
    if fault and not any(len(candidate.columns) >= columns.fewest for candidate in readings):
        raise fault
    return max(readings, key=lambda candidate: len(candidate.columns))


def _from_first(rows: list[Row], _width: int) -> Iterator[Row]:
    return iter(rows)


def _candidate(
    title: str,
    visible: bool,
    rows: Callable[[int], Iterator[Row]],
    merged_down: Sequence[MergedDown],
    columns: ColumnSet,
) -> _Candidate:
    """The row among the first hundred that shows most columns, by itself or with the one above; the first of
    equals."""
    header_row, found = 0, dict[str, int]()
    header: Row = ()
    above: Row = ()
    for number, row in enumerate(rows(MAX_COLUMNS), 1):
        for headings in (row, columns.two_rows_high(above, row)):
            if len(recognised := columns.recognise(headings)) > len(found):
                header_row, header, found = number, headings, recognised
        if number >= ROWS_SEARCHED_FOR_HEADINGS or len(found) == len(columns.columns):
            break
        above = row
    return _Candidate(title, visible, header_row, header, found, rows, merged_down)


def _best(candidates: list[_Candidate], columns: ColumnSet, sheet: str) -> tuple[_Candidate, tuple[str, ...]]:
    """The sheet to read, and the titles of others that show a whole list.

    Which of several a person meant cannot be told from their headings: the leavers have the same as the members.
    """
    if sheet:
        return _called(sheet, candidates, columns), ()
    likely = _likely(candidates, columns)
    complete = [each for each in likely if set(columns.required) <= set(each.columns)]
    chosen = [each for each in complete if each.visible] or complete
    if len(chosen) > 1:
        raise MemberListUnreadable(
            f"一覧のシートが{len(chosen)}枚あります：{'、'.join(each.title for each in chosen)}。"
            "取り込むシート以外を非表示にするか、削除して保存し直してください。"
        )
    best = chosen[0] if chosen else max(likely, key=lambda each: (each.visible, len(each.columns)))
    return best, tuple(each.title for each in complete if each is not best)


def _called(sheet: str, candidates: list[_Candidate], columns: ColumnSet) -> _Candidate:
    named = [each for each in candidates if each.title == sheet]
    if not named:
        titles = "、".join(each.title for each in candidates)
        raise MemberListUnreadable(f"シート「{sheet}」がありません。ファイルにあるシート：{titles}")
    return _likely(named, columns)[0]


def _likely(candidates: list[_Candidate], columns: ColumnSet) -> list[_Candidate]:
    likely = [each for each in candidates if len(each.columns) >= columns.fewest]
    if not likely:
        headings = columns.required or columns.usual
        raise MemberListUnreadable(
            f"見出しの行が見つかりません。「{'」「'.join(headings)}」などの見出しがある行を入れてください。"
        )
    return likely


def _table(found: _Candidate, others: tuple[str, ...], columns: ColumnSet) -> Table:
    rows, blank = _rows(found)
    titled = max(place for place, cell in enumerate(found.header, 1) if not is_blank(cell))
    width = max([titled, *(len(row.values) for row in rows)])
    header = tuple(heading_text(cell) for cell in _exactly(width, found.header))
    known = {*found.columns.values(), *added_by_rejects(header)}
    return Table(
        sheet=found.title,
        header_row=found.header_row,
        header=header,
        columns=found.columns,
        rows=tuple(SheetRow(row.number, _exactly(width, row.values)) for row in rows),
        blank_rows=blank,
        unknown_columns=tuple(
            heading for position, heading in enumerate(header) if heading and position not in known
        ),
        absent_columns=tuple(heading for heading in columns.usual if heading not in found.columns),
        other_sheets=others,
    )


def _rows(found: _Candidate) -> tuple[list[SheetRow], tuple[int, ...]]:
    """The rows below the headings, as wide as they are filled, and the numbers of the blank ones between them.

    A row is blank when nothing stands in any known column. Headings repeated for printing are passed over. A cell
    merged over several rows counts in each of them that has anything of its own.
    """
    positions = sorted(found.columns.values())
    headings = {position: heading_text(found.header[position]) for position in positions}
    rows: dict[int, list[CellValue]] = {}
    blank: list[int] = []
    last = found.header_row
    for number, values in enumerate(found.rows(MAX_COLUMNS), 1):
        if number <= found.header_row:
            continue
        cells = {position: values[position] for position in positions if position < len(values)}
        if all(is_blank(value) for value in cells.values()):
            continue
        blank.extend(range(last + 1, number))
        last = number
        if all(is_blank(cell) or heading_text(cell) == headings[place] for place, cell in cells.items()):
            continue
        if len(rows) == MAX_ROWS:
            raise MemberListUnreadable(f"行が多すぎます。{MAX_ROWS:,}行以内に分けてください。")
        rows[number] = _filled(values)
    _fill_down(rows, found.merged_down)
    return [SheetRow(number, tuple(values)) for number, values in rows.items()], tuple(blank)


def _filled(values: Row) -> list[CellValue]:
    """``values`` up to the last that is there."""
    length = len(values)
    while length and values[length - 1] is None:
        length -= 1
    return list(values[:length])


def _exactly(width: int, values: Row) -> Row:
    return (*values[:width], *(None for _ in range(len(values), width)))


def _fill_down(rows: dict[int, list[CellValue]], merged_down: Iterable[MergedDown]) -> None:
    """Write the value of a cell merged over several rows into each of ``rows``. Ranges that overlap an earlier one,
    which no spreadsheet writes, are passed over."""
    numbers = list(rows)
    filled_to: dict[int, int] = {}
    for merged in sorted(merged_down, key=lambda each: each.first_row):
        position, values = merged.position, rows.get(merged.first_row, [])
        if merged.first_row <= filled_to.get(position, 0) or position >= len(values):
            continue
        filled_to[position] = merged.last_row
        below = numbers[bisect_right(numbers, merged.first_row) : bisect_right(numbers, merged.last_row)]
        for number in below:
            row = rows[number]
            row.extend(None for _ in range(len(row), position + 1))
            row[position] = values[position]
