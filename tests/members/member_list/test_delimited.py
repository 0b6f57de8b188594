"""Lists as text files."""

import pytest

from members.member_list.columns import Column, ColumnSet
from members.member_list.sheet import read_table

COLUMNS = ColumnSet(
    (Column("会員番号", required=True), Column("法人名", required=True), Column("法人名カナ"), Column("備考"))
)
HEADER = ["会員番号", "法人名", "法人名カナ"]


def table(source):
    return read_table(source, columns=COLUMNS)


TEXT_ROWS = [
    ["会員一覧"],
    [],
    HEADER,
    ["S1", "㈱髙﨑", "ﾀｶｻｷ"],
    ["S2", "桜,縫製\n本社", ""],
    ["S3", '旭"工業"', ""],
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_text_files_in_each_encoding(as_csv, encoding, delimiter):
    found = table(as_csv(TEXT_ROWS, encoding=encoding, delimiter=delimiter))
    assert (found.sheet, found.header_row) == ("CSV", 3)
    assert [(row.number, row.values) for row in found.rows] == [
        (4, ("S1", "㈱髙﨑", "ﾀｶｻｷ")),
        (5, ("S2", "桜,縫製\n本社", None)),
        (6, ("S3", '旭"工業"', None)),
    ]


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_text_files_with_everything_in_quotes(delimiter):
    lines = [["一覧,2026年度", ""], HEADER, ["S1", '旭"工業"', "a\tb, c"]]
    content = "\r\n".join(
        delimiter.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in line) for line in lines
    )
    found = table(content.encode())
    assert [row.values for row in found.rows] == [("S1", '旭"工業"', "a\tb, c")]


def test_𠮷_survives_utf_8(as_csv):
    assert table(as_csv([HEADER, ["S1", "𠮷田", ""]])).rows[0].values[1] == "𠮷田"


def test_digits_in_a_text_file_are_the_numbers_a_spreadsheet_takes_them_for(as_csv):
    row = table(as_csv([HEADER, ["929", "0929", "1" * 16]])).rows[0]
    assert row.values == (929, "0929", "1" * 16)


def test_lines_may_end_in_any_way():
    for ending in ("\r\n", "\n", "\r"):
        found = table(ending.join(["会員番号,法人名", "S1,旭", ""]).encode())
        assert [row.values for row in found.rows] == [("S1", "旭")]
