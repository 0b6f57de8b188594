import time
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.member_list import AccountType, ContactRow, MandateRow, MandateStatus, read_member_list
from members.member_list.characters import is_blank
from members.member_list.columns import MEMBER_COLUMNS
from members.member_list.known_groups import KnownGroups
from members.member_list.refusal import CellRefused
from members.member_list.registered_members import NOBODY
from members.member_list.sheet import SheetRow, Table


def codes(reading):
    return [(cell.column, cell.code) for cell in reading.refused]


def accepted(reading):
    assert not reading.refused, [str(cell) for cell in reading.refused]
    (row,) = reading.accepted
    return row


def test_a_good_row_in_full(read_changed):
    row = accepted(read_changed())
    assert row.row_number == 2
    assert row.member_number == "S100001"
    assert row.corporate_number == "8181590830166"
    assert row.is_sole_proprietor is False
    assert row.corporation_name == row.corporation_name_as_written == "株式会社日の出プラスチック"
    assert row.corporation_name_kana == "ヒノデプラスチック"
    assert row.establishment_name == "本社工場"
    assert row.establishment_name_kana == "ホンシャコウジョウ"
    assert (row.postal_code, row.prefecture, row.address) == ("332-0012", "埼玉県", "川口市2-8-19")
    assert row.phone == "037-150-4622"
    assert row.contact == ContactRow("総務課", "soumu@m00001.example.jp")
    assert row.second_contact == ContactRow("工場長", "kojo@m00001.example.jp")
    assert row.billing_contact == ContactRow("経理課", "keiri@m00001.example.jp")
    assert row.industries == ("2651",)
    assert row.joined_on == date(2025, 8, 16)
    assert row.sme_discount is True
    assert row.group_discount is True
    assert row.group == "全国金属熱処理協議会"
    assert row.certificate_valid_until == date(2027, 3, 31)
    assert row.mandate_status is MandateStatus.READY
    assert row.mandate == MandateRow("0001", "003", AccountType.CURRENT, "5706306", "ｶ)ﾋﾉﾃﾞﾌﾟﾗｽﾁﾂｸ")


def test_only_the_required_cells(read, good_row):
    required = ["会員番号", "法人番号", "法人名", "事業所名", "メールアドレス1", "入会日"]
    assert list(MEMBER_COLUMNS.required) == required
    reading = read([required, [good_row[heading] for heading in required]])
    row = accepted(reading)
    assert (row.postal_code, row.prefecture, row.address, row.phone) == ("", "", "", "")
    assert row.contact == row.billing_contact == ContactRow("", "soumu@m00001.example.jp")
    assert row.second_contact is None
    assert row.industries == ()
    assert (row.sme_discount, row.group, row.certificate_valid_until) == (False, None, None)
    assert (row.mandate_status, row.mandate) == (MandateStatus.NONE, None)
    assert set(reading.absent_columns) == set(good_row) - set(required)
    assert "中小企業割引" in reading.remarks[0].text


@pytest.mark.parametrize(
    "heading", ["会員番号", "法人番号", "法人名", "事業所名", "メールアドレス1", "入会日"]
)
@pytest.mark.parametrize("blank", [None, " \u3000", "－"])
def test_a_required_cell_may_not_be_blank(read_changed, heading, blank):
    reading = read_changed(**{heading: blank})
    assert codes(reading) == [(heading, "missing")]
    assert reading.accepted == ()
    assert "入力してください" in reading.refused[0].reason


@pytest.mark.parametrize(
    ("heading", "value", "code"),
    [
        ("会員番号", "会員1", "not_a_member_number"),
        ("法人番号", "2181590830166", "check_digit"),
        ("法人番号", "123", "not_13_digits"),
        ("法人名", "旭" * 201, "too_long"),
        ("法人名", '=A1&"工業"', "formula"),
        ("法人名", "㈱" + "旭" * 199, "too_long"),
        ("法人名", "〃", "ditto"),
        ("事業所名", "同上", "ditto"),
        ("住所", "（上に同じ）", "ditto"),
        ("担当者2", "々", "ditto"),
        ("所属団体", "仝", "ditto"),
        ("法人名", "不明", "not_known"),
        ("請求書送付先", "未定", "not_known"),
        ("法人名カナ", "高橋", "not_kana"),
        ("個人事業主", "？", "not_yes_or_no"),
        ("事業所名カナ", "本社", "not_kana"),
        ("郵便番号", "33-0012", "not_7_digits"),
        ("都道府県", "埼玉市", "not_a_prefecture"),
        ("住所", "東京都大田区1-1", "not_in_the_prefecture"),
        ("住所", datetime(2001, 2, 3), "turned_into_date"),  # noqa: DTZ001  a spreadsheet's dates have no zone
        ("電話番号", "03-ABCD-5678", "not_a_phone_number"),
        ("メールアドレス1", "soumu(at)example", "not_an_address"),
        ("メールアドレス1", "a@b@example.jp", "not_an_address"),
        ("メールアドレス2", "kojo", "not_an_address"),
        ("請求書送付先メール", "keiri@", "not_an_address"),
        ("産業分類", "金属", "not_an_industry_code"),
        ("入会日", "2025年13月1日", "not_a_date"),
        ("入会日", "#N/A", "error_cell"),
        ("入会日", "########", "error_cell"),
        ("中小企業割引", "△", "not_yes_or_no"),
        ("正会員団体割引", "#REF!", "error_cell"),
        ("所属団体", None, "missing_though_group_discount_applies"),
        ("所属団体", "なし", "missing_though_group_discount_applies"),
        ("所属団体", "存在しない団体連合", "unknown"),
        ("会員証有効期限", "来年", "not_a_date"),
        ("振替口座", "廃止", "unknown"),
        ("銀行コード", "みずほ", "not_4_digits"),
        ("支店コード", "0003", "not_3_digits"),
        ("預金種目", "貯蓄", "unknown"),
        ("口座番号", "12345678", "not_7_digits"),
        ("口座名義", "株式会社旭", "not_zengin_kana"),
        ("銀行コード", None, "missing_though_mandate_is_ready"),
        ("口座番号", " ", "missing_though_mandate_is_ready"),
        ("口座名義", "-", "missing_though_mandate_is_ready"),
    ],
)
def test_one_wrong_cell_keeps_the_row_out(read_changed, heading, value, code):
    reading = read_changed(**{heading: value})
    assert codes(reading) == [(heading, code)]
    assert reading.accepted == ()
    assert reading.refused[0].row_number == 2
    assert reading.refused[0].reason.endswith("。")


def test_all_faults_of_a_row_are_told_at_once(read_changed):
    reading = read_changed(
        会員番号=None, 法人番号="1", メールアドレス1="x", 入会日="x", 口座番号="x", 銀行コード=None
    )
    assert codes(reading) == [
        ("会員番号", "missing"),
        ("法人番号", "not_13_digits"),
        ("メールアドレス1", "not_an_address"),
        ("入会日", "not_a_date"),
        ("口座番号", "not_7_digits"),
        ("銀行コード", "missing_though_mandate_is_ready"),
    ]


@pytest.mark.parametrize(("value", "shown"), [("12345678", "*****678"), (12345678, "*****678"), ("12", "**")])
def test_a_refused_account_number_shows_three_digits_at_most(read_changed, value, shown):
    reading = read_changed(口座番号=value, 銀行コード="x")
    cell = next((cell for cell in reading.refused if cell.column == "口座番号"), None)
    assert (cell is None) == (value == "12")
    assert cell is None or cell.value == shown
    assert str(value) not in repr(reading.refused)


@pytest.mark.parametrize("heading", ["振替口座", "銀行コード", "支店コード", "預金種目", "口座名義"])
def test_an_account_number_in_another_bank_column_is_masked_too(read_changed, heading):
    for value in ("5706306", "名義 5706306", "５７０−６３０６", 5706306):
        reading = read_changed(**{heading: value, "入会日": None})
        assert "06306" not in repr(reading.refused)
        assert "０−６３０６" not in repr(reading.refused)
    assert read_changed(銀行コード="みずほ").refused[0].value == "みずほ"


def test_refused_values_are_shown_as_the_sheet_shows_them(read_changed):
    reading = read_changed(
        入会日=datetime(1800 + 100, 1, 1),  # noqa: DTZ001
        電話番号=12345.0,
        郵便番号="a" * 100,
        都道府県="埼玉\n市",
    )
    assert {cell.column: cell.value for cell in reading.refused} == {
        "入会日": "1900-01-01",
        "電話番号": "12345",
        "郵便番号": "a" * 60 + "…",
        "都道府県": "埼玉 市",
    }
    assert str(reading.refused[-1]).startswith("2行目 入会日「1900-01-01」：")


# --- who the member is ----------------------------------------------------------------------------------


def test_a_sole_proprietor_has_no_corporate_number(read_changed):
    row = accepted(read_changed(個人事業主="○", 法人番号=None, 法人名="桜精機製作所"))
    assert (row.is_sole_proprietor, row.corporate_number) == (True, None)
    reading = read_changed(個人事業主="○")
    assert codes(reading) == [("法人番号", "given_though_sole_proprietor")]


def test_names_keep_old_kanji_and_have_their_legal_form_spelled_out(read_changed):
    row = accepted(read_changed(法人名="㈱𠮷田﨑髙"))
    assert (row.corporation_name, row.corporation_name_as_written) == ("株式会社𠮷田﨑髙", "㈱𠮷田﨑髙")


def test_a_member_number_twice_is_refused_the_second_time(read, rows_with):
    reading = read(rows_with({}, {"会員番号": "Ｓ１００００１"}, {"会員番号": "s100001"}, {}))
    assert codes(reading) == [("会員番号", "appears_twice")] * 2
    assert [cell.row_number for cell in reading.refused] == [3, 4]
    assert all("2行目" in cell.reason for cell in reading.refused)
    assert [row.row_number for row in reading.accepted] == [2, 5]


def test_a_member_number_is_taken_even_by_a_row_that_is_refused(read, rows_with):
    reading = read(rows_with({"入会日": None}, {"会員番号": "S100001"}))
    assert codes(reading) == [("入会日", "missing"), ("会員番号", "appears_twice")]


# --- where it is ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "written", "expected"),
    [
        ("埼玉県", "川口市1", ("埼玉県", "川口市1")),
        ("埼玉県", "埼玉県川口市1", ("埼玉県", "川口市1")),
        ("埼玉", "埼玉県 川口市1", ("埼玉県", "川口市1")),
        (None, "埼玉県川口市1", ("埼玉県", "川口市1")),
        (None, "川口市1", ("", "川口市1")),
        ("埼玉県", None, ("埼玉県", "")),
    ],
)
def test_the_prefecture_may_stand_in_the_address(read_changed, named, written, expected):
    row = accepted(read_changed(都道府県=named, 住所=written, 郵便番号=None))
    assert (row.prefecture, row.address) == expected


def test_a_lost_zero_of_a_postal_code_is_put_back_where_the_prefecture_agrees(read_changed):
    assert accepted(read_changed(郵便番号=10010, 都道府県="北海道")).postal_code == "001-0010"
    assert codes(read_changed(郵便番号=330012)) == [("郵便番号", "not_7_digits")]


# --- contacts -------------------------------------------------------------------------------------------


def test_a_second_contact_needs_an_address_and_no_name(read_changed):
    assert accepted(read_changed(担当者2=None)).second_contact == ContactRow("", "kojo@m00001.example.jp")
    reading = read_changed(メールアドレス2=None)
    assert accepted(reading).second_contact is None
    assert [remark.column for remark in reading.remarks] == ["担当者2"]
    assert accepted(read_changed(担当者2="－", メールアドレス2="なし")).second_contact is None


def test_bills_go_to_contact_1_where_no_other_address_is_given(read_changed):
    reading = read_changed(請求書送付先メール=None)
    assert accepted(reading).billing_contact == ContactRow("経理課", "soumu@m00001.example.jp")
    assert [remark.column for remark in reading.remarks] == ["請求書送付先"]
    row = accepted(read_changed(請求書送付先=None, 請求書送付先メール=None))
    assert row.billing_contact == row.contact


# --- discounts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["全国金属熱処理協議会", "存在しない団体連合"])
def test_a_group_without_the_discount_is_left_out_and_said_so(read_changed, group):
    reading = read_changed(正会員団体割引="無", 所属団体=group)
    row = accepted(reading)
    assert (row.group, row.group_discount, row.certificate_valid_until) == (None, False, None)
    assert [remark.column for remark in reading.remarks] == ["所属団体"]


@pytest.mark.parametrize(
    "written",
    [
        "全国金属熱処理協議会",
        " 全国金属熱処理協議会\u3000",
        "全国 金属熱処理 協議会",
        "（一社）全国金属熱処理協議会",
        "一般社団法人 全国金属熱処理協議会",
    ],
)
def test_a_group_is_known_however_it_is_written(read_changed, written):
    assert accepted(read_changed(所属団体=written)).group == "全国金属熱処理協議会"


def test_groups_are_matched_across_widths_and_long_vowels():
    groups = KnownGroups(["全国段ボール連絡会", "ＡＢＣ協会"])
    assert groups.named("全国段ﾎﾞ-ﾙ連絡会") == "全国段ボール連絡会"
    assert groups.named("全国段ボ－ル連絡会") == "全国段ボール連絡会"
    assert groups.named("abc協会") == "ＡＢＣ協会"


def test_of_groups_that_differ_in_their_legal_form_the_one_as_written_is_meant():
    groups = KnownGroups(["機械連合会", "一般社団法人機械連合会"])
    assert groups.named(" 機械連合会") == "機械連合会"
    assert groups.named("一般社団法人機械連合会") == "一般社団法人機械連合会"
    with pytest.raises(CellRefused) as refusal:
        groups.named("（一社）機械連合会")
    assert refusal.value.code == "ambiguous"
    assert "「機械連合会」「一般社団法人機械連合会」" in refusal.value.reason


def test_an_unknown_group_close_to_a_known_one_is_hinted_at(read_changed):
    assert (
        "「全国金属熱処理協議会」ではありませんか"
        in read_changed(所属団体="全国金属熱処協議会").refused[0].reason
    )


def test_without_any_group_known_the_reason_says_what_to_do_first(as_xlsx, rows_with):
    reading = read_member_list(as_xlsx(rows_with({})), known_groups=())
    assert "先に団体一覧を取り込んでください" in reading.refused[0].reason


def test_a_certificate_date_is_optional(read_changed):
    assert accepted(read_changed(会員証有効期限=None)).certificate_valid_until is None


# --- the mandate ----------------------------------------------------------------------------------------


def test_an_account_may_be_known_before_the_mandate_is_ready(read_changed):
    row = accepted(read_changed(振替口座="手続中"))
    assert (row.mandate_status, row.mandate.account_number) == (MandateStatus.PENDING, "5706306")


def test_half_an_account_is_left_out_and_said_so(read_changed):
    reading = read_changed(振替口座="手続中", 口座番号=None)
    assert accepted(reading).mandate is None
    assert [remark.column for remark in reading.remarks] == ["振替口座"]
    assert "口座番号" in reading.remarks[0].text


def test_a_wrong_account_is_refused_whatever_the_state(read_changed):
    assert codes(read_changed(振替口座="未登録", 口座番号="12345678")) == [("口座番号", "not_7_digits")]


def test_account_and_holder_stay_out_of_what_is_printed(read_changed):
    reading = read_changed()
    assert "5706306" not in repr(reading)
    assert "ﾋﾉﾃﾞﾌﾟﾗｽﾁﾂｸ" not in repr(reading)
    refused = read_changed(入会日=None)
    assert "5706306" not in repr(refused)


# --- the file as a whole --------------------------------------------------------------------------------


def test_text_and_workbook_give_the_same_rows(read, rows_with, as_csv):
    rows = rows_with({}, {"住所": "川口市\n1"}, {"入会日": "x"})
    from_workbook = read(rows)
    for encoding in ("utf-8", "utf-8-sig", "cp932"):
        from_text = read(as_csv(rows, encoding=encoding))
        assert from_text.accepted == from_workbook.accepted
        assert from_text.refused == from_workbook.refused


def test_unknown_columns_are_told(read, rows_with):
    rows = [[*row, "x"] for row in rows_with({})]
    rows[0][-1] = "担当メモ"
    reading = read(rows)
    assert reading.unknown_columns == ("担当メモ",)
    assert [str(remark) for remark in reading.remarks] == ["取り込まない列：担当メモ"]


ANY_CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.text(
        alphabet="0123456789-－ー/.年月日RHS令和平成元ｱｶﾞﾞﾟアガ@＠=#'株㈱()（）E+ \n\u3000\u3099", max_size=20
    ),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.sampled_from(["#N/A", "=1+1", "なし", "有", "無", "登録済", "普通", "会員番号", "個人事業主"]),
)


@settings(
    max_examples=400,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_whatever_a_cell_holds_the_row_is_accepted_or_refused(data, good_row):
    from members.member_list.rows import _read_row

    changed = data.draw(st.dictionaries(st.sampled_from(sorted(good_row)), ANY_CELL, min_size=1, max_size=29))
    header = tuple(good_row)
    table = Table(
        sheet="",
        header_row=1,
        header=header,
        columns={heading: position for position, heading in enumerate(header)},
        rows=(),
        blank_rows=(),
        unknown_columns=(),
        absent_columns=(),
    )
    row = SheetRow(2, tuple(changed.get(heading, good_row[heading]) for heading in header))
    member, refused, _remarks = _read_row(table, row, KnownGroups(["全国金属熱処理協議会"]), NOBODY, {})
    assert (member is None) == bool(refused)
    assert all(cell.reason and cell.code and cell.column in good_row for cell in refused)
    assert member is None or not any(
        is_blank(value) for value in (member.member_number, member.contact.email, member.corporation_name)
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=30), min_size=29, max_size=29))
def test_whatever_a_text_file_holds_it_is_read_through(values, rows_with, as_csv, read):
    rows = rows_with({})
    reading = read(as_csv([*rows, [value.replace("\0", "") for value in values], rows[1]]))
    assert len(reading.accepted) + len(reading.refused_rows) + len(reading.blank_rows) == 3


def test_twenty_thousand_rows_take_seconds(read, rows_with, as_csv):
    changes = [
        {"会員番号": f"S{number:06}", "メールアドレス1": f"a{number}@example.jp"} for number in range(20_000)
    ]
    content = as_csv(rows_with(*changes))
    began = time.process_time()
    assert len(read(content).accepted) == 20_000
    assert time.process_time() - began < 10
