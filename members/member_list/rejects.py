"""Writes the rows that were refused into a workbook that can be mended and read again."""

from collections import defaultdict
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from members.member_list.columns import MEMBER_COLUMNS, ColumnSet, added_by_rejects, row_and_reason_headings
from members.member_list.reading import RefusedCell
from members.member_list.refusal import CellValue
from members.member_list.sheet import SheetRow

_FAULT = PatternFill("solid", start_color="FFFFE0E0")
_BOLD = Font(bold=True)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_TEXT = "@"
_DIGITS_A_SPREADSHEET_KEEPS = 15
_OF_ANOTHER_ROW = {("会員番号", "appears_twice"), ("法人番号", "number_of_another_company")}


class RefusedRows(Protocol):
    """What a reading of any list knows of the rows it refused."""

    @property
    def header(self) -> tuple[str, ...]: ...
    @property
    def refused(self) -> tuple[RefusedCell, ...]: ...
    @property
    def refused_rows(self) -> tuple[SheetRow, ...]: ...


def write_rejects(
    target: Path | str | BinaryIO, reading: RefusedRows, *, columns: ColumnSet = MEMBER_COLUMNS
) -> None:
    """Write ``reading``'s refused rows as typed, under their own headings, to an .xlsx file or open binary
    file.

    Before them stands 元の行番号, after them 理由, or the like where the list has a column called so; reading it again
    passes both over. Text stays text,
    so that zeros survive and nothing becomes a formula; refused cells are tinted. Account numbers are
    written in full: masked they could not be mended. The file is as confidential as the list it comes from.

    A number that another row of the list has too is named in 理由 and left out of its cell: without the
    other row beside it, it would be accepted as it stands, and overwrite that member or prove the wrong company one.
    """
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("取り込めなかった行")
    added = added_by_rejects(reading.header)
    kept = [position for position in range(len(reading.header)) if position not in added]
    typed = [reading.header[position] for position in kept]
    row_heading, reason_heading = row_and_reason_headings(typed)
    headings = [row_heading, *typed, reason_heading]
    sheet.freeze_panes = "B2"
    for position, heading in enumerate(headings, 1):
        width = {row_heading: 12, reason_heading: 90}.get(heading, 18)
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.append([_cell(sheet, heading, font=_BOLD) for heading in headings])
    faults = _by_row(reading)
    positions = columns.recognise(reading.header)
    for row in reading.refused_rows:
        of_row = faults[row.number]
        wrong = {positions.get(fault.column) for fault in of_row}
        left_out = {positions.get(fault.column) for fault in of_row if _is_of_another_row(fault)}
        reason = "\n".join(f"{fault.column}：{_reason(fault)}" for fault in of_row)
        values = [
            row.values[position] if position < len(row.values) and position not in left_out else None
            for position in kept
        ]
        sheet.append(
            [
                _cell(sheet, row.number),
                *(
                    _cell(sheet, value, fill=_FAULT if position in wrong else None)
                    for position, value in zip(kept, values, strict=True)
                ),
                _cell(sheet, reason, alignment=_WRAPPED),
            ]
        )
    workbook.save(target)


def _is_of_another_row(fault: RefusedCell) -> bool:
    return (fault.column, fault.code) in _OF_ANOTHER_ROW


def _reason(fault: RefusedCell) -> str:
    if not _is_of_another_row(fault):
        return fault.reason
    return (
        f"「{fault.value}」は{fault.reason}"
        f"取り違えを防ぐため、{fault.column}を空にしてあります。正しい番号を入力してください。"
    )


def _by_row(reading: RefusedRows) -> dict[int, list[RefusedCell]]:
    faults: defaultdict[int, list[RefusedCell]] = defaultdict(list)
    for fault in reading.refused:
        faults[fault.row_number].append(fault)
    return faults


def _cell(
    sheet: Any,
    value: CellValue,
    *,
    font: Font | None = None,
    fill: PatternFill | None = None,
    alignment: Alignment | None = None,
) -> WriteOnlyCell:
    if isinstance(value, int) and len(str(abs(value))) > _DIGITS_A_SPREADSHEET_KEEPS:
        value = str(value)
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        # As text even where it looks like a formula or an error: openpyxl would make it one.
        cell.data_type = "s"
        cell.number_format = _TEXT
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    elif isinstance(value, date) and (not isinstance(value, datetime) or value.time() == time()):
        cell.number_format = "yyyy/mm/dd"
    if font is not None:
        cell.font = font
    if fill is not None:
        cell.fill = fill
    if alignment is not None:
        cell.alignment = alignment
    return cell
