import pytest

from members.member_list.names import company_name, contact_name, name_as_written, reading
from members.member_list.refusal import CellRefused


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("㈱明和プラスチック", "株式会社明和プラスチック"),
        ("明和㈲", "明和有限会社"),
        ("（株）髙橋", "株式会社髙橋"),
        ("(株)﨑山", "株式会社﨑山"),
        ("𠮷田( 有 )", "𠮷田有限会社"),
        ("（同）旭", "合同会社旭"),
        ("㈾旭", "合資会社旭"),
        ("ＡＢＣ株式会社", "ＡＢＣ株式会社"),
        ("髙橋ﾀﾞﾝﾎﾞ-ﾙ株式会社", "髙橋ダンボール株式会社"),
        (" 株式会社\u3000旭 ", "株式会社 旭"),
        ("株式会社旭（東京）", "株式会社旭（東京）"),
        ("有限会社旭", "有限会社旭"),
        (3, "3"),
    ],
)
def test_company_names_keep_their_characters(value, name):
    assert company_name(value) == name


def test_a_name_as_written_keeps_the_abbreviation():
    assert name_as_written(" ㈱𠮷田ﾎｳｾｲ ") == "㈱𠮷田ホウセイ"


def test_contact_names():
    assert contact_name("山田\u3000太郎") == "山田 太郎"


@pytest.mark.parametrize(
    ("value", "kana"),
    [
        ("タカハシダンボール", "タカハシダンボール"),
        ("ﾀｶﾊｼﾀﾞﾝﾎﾞ-ﾙ", "タカハシダンボール"),
        ("たかはしだんぼーる", "タカハシダンボール"),
        ("ABCセイキ", "ABCセイキ"),
        ("ダイ２コウジョウ", "ダイ2コウジョウ"),
        ("㈱ヒノデ", "カブシキガイシャヒノデ"),
        ("ヒノデ（株）", "ヒノデカブシキガイシャ"),
        ("ヒノデ・アサヒ", "ヒノデ・アサヒ"),
        ("ｶ)ﾋﾉﾃﾞ", "カ)ヒノデ"),
        *((f"ヒノデ{dash}２", "ヒノデ-2") for dash in "-‐‑‒–—―−─━﹣－"),
    ],
)
def test_readings(value, kana):
    assert reading(value) == kana


@pytest.mark.parametrize("value", ["高橋", "タカハシ段ボール", "タカハシ★", "ヒノデ株"])
def test_a_reading_with_kanji_is_refused(value):
    with pytest.raises(CellRefused) as refusal:
        reading(value)
    assert refusal.value.code == "not_kana"


def test_names_fit_their_columns():
    assert len(company_name("旭" * 200)) == 200
    for too_long in ("旭" * 201, "㈱" + "旭" * 197):
        with pytest.raises(CellRefused) as refusal:
            company_name(too_long)
        assert refusal.value.code == "too_long"
    with pytest.raises(CellRefused):
        name_as_written("㈱" + "旭" * 197)
    with pytest.raises(CellRefused):
        contact_name("旭" * 101)
