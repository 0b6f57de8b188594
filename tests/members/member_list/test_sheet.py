import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from members.member_list import sheet as sheet_module
from members.member_list import xlsx as xlsx_module
from members.member_list.columns import Column, ColumnSet
from members.member_list.refusal import MemberListUnreadable
from members.member_list.sheet import read_table

COLUMNS = ColumnSet(
    (
        Column("会員番号", required=True),
        Column("法人名", "会社名 企業名", required=True),
        Column("法人名カナ"),
        Column("備考"),
    )
)
PEOPLE = ColumnSet(
    (
        Column("会員番号", required=True),
        Column("法人名", required=True),
        Column("担当者1", "担当者1氏名"),
        Column("メールアドレス1", "メール 担当者1メール"),
        Column("担当者2", "担当者2氏名"),
        Column("メールアドレス2", "担当者2メール"),
        Column("銀行コード"),
        Column("支店コード"),
    )
)
HEADER = ["会員番号", "法人名", "法人名カナ"]


def table(source):
    return read_table(source, columns=COLUMNS)


def refusal_of(source):
    with pytest.raises(MemberListUnreadable) as refusal:
        table(source)
    return str(refusal.value)


# --- where the list is ----------------------------------------------------------------------------------


def test_rows_keep_the_numbers_the_spreadsheet_shows(as_xlsx):
    rows = [["会員一覧"], [], [], HEADER, ["S1", "旭"], [], [None, "  ", "－"], ["S2", "桜"], [], []]
    found = table(as_xlsx(rows, title="名簿"))
    assert (found.sheet, found.header_row, found.blank_rows) == ("名簿", 4, (6, 7))
    assert [(row.number, row.values) for row in found.rows] == [
        (5, ("S1", "旭", None)),
        (8, ("S2", "桜", None)),
    ]


def test_columns_may_stand_in_any_order_with_others_between(as_xlsx):
    found = table(as_xlsx([["法人名", "担当メモ", None, "会員番号"], ["旭", "x", "y", "S1"]]))
    assert found.columns == {"法人名": 0, "会員番号": 3}
    assert found.unknown_columns == ("担当メモ",)
    assert found.absent_columns == ("法人名カナ", "備考")
    assert found.cell(found.rows[0], "会員番号") == "S1"
    assert found.cell(found.rows[0], "備考") is None


def test_a_row_with_notes_outside_the_known_columns_is_blank(as_xlsx):
    found = table(as_xlsx([[*HEADER, "メモ"], ["S1", "旭"], [None, None, None, "確認"], ["S2", "桜"]]))
    assert [row.number for row in found.rows] == [2, 4]
    assert found.blank_rows == (3,)


def test_headings_repeated_for_printing_are_passed_over(as_xlsx):
    found = table(as_xlsx([HEADER, ["S1", "旭"], HEADER, ["S2", "桜"]]))
    assert [row.number for row in found.rows] == [2, 4]


def test_headings_two_rows_high(as_xlsx):
    found = table(
        as_xlsx([["会員番号", "法人", None], [None, "法人名", "法人名カナ"], ["S1", "旭", "アサヒ"]])
    )
    assert found.columns == {"会員番号": 0, "法人名": 1, "法人名カナ": 2}
    assert [row.number for row in found.rows] == [3]


def test_a_group_above_its_columns_with_the_other_headings_above(as_xlsx):
    """Columns with a cell merged over both rows keep their text above."""
    above = ["会員番号", "法人名", "担当者1", None, "担当者2", None, "口座情報", None]
    below = [None, None, "氏名", "メールアドレス", "氏名", "メールアドレス", "銀行コード", "支店コード"]
    found = read_table(
        as_xlsx([["会員一覧"], above, below, ["S1", "旭", "a", "b", "c", "d", "0001", "003"]]), columns=PEOPLE
    )
    assert found.header_row == 3
    assert list(found.columns.values()) == list(range(8))
    assert list(found.columns) == [column.heading for column in PEOPLE.columns]
    assert [row.number for row in found.rows] == [4]


def test_a_group_above_its_columns_with_the_other_headings_below(as_xlsx):
    above = [None, None, "担当者1", None, "担当者2"]
    below = ["会員番号", "法人名", "氏名", "メール", "氏名", "メール", "銀行コード", "支店コード"]
    found = read_table(as_xlsx([above, below, ["S1", "旭"]]), columns=PEOPLE)
    assert list(found.columns) == [column.heading for column in PEOPLE.columns]


def test_a_row_of_the_list_is_no_second_row_of_headings(as_xlsx):
    found = table(as_xlsx([["会員番号", "法人名", "メモ"], ["S1", None, "備考"], ["S2", "桜", "備考"]]))
    assert found.header_row == 1
    assert [row.number for row in found.rows] == [2, 3]


def sheets(*titles, hidden=()):
    """A workbook with a sheet that is no list, and a list of one row on each of ``titles``."""
    workbook = Workbook()
    workbook.active.title = "説明"
    workbook.active.append(["この表の使い方", "会員番号"])
    for title in titles:
        listed = workbook.create_sheet(title)
        listed.append([*HEADER, "備考"] if title in hidden else HEADER)
        listed.append(["S1", title])
        listed.sheet_state = "hidden" if title in hidden else "visible"
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def test_the_sheet_with_the_list_is_found_among_others():
    found = table(sheets("旧名簿", "名簿", hidden=["旧名簿"]))
    assert (found.sheet, found.rows[0].values) == ("名簿", ("S1", "名簿", None))
    assert found.other_sheets == ("旧名簿",)


@pytest.mark.parametrize("hidden", [(), ("会員", "退会者")])
def test_of_several_lists_none_is_guessed(hidden):
    content = sheets("会員", "退会者", hidden=hidden)
    message = refusal_of(content)
    assert "2枚あります：会員、退会者" in message
    assert "非表示" in message
    assert read_table(content, columns=COLUMNS, sheet="会員").rows[0].values[1] == "会員"


def test_a_sheet_is_read_by_its_name():
    content = sheets("名簿", "旧名簿", hidden=["旧名簿"])
    assert read_table(content, columns=COLUMNS, sheet="旧名簿").sheet == "旧名簿"
    for name, says in (
        ("会員", "シート「会員」がありません。ファイルにあるシート：説明、名簿、旧名簿"),
        ("説明", "見出し"),
    ):
        with pytest.raises(MemberListUnreadable, match=says):
            read_table(content, columns=COLUMNS, sheet=name)


def test_a_hidden_list_is_read_where_there_is_no_other():
    workbook = Workbook()
    workbook.active.append(["会員番号", "備考"])
    hidden = workbook.create_sheet("名簿")
    hidden.sheet_state = "hidden"
    hidden.append(HEADER)
    hidden.append(["S1", "旭"])
    file = io.BytesIO()
    workbook.save(file)
    assert table(file.getvalue()).sheet == "名簿"


def test_a_wrong_size_stated_in_the_file_loses_no_cell(as_xlsx):
    content = as_xlsx([HEADER, ["S1", "旭", "アサヒ"], ["S2", "桜", "サクラ"]])
    small = _replaced(content, "xl/worksheets/sheet1.xml", b'ref="A1:C3"', b'ref="A1"')
    assert len(table(small).rows) == 2


def test_missing_columns_are_named(as_xlsx):
    message = refusal_of(as_xlsx([["一覧"], ["法人名", "備考"]], title="名簿"))
    assert "「名簿」" in message
    assert "2行目" in message
    assert "会員番号" in message
    assert "法人名" not in message


@pytest.mark.parametrize("rows", [[], [["会員番号"]], [["S1", "旭"]], [[None]] * 100 + [HEADER]])
def test_without_headings_there_is_no_list(as_xlsx, rows):
    assert "見出しの行が見つかりません" in refusal_of(as_xlsx(rows))


def test_too_many_rows_are_refused(as_xlsx, monkeypatch):
    monkeypatch.setattr(sheet_module, "MAX_ROWS", 3)
    rows = [HEADER, *([f"S{number}", "旭"] for number in range(3))]
    assert len(table(as_xlsx(rows)).rows) == 3
    assert "行が多すぎます" in refusal_of(as_xlsx([*rows, ["S9", "旭"]]))


def test_two_columns_that_mean_the_same_are_refused(as_xlsx):
    message = refusal_of(
        as_xlsx([["会員番号", "会社名", "備考", "企業名"], ["S1", "旭", "", "桜"]], title="名簿")
    )
    assert "「法人名」にあたる列が2つあります（B列「会社名」、D列「企業名」）" in message
    assert table(as_xlsx([["会員番号", "会社名", "法人名"], ["S1", "桜", "旭"]])).columns["法人名"] == 2


# --- merged cells, number formats, wide rows ------------------------------------------------------------


def changed(rows, change):
    """A workbook of ``rows`` after ``change`` to its sheet."""
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    change(workbook.active)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def test_a_cell_merged_over_several_rows_counts_in_each():
    def merge(sheet):
        sheet.merge_cells("B2:B4")
        sheet.merge_cells("C2:C3")
        sheet.merge_cells("D2:E3")
        sheet.merge_cells("B6:C6")

    rows = [[*HEADER, "備考"], ["S1", "旭", "アサヒ", "有"], ["S2"], ["S3"], ["S4"], ["S5", "桜"]]
    found = table(changed(rows, merge))
    assert [row.values for row in found.rows] == [
        ("S1", "旭", "アサヒ", "有"),
        ("S2", "旭", "アサヒ", "有"),
        ("S3", "旭", None, None),
        ("S4", None, None, None),
        ("S5", "桜", None, None),
    ]


def test_a_merged_cell_makes_no_row_of_a_blank_one():
    found = table(changed([HEADER, ["S1", "旭"], [], ["S2", "桜"]], lambda sheet: sheet.merge_cells("B2:B3")))
    assert [row.number for row in found.rows] == [2, 4]
    assert found.blank_rows == (3,)


def test_a_heading_merged_over_the_rows_below_it_is_no_value():
    found = table(changed([HEADER, ["S1"], ["S2"]], lambda sheet: sheet.merge_cells("C1:C3")))
    assert [row.values for row in found.rows] == [("S1", None, None), ("S2", None, None)]


@pytest.mark.parametrize(
    ("number_format", "value", "shown"),
    [
        ("000000", 123, "000123"),
        ('"S"000000', 123, "S000123"),
        ("\\S000000", 123, "S000123"),
        ('"S"0', 100001, "S100001"),
        ("000-0000", 10010, "001-0010"),
        ("0000_ ", 1, "0001"),
        ("0000_);\\(0000\\)", 1, "0001"),
        ("000", 12345, "12345"),
        ("General", 123, 123),
        ("0", 123, 123),
        ("#,##0", 123, 123),
        ("0000.0", 1, 1),
        ("000000", 1.5, 1.5),
        ("000000", "S1", "S1"),
    ],
)
def test_numbers_come_as_their_format_shows_them(number_format, value, shown):
    def format_it(sheet):
        sheet["A2"].number_format = number_format

    (row,) = table(changed([HEADER, [value, "旭"]], format_it)).rows
    assert row.values[0] == shown
    assert type(row.values[0]) is type(shown)


@pytest.mark.parametrize("number", [b"2", b"1"])
def test_rows_out_of_order_are_damage(as_xlsx, number):
    content = as_xlsx([HEADER, ["S1", "旭"], ["S2", "桜"]])
    twice = _replaced(content, "xl/worksheets/sheet1.xml", b'<row r="3"', b'<row r="%b"' % number)
    assert "壊れている" in refusal_of(twice)


def test_cells_right_of_the_last_heading_are_kept(as_xlsx):
    found = table(as_xlsx([HEADER, ["S1", "旭"], ["S2", "桜", None, None, "要確認"]]))
    assert found.header == (*HEADER, "", "")
    assert [row.values[3:] for row in found.rows] == [(None, None), (None, "要確認")]
    assert found.unknown_columns == ()


# --- files that are no lists ----------------------------------------------------------------------------


def _replaced(content, part, old, new):
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                assert old in data
                data = data.replace(old, new)
            changed.writestr(name, data)
    return target.getvalue()


def _zip(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空です"),
        (b" \n", "空です"),
        (OLE, "古い形式"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "パスワード"),
        (b"PK\x03\x04 cut off", "壊れている"),
        (_zip({"word/document.xml": "<w/>"}), "Excel ブックではありません"),
        (_zip({"xl/workbook.xml": "<broken"}), "壊れている"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n", "画像"),
        (b"\x00\x01\x02\xff\xfe\xfd", "文字コード"),
        ("会員番号,法人名".encode("euc-jp") + b"\xff\xff", "文字コード"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "表計算のファイルではありません"),
        ('会員番号,法人名\nS1,"旭\nS2,桜\n'.encode(), "引用符"),
        (b'"' + b"a" * 200_000 + b'"', "1行目"),
        (b'"a","b"\n"c","d"\n', "見出しの行が見つかりません"),
    ],
)
def test_files_that_cannot_be_read_say_why(content, says):
    assert says in refusal_of(content)


def test_a_locked_zip_is_refused(as_xlsx):
    content = bytearray(as_xlsx([HEADER]))
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        content[at + 8] |= 1
        at += 4
    assert "パスワード" in refusal_of(bytes(content))


def test_a_workbook_that_unpacks_to_too_much_is_refused(as_xlsx, monkeypatch):
    monkeypatch.setattr(xlsx_module, "MAX_UNCOMPRESSED_BYTES", 100_000)
    assert table(as_xlsx([HEADER])).rows == ()
    bomb = _replaced(as_xlsx([HEADER]), "xl/theme/theme1.xml", b"</a:theme>", b"</a:theme>" + b" " * 100_000)
    assert len(bomb) < 20_000
    assert "大きすぎます" in refusal_of(bomb)


def test_a_row_far_down_does_not_keep_the_reader_busy(as_xlsx):
    content = _replaced(
        as_xlsx([HEADER, ["S1", "旭"]]), "xl/worksheets/sheet1.xml", b'<row r="2">', b'<row r="999999999">'
    )
    assert "上限" in refusal_of(content)


def test_a_large_file_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(sheet_module, "MAX_FILE_BYTES", 10)
    path = tmp_path / "list.csv"
    path.write_text("会員番号,法人名\n", encoding="utf-8")
    assert "大きすぎます" in refusal_of(path)


def test_a_file_that_is_not_there(tmp_path):
    assert "list.xlsx" in refusal_of(tmp_path / "list.xlsx")


def test_paths_and_open_files_are_read_alike(as_xlsx, tmp_path):
    content = as_xlsx([HEADER, ["S1", "旭"]])
    path = Path(tmp_path / "list.dat")
    path.write_bytes(content)
    assert table(path) == table(str(path)) == table(io.BytesIO(content)) == table(content)


# --- formulas -------------------------------------------------------------------------------------------


def test_a_formula_without_a_stored_result_comes_as_its_text():
    workbook = Workbook()
    workbook.active.append(HEADER)
    workbook.active.append(["S1", '="旭"&"工業"'])
    file = io.BytesIO()
    workbook.save(file)
    assert table(file.getvalue()).rows[0].values == ("S1", '="旭"&"工業"', None)


def test_a_formula_with_a_stored_result_comes_as_the_result(as_xlsx):
    workbook = load_workbook(io.BytesIO(as_xlsx([HEADER, ["S1", 1]])))
    workbook.active["B2"] = "=1+1"
    file = io.BytesIO()
    workbook.save(file)
    content = _replaced(file.getvalue(), "xl/worksheets/sheet1.xml", b"<v></v>", b"<v>2</v>")
    assert table(content).rows[0].values == ("S1", 2, None)


def test_a_formula_whose_result_is_an_empty_text_is_blank(as_xlsx):
    content = _replaced(
        as_xlsx([HEADER, ["S1", "x"]]),
        "xl/worksheets/sheet1.xml",
        b't="inlineStr"><is><t>x</t></is></c>',
        b't="str"><f>IF(A1="","",A1)</f><v></v></c>',
    )
    assert table(content).rows[0].values == ("S1", None, None)


def test_account_numbers_stay_out_of_what_is_printed(as_xlsx):
    assert "5706306" not in repr(table(as_xlsx([HEADER, ["S1", "5706306"]])))
