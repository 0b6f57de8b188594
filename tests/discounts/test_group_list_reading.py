"""Lists as industry groups send them in."""

from typing import Any

import pytest

from discounts.group_list_reading import GroupListReading, read_group_list
from members.member_list import MemberListUnreadable
from tests.members.member_list.conftest import csv_bytes, xlsx_bytes

HINODE, ASAHI, KYORITSU = "8181590830166", "7000012050002", "2000012010019"
HEADER = ["法人番号", "会社名"]


def read(*rows: list[Any], header: list[Any] = HEADER) -> GroupListReading:
    return read_group_list(xlsx_bytes([header, *rows]))


def companies(reading: GroupListReading) -> list[tuple[int, str | None, str]]:
    return [(row.row_number, row.corporate_number, row.name) for row in reading.accepted]


def refused(reading: GroupListReading) -> list[tuple[int, str, str]]:
    return [(cell.row_number, cell.column, cell.code) for cell in reading.refused]


# --- files and headings -------------------------------------------------------------------------------------


def test_a_workbook_with_a_title_and_other_columns_two_rows_high() -> None:
    rows = [
        ["日本機械加工団体連合会　会員企業一覧", None, None, None],
        [None, "（2027年1月1日現在）", None, None],
        [],
        ["No.", "会員", None, "所在地"],
        [None, "企業名", "法人番号（13桁）", None],
        [1, "㈱日の出プラスチック", f"T{HINODE}", "川口市"],
        [],
        [2, " ｱｻﾋ  工業 ", None, "さいたま市"],
    ]
    reading = read_group_list(xlsx_bytes(rows))
    assert companies(reading) == [(6, HINODE, "㈱日の出プラスチック"), (8, None, "アサヒ 工業")]
    assert (reading.header_row, reading.repeated, reading.refused) == (5, (), ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_text_files(encoding: str, delimiter: str) -> None:
    rows = [["No", "会社名", "法人番号"], ["1", "㈱髙﨑鋳造", HINODE], ["2", "旭工業", ""]]
    reading = read_group_list(csv_bytes(rows, encoding=encoding, delimiter=delimiter))
    assert companies(reading) == [(2, HINODE, "㈱髙﨑鋳造"), (3, None, "旭工業")]


@pytest.mark.parametrize("heading", ["会社名", "社　名", "企業名※", "会員企業名", "法人名（必須）", "貴社名"])
def test_names_alone_make_a_list(heading: str) -> None:
    assert companies(read_group_list(csv_bytes([[heading], ["旭工業"]], encoding="cp932"))) == [
        (2, None, "旭工業")
    ]


def test_numbers_alone_make_a_list() -> None:
    assert companies(read([HINODE], [int(ASAHI)], header=["法人番号"])) == [
        (2, HINODE, ""),
        (3, ASAHI, ""),
    ]


def test_without_either_column_there_is_no_list() -> None:
    with pytest.raises(MemberListUnreadable, match="「法人番号」「会社名」などの見出し"):
        read([1, "川口市"], header=["No", "住所"])


def test_two_columns_of_names_are_refused() -> None:
    with pytest.raises(MemberListUnreadable, match="会社名"):
        read(["旭工業", "アサヒ"], header=["社名", "企業名"])


# --- rows -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("8181590830166", HINODE),
        ("８１８１５９０８３０１６６", HINODE),
        ("8-1815-9083-0166", HINODE),
        (" T8181590830166 ", HINODE),
        (8181590830166, HINODE),
        ("", None),
        ("－", None),
        ("なし", None),
        ("個人事業主", None),
    ],
)
def test_numbers(cell: Any, number: str | None) -> None:
    assert companies(read([cell, "旭工業"])) == [(2, number, "旭工業")]


@pytest.mark.parametrize(
    ("number", "name", "column", "code"),
    [
        ("818159083016", "旭工業", "法人番号", "not_13_digits"),
        ("8181590830167", "旭工業", "法人番号", "check_digit"),
        ("8.18159E+12", "旭工業", "法人番号", "not_13_digits"),
        ("同上", "旭工業", "法人番号", "ditto"),
        ("#N/A", "旭工業", "法人番号", "error_cell"),
        (None, "〃", "会社名", "ditto"),
        ("なし", None, "会社名", "missing"),
        (None, "あ" * 201, "会社名", "too_long"),
        (None, "=A1", "会社名", "formula"),
    ],
)
def test_rows_that_prove_nothing_are_refused(number: Any, name: Any, column: str, code: str) -> None:
    reading = read_group_list(csv_bytes([HEADER, [number, name], [ASAHI, "旭工業"]]))
    assert refused(reading) == [(2, column, code)]
    assert companies(reading) == [(3, ASAHI, "旭工業")]


def test_a_refused_number_is_said_in_words() -> None:
    (cell,) = read(["8181590830167", "旭工業"]).refused
    assert str(cell).startswith("2行目 法人番号「8181590830167」：法人番号の検査用数字")


# --- a company listed again -----------------------------------------------------------------------------------


def test_a_company_is_listed_once_for_each_of_its_plants() -> None:
    reading = read(
        [HINODE, "㈱日の出プラスチック"],
        [HINODE, "株式会社 日の出プラスチック"],
        [None, "日の出プラスチック"],
        [None, "（株）日の出プラスチック"],
        [None, "旭工業"],
        [None, "旭 工業"],
    )
    assert companies(reading) == [(2, HINODE, "㈱日の出プラスチック"), (6, None, "旭工業")]
    assert (reading.repeated, reading.refused) == ((3, 4, 5, 7), ())


def test_the_order_of_the_rows_does_not_matter() -> None:
    reading = read([None, "日の出プラスチック"], [HINODE, None], [HINODE, "㈱日の出プラスチック"])
    assert companies(reading) == [(4, HINODE, "㈱日の出プラスチック")]
    assert reading.repeated == (2, 3)


def test_one_name_may_belong_to_two_companies() -> None:
    reading = read([HINODE, "旭工業"], [ASAHI, "旭工業"], [None, "有限会社旭工業"])
    assert companies(reading) == [
        (2, HINODE, "旭工業"),
        (3, ASAHI, "旭工業"),
        (4, None, "有限会社旭工業"),
    ]


def test_one_number_does_not() -> None:
    reading = read([HINODE, "㈱日の出プラスチック"], [HINODE, "旭工業"], [KYORITSU, "共立"])
    assert refused(reading) == [(3, "法人番号", "number_of_another_company")]
    assert "2行目の「㈱日の出プラスチック」" in reading.refused[0].reason
    assert companies(reading) == [(2, HINODE, "㈱日の出プラスチック"), (4, KYORITSU, "共立")]
