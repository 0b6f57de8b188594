"""The secretariat's workbook: exactly the rows it expects to be refused are, and the messy ones come out right."""

import io
import json
import random
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from members.member_list import MandateStatus, read_industry_groups, read_member_list, write_rejects

REASONS = {
    "missing": "missing",
    "not_an_address": "not an address",
    "not_7_digits": "not 7 digits",
    "missing_though_group_discount_applies": "missing though the group discount applies",
    "check_digit": "check digit",
    "unknown": "unknown",
    "not_a_date": "not a date",
    "appears_twice": "appears twice in the file",
}


@pytest.fixture(scope="module")
def groups():
    return [group.name for group in read_industry_groups(_sample("groups.csv")).accepted]


@pytest.fixture(scope="module")
def expected():
    return json.loads(_sample("members_fy2026.expect.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def reading(groups):
    return read_member_list(_sample("members_fy2026.xlsx"), known_groups=groups)


@pytest.fixture(scope="module")
def sheet_rows():
    sheet = load_workbook(_sample("members_fy2026.xlsx")).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def _sample(name):
    return Path(__file__).parent / "samples" / name


def refusals(reading):
    refused: dict[str, list[str]] = {}
    for cell in reading.refused:
        refused.setdefault(str(cell.row_number), []).append(f"{cell.column}: {REASONS[cell.code]}")
    return refused


def test_where_the_list_is(reading, expected):
    assert (reading.sheet, reading.header_row) == (expected["sheet"], expected["header_row"])
    assert list(reading.blank_rows) == expected["blank_rows"]
    assert len(reading.accepted) + len(reading.refused_rows) == expected["rows"]
    assert (reading.unknown_columns, reading.absent_columns, reading.remarks) == ((), (), ())


def test_exactly_the_expected_rows_are_refused_for_the_expected_reasons(reading, expected):
    assert refusals(reading) == expected["refuse"]
    assert len(reading.accepted) == expected["accept"]


NORMALISED = {
    7: date(2025, 12, 27),
    8: ("0001", "030", "1351929"),
    29: False,
    40: "430-0926",
    44: "soumu@m00041.example.jp",
    55: "soumu@m00052.example.jp",
    58: True,
    59: date(2025, 10, 4),
    63: "031-147-4111",
    64: "471-0025",
    68: "キョウリツメッキコウギョウ",  # small kana from the corporation's other rows
    72: ("0001", "008", "0648131"),
    74: ("0001", "011", "3923886"),
    81: date(2025, 12, 19),
    87: "アオバメツキコウギヨウ",
    88: False,
    95: "097-389-6831",
    108: date(2025, 8, 14),
    112: "039-368-6846",
    119: date(2025, 10, 27),
    127: True,
    133: True,
    135: "802-0001",
    136: "アサヒホウセイ",
    141: date(2026, 3, 27),
    143: "071-399-6502",
    150: False,
    187: "soumu@m00183.example.jp",
    193: "コウヨウセイキ",
    209: date(2026, 7, 12),
    218: "210-0006",
    241: ("0001", "009", "0407549"),
    245: date(2025, 8, 4),
    247: "soumu@m00242.example.jp",
    250: "soumu@m00245.example.jp",
    251: date(2025, 9, 1),
    254: "038-983-8005",
    255: "043-360-9196",
    258: "soumu@m00253.example.jp",
    260: date(2025, 10, 20),
    264: "854-0016",
    266: date(2026, 3, 9),
    286: "038-988-3879",
    300: date(2025, 10, 28),
    305: ("0001", "015", "9944410"),
}
WHERE = {
    "short era date": lambda row: row.joined_on,
    "Japanese era date": lambda row: row.joined_on,
    "circle or cross": lambda row: row.sme_discount,
    "leading zeros lost by the spreadsheet": lambda row: (
        row.mandate.bank_code,
        row.mandate.branch_code,
        row.mandate.account_number,
    ),
    "half-width kana": lambda row: row.corporation_name_kana,
    "postal code full width without hyphen": lambda row: row.postal_code,
    "phone full width": lambda row: row.phone,
    "e-mail full width, blanks, capitals": lambda row: row.contact.email,
}


def test_messy_cells_come_out_right(reading, expected):
    rows = {row.row_number: row for row in reading.accepted}
    found = {int(number): WHERE[what](rows[int(number)]) for number, what in expected["normalise"].items()}
    assert found == NORMALISED


def test_names_keep_their_characters(reading):
    names = {row.corporation_name_as_written for row in reading.accepted}
    assert {"㈱𠮷田金属工業", "髙橋段ボール株式会社", "株式会社﨑山溶接"} <= names
    assert not any("㈱" in row.corporation_name for row in reading.accepted)


def test_sole_proprietors_and_mandates(reading):
    assert sum(row.is_sole_proprietor for row in reading.accepted) == 4
    assert {row.mandate_status for row in reading.accepted} == set(MandateStatus)
    assert all(
        (row.mandate is not None) == (row.mandate_status is MandateStatus.READY) for row in reading.accepted
    )


@pytest.mark.parametrize("seed", range(3))
def test_shuffled_columns_another_place_and_other_columns_change_nothing(
    reading, expected, sheet_rows, groups, as_xlsx, seed
):
    order = list(range(len(sheet_rows[0])))
    random.Random(seed).shuffle(order)
    body = [["備考", *(row[position] for position in order)] for row in sheet_rows[2:]]
    above = [["一覧"], []] + [[None]] * (7 * seed)
    content = as_xlsx([*above, *body], title=f"名簿{seed}")
    moved = read_member_list(content, known_groups=groups)
    shift = 7 * seed
    assert moved.header_row == 3 + shift
    assert {str(int(row) - shift): why for row, why in refusals(moved).items()} == expected["refuse"]
    assert [row.member_number for row in moved.accepted] == [row.member_number for row in reading.accepted]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_saved_as_text_it_reads_the_same(reading, expected, sheet_rows, groups, as_csv, encoding):
    rows = [["" if value is None else value for value in row] for row in sheet_rows]
    from_text = read_member_list(as_csv(rows, encoding=encoding), known_groups=groups)
    assert refusals(from_text) == expected["refuse"]
    assert from_text.accepted == reading.accepted


def test_saved_as_cp932_it_reads_the_same_but_for_what_cp932_lacks(
    reading, expected, sheet_rows, groups, as_csv
):
    rows = [["" if value is None else str(value).replace("𠮷", "吉") for value in row] for row in sheet_rows]
    from_text = read_member_list(as_csv(rows, encoding="cp932"), known_groups=groups)
    assert refusals(from_text) == expected["refuse"]
    assert len(from_text.accepted) == expected["accept"]


def test_the_rejects_mended_are_accepted(reading, groups):
    file = io.BytesIO()
    write_rejects(file, reading)
    workbook = load_workbook(file)
    sheet = workbook.active
    position = {cell.value: cell.column for cell in sheet[1]}
    right = {
        "メールアドレス1": "soumu@example.jp",
        "口座番号": "1234567",
        "所属団体": groups[0],
        "入会日": "2025年12月1日",
        "法人番号": "8181590830166",
    }
    for number in range(2, sheet.max_row + 1):
        for line in sheet.cell(number, position["理由"]).value.split("\n"):
            column = line.split("：")[0]
            sheet.cell(number, position[column]).value = right.get(column, f"S2{number:05}")
    workbook.save(file := io.BytesIO())
    again = read_member_list(file.getvalue(), known_groups=groups)
    assert again.refused == ()
    assert len(again.accepted) == len(reading.refused_rows) == 25
