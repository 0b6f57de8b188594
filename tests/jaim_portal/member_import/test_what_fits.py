"""Half a group, half an account, another name, a leaver: what an import keeps as it is registered, or refuses."""

from datetime import date

import pytest

from audit.models import AuditEvent
from discounts.models import AppliedDiscounts
from fees.models import DebitMandate
from members.models import Corporation, Establishment
from tests.jaim_portal.member_import.test_importing import (
    HEADINGS,
    ROW,
    SOLE,
    bring_in,
    effects,
    groups,  # noqa: F401  a fixture
)

pytestmark = pytest.mark.usefixtures("groups")


def without(*lacking):
    return [heading for heading in HEADINGS if heading not in lacking]


@pytest.mark.parametrize("lacking", ["正会員団体割引", "所属団体"])
@pytest.mark.parametrize("change", [{}, {"正会員団体割引": "無"}, {"所属団体": "日本樹脂成形工業連合"}])
def test_half_of_the_group_columns_changes_no_group(lacking, change):
    bring_in(ROW)
    report = bring_in(ROW | change, headings=without(lacking))
    assert effects(report) == (0, 0, 1)
    assert AppliedDiscounts.objects.get().group.name == "全国金属熱処理協議会"
    assert f"「{lacking}」の列がないため、登録済みの会員の" in str(report.reading.remarks[1])


def test_a_new_member_needs_both_group_columns():
    report = bring_in(ROW, headings=without("所属団体"))
    assert [cell.code for cell in report.reading.refused] == ["missing_though_group_discount_applies"]
    report = bring_in(ROW, headings=without("正会員団体割引"))
    assert effects(report) == (1, 0, 0)
    assert AppliedDiscounts.objects.get().certificate_valid_until is None
    assert "正会員団体割引の列がないため" in str(report.reading.remarks[-1])


def test_the_date_of_a_certificate_alone_is_brought_up_to_date():
    bring_in(ROW)
    headings = without("正会員団体割引", "所属団体")
    assert effects(bring_in(ROW | {"会員証有効期限": "2028-03-31"}, headings=headings)) == (0, 1, 0)
    assert AppliedDiscounts.objects.get().certificate_valid_until == date(2028, 3, 31)


BANK = ("銀行コード", "支店コード", "預金種目", "口座番号", "口座名義")


@pytest.mark.parametrize("lacking", [("口座名義",), ("振替口座", "口座名義"), BANK, ("振替口座", *BANK)])
@pytest.mark.parametrize("change", [{}, {"銀行コード": 9}, {"口座番号": None}])
def test_part_of_the_bank_columns_changes_no_account(lacking, change):
    bring_in(ROW)
    assert effects(bring_in(ROW | change, headings=without(*lacking))) == (0, 0, 1)
    mandate = DebitMandate.objects.get()
    assert (mandate.status, mandate.bank_code, mandate.account_number) == ("ready", "0001", "0351929")


def test_a_pending_mandate_keeps_its_account_too():
    bring_in(ROW | {"振替口座": "手続中"})
    report = bring_in(ROW | {"振替口座": "登録済"}, headings=without("口座名義"))
    assert [str(change) for change in report.changed[0].changes] == ["振替口座：手続中 → 登録済"]
    assert DebitMandate.objects.get().account_number == "0351929"


@pytest.mark.parametrize(
    ("registered", "listed", "lacking", "missing"),
    [
        (None, {}, ["口座名義"], "口座名義の列がありません"),
        ({"振替口座": "未登録", **dict.fromkeys(BANK)}, {}, ["口座名義"], "口座名義の列がありません"),
        ({}, {"口座名義": None}, ["振替口座"], "口座名義が空です"),
    ],
    ids=["a new member", "no account registered", "ready as registered"],
)
def test_a_mandate_never_becomes_ready_without_its_account(registered, listed, lacking, missing):
    if registered is not None:
        bring_in(ROW | registered)
    report = bring_in(ROW | listed, headings=without(*lacking))
    assert effects(report) == (0, 0, 0)
    (cell,) = report.reading.refused
    assert (cell.column, cell.code) == ("口座名義", "missing_though_mandate_is_ready")
    assert missing in cell.reason


def test_a_list_without_the_column_leaves_sole_proprietors_what_they_are():
    bring_in(SOLE)
    assert effects(bring_in(SOLE, headings=without("個人事業主"))) == (0, 0, 1)
    report = bring_in(SOLE | {"会員番号": "S100003"}, headings=without("個人事業主"))
    assert [(cell.column, cell.code) for cell in report.reading.refused] == [("法人番号", "missing")]


def test_one_row_does_not_rename_a_corporation():
    bring_in(ROW, ROW | {"会員番号": "S100009"})
    slip = ROW | {"会員番号": "S100010", "法人名": "旭工業㈱"}
    for rows in ([slip], [ROW | {"法人名": "旭工業㈱"}], [slip, slip | {"会員番号": "S100011"}, ROW]):
        report = bring_in(*rows)
        assert report.added == report.changed == []
        assert {cell.code for cell in report.reading.refused} == {"corporation_has_another_name"}
    assert "「株式会社日の出プラスチック」として登録されています" in report.reading.refused[0].reason
    assert Corporation.objects.get().name == "株式会社日の出プラスチック"


def test_a_corporation_spelled_anew_is_told_for_all_its_members():
    bring_in(ROW, ROW | {"会員番号": "S100009"}, ROW | {"会員番号": "S100010"})
    anew = {"法人名": "日の出プラスチック㈲", "法人名カナ": "ヒノデ"}
    report = bring_in(ROW | anew, ROW | anew | {"会員番号": "S100011"})
    assert effects(report) == (1, 1, 0)
    (remark,) = (remark for remark in report.reading.remarks if remark.row_number)
    assert (
        "法人名：株式会社日の出プラスチック → 日の出プラスチック有限会社、"
        "法人名カナ：ヒノデプラスチック → ヒノデ。同じ法人の会員（S100009、S100010）でも変わります。"
    ) in remark.text
    corporation = Corporation.objects.get()
    assert (corporation.name, corporation.name_kana) == ("日の出プラスチック有限会社", "ヒノデ")
    event = AuditEvent.objects.get(verb="corporation.import_changed")
    assert (event.subject, event.details) == (
        f"corporation:{corporation.pk}",
        {"columns": ["法人名", "法人名カナ"]},
    )
    assert effects(bring_in(ROW | anew, ROW | anew | {"会員番号": "S100011"})) == (0, 0, 2)


def test_a_reading_is_emptied_by_an_empty_cell_and_kept_without_the_column():
    bring_in(ROW)
    new = ROW | {"会員番号": "S100009"}
    assert effects(bring_in(ROW, new, headings=without("法人名カナ"))) == (1, 0, 1)
    assert Corporation.objects.get().name_kana == "ヒノデプラスチック"
    emptied = {"法人名カナ": None}
    assert effects(bring_in(ROW | emptied, new | emptied)) == (0, 2, 0)
    assert Corporation.objects.get().name_kana == ""
    assert effects(bring_in(ROW | emptied, new | emptied)) == (0, 0, 2)


@pytest.mark.parametrize(
    ("left_on", "joined_on", "refused"),
    [
        (date(2026, 11, 19), "2025-08-16", [("会員番号", "has_left")]),
        (date(2026, 11, 19), "2026-11-20", [("会員番号", "has_left")]),
        (date(2026, 11, 20), "2025-08-16", []),
        (date(2027, 3, 31), "2027-04-01", [("入会日", "joins_after_leaving")]),
    ],
    ids=["has left", "rejoins", "last day", "joins after leaving"],
)
def test_an_import_brings_nobody_back(left_on, joined_on, refused):
    bring_in(ROW)
    Establishment.objects.update(left_on=left_on)
    report = bring_in(ROW | {"入会日": joined_on, "電話番号": "03-9999-8888"}, SOLE)
    assert [(cell.column, cell.code) for cell in report.reading.refused] == refused
    assert effects(report) == (1, 0 if refused else 1, 0)


@pytest.mark.parametrize(
    ("written", "comes_in"),
    [
        ("2026-03-31", False),
        ("R8.3.31", False),
        ("退会", False),
        (None, True),
        ("－", True),
        ("在籍中", True),
    ],
)
def test_whoever_has_a_day_of_leaving_in_the_list_does_not_come_in(written, comes_in):
    report = bring_in(ROW | {"退会年月日": written}, headings=[*HEADINGS, "退会年月日"])
    assert effects(report) == (int(comes_in), 0, 0)
    assert [(cell.column, cell.code) for cell in report.reading.refused] == (
        [] if comes_in else [("退会日", "has_left")]
    )
