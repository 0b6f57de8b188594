import io
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from members.member_list import write_rejects


@pytest.fixture
def rejects_of():
    def rejects_of(reading):
        file = io.BytesIO()
        write_rejects(file, reading)
        return file.getvalue()

    return rejects_of


def sheet_of(content):
    return load_workbook(io.BytesIO(content)).active


def mended(content, **values):
    """The rejects workbook with cells of its first row replaced, as a person would."""
    workbook = load_workbook(io.BytesIO(content))
    sheet = workbook.active
    position = {cell.value: cell.column for cell in sheet[1]}
    for heading, value in values.items():
        sheet.cell(2, position[heading]).value = value
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def test_the_refused_rows_stand_there_as_typed(read, rows_with, rejects_of):
    reading = read(
        rows_with(
            {},
            {
                "入会日": "2025年13月1日",
                "電話番号": "０３−１２３４−５６７８",
                "口座番号": "0202384",
                "銀行コード": 1,
            },
            {},
            {"会員番号": None, "メールアドレス1": "x", "入会日": datetime(2025, 8, 16)},  # noqa: DTZ001
        )
    )
    header, first, second = sheet_of(rejects_of(reading)).iter_rows(values_only=True)
    assert header == ("元の行番号", *reading.header, "理由")
    typed = dict(zip(header, first, strict=True))
    assert typed["元の行番号"] == 3
    assert (typed["入会日"], typed["電話番号"]) == ("2025年13月1日", "０３−１２３４−５６７８")
    assert (typed["口座番号"], typed["銀行コード"]) == ("0202384", 1)
    assert typed["理由"].startswith("入会日：暦にない日付です。")
    typed = dict(zip(header, second, strict=True))
    assert typed["元の行番号"] == 5
    assert typed["入会日"].date() == date(2025, 8, 16)
    assert [line.split("：")[0] for line in typed["理由"].split("\n")] == ["会員番号", "メールアドレス1"]


def test_mended_it_is_accepted(read, read_changed, rejects_of):
    rejects = rejects_of(
        read_changed(会員番号="Ｓ２", 入会日="2025年13月1日", 口座番号="0202384", 銀行コード="0001")
    )
    assert [cell.column for cell in read(rejects).refused] == ["入会日"]
    reading = read(mended(rejects, 入会日="2025年12月1日"))
    (row,) = reading.accepted
    assert (row.member_number, row.joined_on) == ("S2", date(2025, 12, 1))
    assert (row.mandate.account_number, row.mandate.bank_code) == ("0202384", "0001")
    assert (reading.unknown_columns, reading.remarks) == ((), ())


def test_a_member_number_of_another_row_is_named_but_left_out(read, rows_with, rejects_of):
    rejects = rejects_of(read(rows_with({}, {"会員番号": "S100001", "入会日": "x"})))
    header, row = sheet_of(rejects).iter_rows(values_only=True)
    typed = dict(zip(header, row, strict=True))
    assert (typed["会員番号"], typed["入会日"]) == (None, "x")
    assert "「S100001」は2行目と同じ会員番号です。" in typed["理由"]
    assert [cell.code for cell in read(mended(rejects, 入会日="2025/8/16")).refused] == ["missing"]
    assert read(mended(rejects, 入会日="2025/8/16", 会員番号="S7")).accepted[0].member_number == "S7"


def test_read_and_refused_again_it_grows_no_columns(read, read_changed, rejects_of):
    once = rejects_of(read_changed(入会日="x"))
    twice = rejects_of(read(once))
    assert [cell.value for cell in sheet_of(once)[1]] == [cell.value for cell in sheet_of(twice)[1]]


def test_unknown_columns_are_kept_for_whoever_mends(read, rows_with, rejects_of):
    rows = [[*row, "メモ"] for row in rows_with({"入会日": None})]
    header, row = sheet_of(rejects_of(read(rows))).iter_rows(values_only=True)
    assert (header[-2], row[-2]) == ("メモ", "メモ")


@pytest.mark.parametrize(
    ("own", "added"),
    [("理由", ("元の行番号", "取り込めない理由")), ("元の行番号", ("取り込み前の行番号", "理由"))],
)
def test_a_column_called_as_ours_is_kept_beside_it(read, rows_with, rejects_of, own, added):
    rows = [[*row, "memo", "right"] for row in rows_with({"入会日": None})]
    rows[0][-2:] = [own, None]
    reading = read(rows)
    assert reading.unknown_columns == (own,)
    for content in (rejects_of(reading), rejects_of(read(rejects_of(reading)))):
        header, row = sheet_of(content).iter_rows(values_only=True)
        assert (header[0], header[-1]) == added
        assert (header[-3:-1], row[-3:-1]) == ((own, None), ("memo", "right"))
        assert row[0] == 2
        assert row[-1].startswith("入会日：")


@pytest.mark.parametrize("value", ['=HYPERLINK("http://example.com")', "+1+1", "-1+1", "@SUM(A1)", "#N/A"])
def test_nothing_becomes_a_formula_or_an_error(read, as_csv, rows_with, rejects_of, value):
    sheet = sheet_of(rejects_of(read(as_csv(rows_with({"法人名": value, "入会日": None})))))
    cell = sheet.cell(2, 4)
    assert (cell.value, cell.data_type, cell.number_format) == (value, "s", "@")


def test_odd_values_do_not_stop_it(read, rows_with, as_csv, rejects_of):
    reading = read(as_csv(rows_with({"入会日": None, "法人名": "旭\x07\x0b工業", "住所": "x" * 40_000})))
    row = next(sheet_of(rejects_of(reading)).iter_rows(min_row=2, values_only=True))
    assert "旭工業" in row
    reading = read(
        rows_with({"入会日": None, "法人番号": 8181590830166, "産業分類": 10**20, "電話番号": True})
    )
    row = next(sheet_of(rejects_of(reading)).iter_rows(min_row=2, values_only=True))
    assert 8181590830166 in row


def test_refused_cells_are_tinted(read_changed, rejects_of):
    sheet = sheet_of(rejects_of(read_changed(入会日="x")))
    tinted = {sheet.cell(1, cell.column).value for cell in sheet[2] if cell.fill.fill_type == "solid"}
    assert tinted == {"入会日"}


def test_it_is_written_to_a_path_too(tmp_path, read, read_changed):
    path = tmp_path / "rejects.xlsx"
    write_rejects(path, read_changed(入会日="x"))
    assert len(read(path.read_bytes()).refused_rows) == 1


def test_without_refused_rows_there_is_a_header_alone(read_changed, rejects_of):
    assert sheet_of(rejects_of(read_changed())).max_row == 1
