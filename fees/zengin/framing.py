"""A file as a row of records: one length throughout, CRLF after all of them or after none, kinds in their order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fees.zengin.layout import Record
from fees.zengin.refusal import ZenginRefused, differs

CRLF = b"\r\n"


@dataclass(frozen=True)
class Layout:
    """The kinds of record of a file: ``follows`` says by データ区分 what may come after each ("" is the beginning),
    ``ends_after`` after which the file may end."""

    tables: tuple[Record, ...]
    follows: Mapping[str, str]
    ends_after: str

    @property
    def length(self) -> int:
        return self.tables[0].length


@dataclass(frozen=True)
class Read:
    """One record of a file: its place counted from 1, its kind, its values by field name."""

    number: int
    table: Record
    values: Mapping[str, str]

    def refuse(self, code: str, name: str, expected: str) -> ZenginRefused:
        """The refusal that the field ``name`` is not what was expected."""
        field = self.table.named(name)
        return self.table.refusal(code, self.number, name, self.values[name], f"「{field.shown(expected)}」")

    def expect(self, name: str, expected: str, code: str) -> None:
        """Raises ``ZenginRefused`` (``code``) where the field is not ``expected``."""
        if self.values[name] != expected:
            raise self.refuse(code, name, expected)

    def expect_number(self, name: str, expected: int, code: str) -> None:
        """Raises ``ZenginRefused`` (``code``) where the count or sum is not ``expected``."""
        self.expect(name, str(expected).zfill(self.table.named(name).width), code)


def read(data: bytes, layout: Layout) -> Iterator[Read]:
    """Every record of the file, in order. Lengths and order are checked over the whole file before any field is
    read: a file out of order would be refused for totals that mislead.

    Raises ``ZenginRefused``: ``empty``, ``length``, ``order``, ``incomplete``, and what ``Record.decode`` raises.
    """
    records = _split(data, layout.length)
    tables = _in_order(records, layout)
    for number, (table, raw) in enumerate(zip(tables, records, strict=True), start=1):
        yield Read(number, table, table.decode(raw, number))


def _in_order(records: Sequence[bytes], layout: Layout) -> list[Record]:
    by_mark = {table.mark.encode(): table for table in layout.tables}
    tables: list[Record] = []
    mark = ""
    for number, raw in enumerate(records, start=1):
        following = layout.follows[mark]
        table = by_mark.get(raw[:1])
        if table is None or table.mark not in following:
            raise _out_of_order(number, raw, table, following)
        tables.append(table)
        mark = table.mark
    if mark not in layout.ends_after:
        missing = "か".join(f"「{following}」" for following in layout.follows[mark])
        raise ZenginRefused(
            "incomplete",
            f"ファイルが{len(records)}件目のレコードで終わっています。"
            f"正しくは次に「データ区分」が{missing}のレコードが続きます。銀行からもう一度受け取ってください。",
            record=len(records),
            field="データ区分",
        )
    return tables


def _out_of_order(number: int, raw: bytes, table: Record | None, following: str) -> ZenginRefused:
    expected = "か".join(f"「{mark}」" for mark in following) or "ここでファイルの終わり"
    found = raw[:1].decode("ascii", "replace") if raw[:1].isalnum() else f"0x{raw[:1].hex().upper()}"
    kind = table.kind if table else "不明"
    return differs("order", record=number, kind=kind, field="データ区分", found=found, expected=expected)


def _split(data: bytes, length: int) -> list[bytes]:
    if not data:
        raise ZenginRefused("empty", "ファイルが空です。銀行から受け取ったファイルを選んでください。")
    if CRLF in data:
        lines = data.split(CRLF)
        if lines[-1]:
            raise _wrong_length(len(lines), len(lines[-1]), length, "改行のない")
        del lines[-1]
    else:
        lines = [data[start : start + length] for start in range(0, len(data), length)]
    for number, line in enumerate(lines, start=1):
        if len(line) != length:
            raise _wrong_length(number, len(line), length, "")
    return lines


def _wrong_length(number: int, found: int, expected: int, how: str) -> ZenginRefused:
    return ZenginRefused(
        "length",
        f"{number}件目のレコードの「レコード長」が{how}{found}バイトです。正しくは{expected}バイトで、"
        "改行（CRLF）は全件に付くか、まったく付かないかです。銀行から受け取ったままのファイルを選んでください。",
        record=number,
        field="レコード長",
    )
