import pytest

from members.member_list.columns import MEMBER_COLUMNS


@pytest.mark.parametrize(
    ("written", "heading"),
    [
        ("会員番号", "会員番号"),
        (" 会員\n番号 ", "会員番号"),
        ("会　員　番　号", "会員番号"),
        ("会員No.", "会員番号"),
        ("会員Ｎｏ", "会員番号"),
        ("会員№", "会員番号"),
        ("会員番号※", "会員番号"),
        ("【必須】会員番号", "会員番号"),
        ("会員番号（必須）", "会員番号"),
        ("法人番号（13桁）", "法人番号"),
        ("会社名", "法人名"),
        ("法人名（カナ）", "法人名カナ"),
        ("法人名フリガナ", "法人名カナ"),
        ("法人名(ﾌﾘｶﾞﾅ)", "法人名カナ"),
        ("法人名　ふりがな", "法人名カナ"),
        ("個人事業主（○×）", "個人事業主"),
        ("事業所（工場）名", "事業所名"),
        ("事業所名\n（ｶﾅ）", "事業所名カナ"),
        ("〒", "郵便番号"),
        ("事業所住所", "住所"),
        ("所在地", "住所"),
        ("TEL", "電話番号"),
        ("ＴＥＬ.", "電話番号"),
        ("メール1", "メールアドレス1"),
        ("メールアドレス１", "メールアドレス1"),
        ("メールアドレス①", "メールアドレス1"),
        ("ﾒｰﾙｱﾄﾞﾚｽ1", "メールアドレス1"),
        ("E-mail1", "メールアドレス1"),
        ("Ｅメール２", "メールアドレス2"),
        ("担当者2 メールアドレス", "メールアドレス2"),
        ("担当者１", "担当者1"),
        ("担当者名2", "担当者2"),
        ("請求書送付先（氏名）", "請求書送付先"),
        ("所在地（都道府県）", "都道府県"),
        ("電話番号（ハイフンあり・半角）", "電話番号"),
        ("入会日（yyyy/mm/dd）", "入会日"),
        ("住所（例：川口市2-8-19）", "住所"),
        ("請求書送付先メールアドレス", "請求書送付先メール"),
        ("請求先E-mail", "請求書送付先メール"),
        ("産業分類コード（;区切り）", "産業分類"),
        ("日本標準産業分類", "産業分類"),
        ("入会年月日", "入会日"),
        ("中小企業割引の有無", "中小企業割引"),
        ("正会員団体割引（有・無）", "正会員団体割引"),
        ("所属団体名", "所属団体"),
        ("会員証の有効期限", "会員証有効期限"),
        ("口座振替", "振替口座"),
        ("金融機関コード", "銀行コード"),
        ("店番", "支店コード"),
        ("口座種別", "預金種目"),
        ("口座No.", "口座番号"),
        ("口座名義（カナ）", "口座名義"),
    ],
)
def test_headings_are_known_as_people_write_them(written, heading):
    assert MEMBER_COLUMNS.recognise([written]) == {heading: 0}


@pytest.mark.parametrize(
    "written", ["備考", "更新日", "会員", "番号", "S100001", "", None, 3, "会員番号" * 50]
)
def test_other_cells_are_no_headings(written):
    assert MEMBER_COLUMNS.recognise([written]) == {}


def test_every_heading_means_one_column():
    names = [
        name for column in MEMBER_COLUMNS.columns for name in (column.heading, *column.other_headings.split())
    ]
    for column in MEMBER_COLUMNS.columns:
        for name in (column.heading, *column.other_headings.split()):
            assert MEMBER_COLUMNS.recognise([name]) == {column.heading: 0}, name
    assert len(names) == len(set(names))


def test_the_better_heading_for_a_column_has_it():
    assert MEMBER_COLUMNS.recognise(["TEL（半角）", "TEL", "電話番号"]) == {"電話番号": 2}
    assert MEMBER_COLUMNS.recognise(["電話番号（半角）", "TEL"]) == {"電話番号": 1}


@pytest.mark.parametrize(
    "written",
    [
        "会員番号（旧）",
        "法人名（旧社名）",
        "口座番号（変更前）",
        "電話番号（FAX）",
        "請求書送付先（郵便番号）",
        "請求書送付先（部署）",
        "担当者1（予備）",
        "担当者1（カナ）",
    ],
)
def test_what_brackets_say_of_whose_value_it_is_makes_another_column(written):
    assert MEMBER_COLUMNS.recognise([written]) == {}
    known = written.partition("（")[0]
    assert MEMBER_COLUMNS.recognise([written, known]) == {known: 1}


def test_the_name_of_an_industry_is_no_code():
    assert MEMBER_COLUMNS.recognise(["業種", "産業分類コード"]) == {"産業分類": 1}


def test_of_two_groups_the_one_that_is_meant_has_the_column():
    above, below = ["本社", None, "事業所"], ["住所", "電話", "住所"]
    headings = MEMBER_COLUMNS.two_rows_high(above, below)
    assert MEMBER_COLUMNS.recognise(headings) == {"電話番号": 1, "住所": 2}
