"""``import_groups`` and ``import_members`` on the secretariat's sample workbook."""

import json
import os
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from discounts.models import IndustryGroup
from fiscal_calendar.fiscal_year import FiscalYear
from fiscal_calendar.tokyo import day_of
from members.models import Contact, Corporation, Establishment

SAMPLES = Path(__file__).parents[2] / "members" / "member_list" / "samples"
EXPECTED = json.loads((SAMPLES / "members_fy2026.expect.json").read_text())


def run(command: str, *args, **options) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def groups(db):
    run("import_groups", SAMPLES / "groups.csv")


def test_groups_are_registered_once(groups):
    assert IndustryGroup.objects.count() == 12
    assert "追加 0、変更 0、変更なし 12" in run("import_groups", SAMPLES / "groups.csv")


def test_the_sample_refuses_exactly_the_expected_rows(groups, tmp_path):
    out = run("import_members", SAMPLES / "members_fy2026.xlsx", rejects=tmp_path / "rejects.xlsx")
    assert Establishment.objects.count() == EXPECTED["accept"]
    refused = {
        line.split("行目")[0].split()[-1]
        for line in out.splitlines()
        if "取り込めない " in line and "行目 " in line
    }
    assert refused - {"見出しは3"} == set(EXPECTED["refuse"])
    rejects = openpyxl.load_workbook(tmp_path / "rejects.xlsx").active
    assert rejects.max_row - 1 == len(EXPECTED["refuse"])


def test_importing_the_sample_twice_changes_nothing(groups):
    run("import_members", SAMPLES / "members_fy2026.xlsx")
    again = run("import_members", SAMPLES / "members_fy2026.xlsx")
    assert f"追加 0、変更 0、変更なし {EXPECTED['accept']}" in again


def test_a_dry_run_writes_nothing(groups, tmp_path):
    out = run(
        "import_members", SAMPLES / "members_fy2026.xlsx", dry_run=True, rejects=tmp_path / "rejects.xlsx"
    )
    assert f"追加 {EXPECTED['accept']}" in out
    assert Establishment.objects.count() == 0
    assert not (tmp_path / "rejects.xlsx").exists()


def test_mended_rejects_can_be_imported_again(groups, tmp_path):
    path = tmp_path / "rejects.xlsx"
    run("import_members", SAMPLES / "members_fy2026.xlsx", rejects=path)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    header = next(row for row in sheet.iter_rows(max_row=5) if any(cell.value == "会員番号" for cell in row))
    column = {cell.value: cell.column for cell in header}
    mended = next(
        row[0].row
        for row in sheet.iter_rows(min_row=header[0].row + 1)
        if sheet.cell(row[0].row, column["メールアドレス1"]).value == "soumu(at)example"
    )
    sheet.cell(mended, column["メールアドレス1"]).value = "soumu@mended.example.jp"
    book.save(path)
    assert "追加 1、" in run("import_members", path)


def test_a_file_that_is_no_list_is_refused_with_a_reason(db, tmp_path):
    path = tmp_path / "notes.csv"
    path.write_text("今日は晴れ\n")
    with pytest.raises(CommandError, match="見出し"):
        run("import_members", path)


def test_a_file_that_does_not_exist_is_refused(db, tmp_path):
    with pytest.raises(CommandError):
        run("import_members", tmp_path / "nowhere.xlsx")


def test_rejects_that_nobody_mended_change_nothing(groups, tmp_path):
    path = tmp_path / "rejects.xlsx"
    run("import_members", SAMPLES / "members_fy2026.xlsx", rejects=path)
    tables = (Establishment, Corporation, Contact)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    again = run("import_members", path)
    assert f"追加 0、変更 0、変更なし 0。取り込めない行 {len(EXPECTED['refuse'])}。" in again
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


@pytest.mark.parametrize("place", ["nowhere/rejects.xlsx", "."], ids=["no such folder", "a folder"])
def test_nothing_is_stored_where_the_rejects_cannot_be_written(groups, tmp_path, place):
    with pytest.raises(CommandError, match="何も取り込みませんでした"):
        run("import_members", SAMPLES / "members_fy2026.xlsx", rejects=tmp_path / place)
    assert Establishment.objects.count() == 0


def test_nobody_has_to_read_the_report_to_its_end(groups, tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as out:
        call_command(
            "import_members",
            SAMPLES / "members_fy2026.xlsx",
            rejects=tmp_path / "rejects.xlsx",
            stdout=out,
        )
    assert Establishment.objects.count() == EXPECTED["accept"]
    assert openpyxl.load_workbook(tmp_path / "rejects.xlsx").active.max_row - 1 == len(EXPECTED["refuse"])


@pytest.mark.parametrize(("years", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_the_fiscal_year_is_this_one_or_next_to_it(groups, years, accepted):
    wanted = FiscalYear.from_date(day_of(timezone.now())).year + years
    if accepted:
        assert "追加" in run(
            "import_members", SAMPLES / "members_fy2026.xlsx", fiscal_year=wanted, dry_run=True
        )
        return
    with pytest.raises(CommandError, match="までの年度を指定してください"):
        run("import_members", SAMPLES / "members_fy2026.xlsx", fiscal_year=wanted)
    assert Establishment.objects.count() == 0


@pytest.mark.parametrize("year", [0, 99999])
def test_no_fiscal_year_out_of_this_world(groups, year):
    with pytest.raises(CommandError, match=f"--fiscal-year {year} は指定できません"):
        run("import_members", SAMPLES / "members_fy2026.xlsx", fiscal_year=year)


def test_the_rejects_do_not_take_the_place_of_the_list(groups, tmp_path):
    path = tmp_path / "members.xlsx"
    path.write_bytes((SAMPLES / "members_fy2026.xlsx").read_bytes())
    with pytest.raises(CommandError, match="別のファイル"):
        run("import_members", path, rejects=tmp_path / ".." / tmp_path.name / "members.xlsx")
    assert path.read_bytes() == (SAMPLES / "members_fy2026.xlsx").read_bytes()
    assert Establishment.objects.count() == 0


def test_of_several_lists_one_is_chosen_by_its_sheet(groups, tmp_path):
    path = tmp_path / "members.xlsx"
    book = openpyxl.load_workbook(SAMPLES / "members_fy2026.xlsx")
    book.copy_worksheet(book.active).title = "退会者"
    book.save(path)
    with pytest.raises(CommandError, match="2枚あります"):
        run("import_members", path)
    out = run("import_members", path, sheet=book.active.title)
    assert f"追加 {EXPECTED['accept']}" in out


def test_a_group_under_another_spelling_is_not_registered_again(groups, tmp_path):
    path = tmp_path / "groups.csv"
    path.write_text("団体名,証明書類\n一般社団法人日本機械加工団体連合会,会員証\n", encoding="utf-8")
    assert "追加 0、変更 0、変更なし 0。取り込めない項目 1。" in run("import_groups", path)
    assert IndustryGroup.objects.count() == 12
