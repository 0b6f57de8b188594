"""Opens workbooks (.xlsx, .xlsm) without trusting them."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import openpyxl
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS

from members.member_list.number_formats import ShownAs, number_format_of, whole_numbers_shown_by
from members.member_list.refusal import CellValue, MemberListUnreadable

MAX_UNCOMPRESSED_BYTES = 200_000_000
MAX_PARTS = 2_000
MAX_COLUMNS = 200
MAX_ROW_NUMBER = 1_048_576

_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_OLE_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_TEXT_TAG = f"{{{SHEET_MAIN_NS}}}t"

Row = tuple[CellValue, ...]


def is_ole_file(content: bytes) -> bool:
    """The container of old .xls files, and of workbooks locked with a password."""
    return content.startswith(_OLE_FILE)


def refuse_ole_file(content: bytes) -> MemberListUnreadable:
    if _ENCRYPTED_PACKAGE in content:
        return MemberListUnreadable(
            "パスワードで保護されたブックは読み込めません。パスワードを外して保存し直してください。"
        )
    return MemberListUnreadable(
        "古い形式の Excel ファイル（.xls）は読み込めません。"
        "Excel で開き、「Excel ブック（.xlsx）」で保存し直してください。"
    )


class _Parser(WorkSheetParser):
    """openpyxl's own parser, twice as fast on plain texts, and not silent about formulas without a result. A number
    that its format shows with zeros in front or with fixed letters (``"S"000000``) comes as the text shown."""

    def __init__(self, *args: Any, shown_as: Mapping[int, ShownAs], **options: Any) -> None:
        super().__init__(*args, **options)
        self.shown_as = shown_as

    def parse_cell(self, element: Element) -> dict[str, Any]:
        place = element.get("r")
        if place and element.get("t") == "inlineStr" and (text := _plain_text(element)) is not None:
            row, column = coordinate_to_tuple(place)
            self.col_counter = column
            return {"row": row, "column": column, "value": text, "data_type": "s", "style_id": 0}
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["data_type"] == "n" and (shown_as := self.shown_as.get(cell["style_id"])):
            cell["value"] = shown_as(cell["value"])
        if cell["value"] is None and element.get("t") != "str":
            formula = element.find(FORMULA_TAG)
            if formula is not None:
                cell["value"] = f"={formula.text or ''}"
        return cell


def _plain_text(element: Element) -> str | None:
    """The text of a cell that holds it without runs of formatting; None for all others."""
    if len(element) != 1 or len(element[0]) != 1 or element[0][0].tag != _TEXT_TAG:
        return None
    return element[0][0].text or ""


@dataclass(frozen=True, slots=True)
class MergedDown:
    """A cell merged over several rows. Its value stands in the first of them; ``position`` counts columns from 0."""

    position: int
    first_row: int
    last_row: int


@dataclass(frozen=True, slots=True)
class XlsxSheet:
    """One sheet of an open workbook. ``merged_down`` is known once ``rows`` was read to its end: files name merged
    cells behind the rows."""

    title: str
    visible: bool
    _sheet: Any
    merged_down: list[MergedDown] = field(default_factory=list)

    def rows(self, width: int) -> Iterator[Row]:
        """All rows from the first on, ``width`` cells wide at most, whatever size the file states for the sheet.

        Values only. A formula whose result was never stored (files made by programs) comes as its text
        ``=…``: a blank in its place would be taken for "none".
        """
        workbook = self._sheet.parent
        with _damage_told(), self._sheet._get_source() as part:
            parser = _Parser(
                part,
                self._sheet._shared_strings,
                data_only=True,
                epoch=workbook.epoch,
                date_formats=workbook._date_formats,
                timedelta_formats=workbook._timedelta_formats,
                shown_as=_shown_as(workbook),
            )
            expected = 1
            for number, cells in parser.parse():
                if number > MAX_ROW_NUMBER:
                    raise MemberListUnreadable(
                        "行番号が Excel の上限を超えています。Excel で開いて保存し直してください。"
                    )
                if number < expected:
                    raise ValueError(f"row {number} follows row {expected - 1}")
                for _ in range(expected, number):
                    yield ()
                yield _row(cells, width)
                expected = number + 1
            self.merged_down[:] = _merged_down(parser)


def _merged_down(parser: _Parser) -> Iterator[MergedDown]:
    for merged in parser.merged_cells.mergeCell if parser.merged_cells else ():
        if merged.max_row > merged.min_row:
            yield MergedDown(merged.min_col - 1, merged.min_row, merged.max_row)


def _shown_as(workbook: Any) -> dict[int, ShownAs]:
    """By the number of a style, how it shows whole numbers, where that is more than their digits."""
    formats = (number_format_of(workbook, style.numFmtId) for style in workbook._cell_styles)
    return {
        place: shown_as for place, text in enumerate(formats) if (shown_as := whole_numbers_shown_by(text))
    }


def _row(cells: list[dict[str, Any]], width: int) -> Row:
    row: list[CellValue] = [None] * width
    for cell in cells:
        if cell["column"] <= width:
            row[cell["column"] - 1] = cell["value"]
    return tuple(row)


def open_xlsx(content: bytes) -> list[XlsxSheet]:
    """The sheets of a workbook, in its order; charts are no sheets.

    Raises ``MemberListUnreadable`` for what is no workbook, is locked, damaged, or unpacks to more than 200
    MB.
    """
    _inspect(content)
    with _damage_told():
        workbook = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        return [
            XlsxSheet(title=sheet.title, visible=sheet.sheet_state == "visible", _sheet=sheet)
            for sheet in workbook.worksheets
        ]


def _inspect(content: bytes) -> None:
    """Raises ``MemberListUnreadable`` for what must not be opened."""
    with _damage_told(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if any(part.flag_bits & 0x1 for part in parts):
            raise MemberListUnreadable(
                "パスワードで保護されたファイルは読み込めません。パスワードを外してください。"
            )
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNCOMPRESSED_BYTES:
            raise MemberListUnreadable(
                "ブックが大きすぎます。会員一覧のシートだけを新しいブックに写して保存してください。"
            )
        if "xl/workbook.xml" not in archive.namelist():
            raise MemberListUnreadable(
                "Excel ブックではありません。Excel で開き、「Excel ブック（.xlsx）」で保存し直してください。"
            )


@contextmanager
def _damage_told() -> Iterator[None]:
    """Whatever a damaged file makes the parsers raise becomes one clear message."""
    try:
        yield
    except MemberListUnreadable:
        raise
    except Exception as error:
        raise MemberListUnreadable(
            "ファイルが壊れているため読み込めません。Excel で開き直して保存してから、もう一度お試しください。"
        ) from error
