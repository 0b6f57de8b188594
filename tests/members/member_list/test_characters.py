from datetime import UTC, date, datetime, time

import pytest

from members.member_list.characters import (
    code_text,
    full_width_kana,
    half_width_alphanumerics,
    hiragana,
    hyphens_between_digits,
    is_blank,
    katakana,
    large_kana,
    text_of,
    within,
)
from members.member_list.refusal import CellRefused


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        ("  総務課\u3000", "総務課"),
        ("総務課\n担当", "総務課 担当"),
        ("総務課_x000D_\n担当", "総務課 担当"),
        ("山田\u3000\u3000太郎", "山田 太郎"),
        ("山田\u00a0太郎", "山田 太郎"),
        ("総\u200b務\ufeff課\x07", "総務課"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("髙﨑𠮷㈱Ａ", "髙﨑𠮷㈱Ａ"),
        ("神福", "神福"),
        (100001, "100001"),
        (100001.0, "100001"),
        (1.5, "1.5"),
        (True, "TRUE"),
        ('="0012"', "0012"),
        ("'0012", "0012"),
        ("'=1+1", "=1+1"),
        ("bad\ud800", "bad"),
    ],
)
def test_the_text_of_a_cell(value, text):
    assert text_of(value) == text


@pytest.mark.parametrize("value", [date(2001, 2, 3), datetime(2001, 2, 3, tzinfo=UTC), time(1, 2)])
def test_a_date_is_not_taken_for_text(value):
    with pytest.raises(CellRefused) as refusal:
        text_of(value)
    assert refusal.value.code == "turned_into_date"


@pytest.mark.parametrize("value", [None, "", " ", "\u3000", "\n", "-", "－", "―", "ー", "--", " − "])
def test_blank(value):
    assert is_blank(value)


@pytest.mark.parametrize("value", [0, False, 0.0, "0", "×", "無", "-1", "ーっ"])
def test_not_blank(value):
    assert not is_blank(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Ｓ１０００５３", "S100053"),
        ("０３－１２３４－５６７８", "03-1234-5678"),
        ("03−1234―5678", "03-1234-5678"),
        ("03ー1234─5678", "03-1234-5678"),
        (53.0, "53"),
    ],
)
def test_codes_are_half_width(value, text):
    assert code_text(value) == text


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("ﾀﾞﾝﾎﾞ-ﾙ", "ダンボール"),
        ("ﾀﾞﾝﾎﾞｰﾙ", "ダンボール"),
        ("ﾊﾟﾋﾟﾌﾟ", "パピプ"),
        ("第2ｺｳｼﾞｮｳ", "第2コウジョウ"),
        ("髙橋ﾀﾞﾝﾎﾞ-ﾙ㈱", "髙橋ダンボール㈱"),
        ("ｴﾇ-2", "エヌ-2"),
        ("か\u3099", "が"),
        ("神", "神"),
        ("エヌ-ケイ", "エヌ-ケイ"),
        ("A-B", "A-B"),
    ],
)
def test_half_width_kana_becomes_full_width_and_nothing_else(text, full):
    assert full_width_kana(text) == full


@pytest.mark.parametrize(
    ("text", "kana"),
    [
        ("ﾀﾞﾝﾎﾞ-ﾙ", "ダンボール"),
        ("だんぼーる", "ダンボール"),
        ("ダンボ－ル", "ダンボール"),
        ("ダンボ―ル", "ダンボール"),
        ("ダンボ−ル", "ダンボール"),
        ("センター", "センター"),
        ("センタ-", "センター"),
        ("コウジョウ-2", "コウジョウ-2"),
        ("ＡＢＣセイキ", "ABCセイキ"),
        ("カ゛ス", "ガス"),
        ("ｷﾖｳﾘﾂ", "キヨウリツ"),
        ("ゔ", "ヴ"),
    ],
)
def test_katakana(text, kana):
    assert katakana(text) == kana


def test_hiragana():
    assert hiragana("ニホン ﾎｳｾｲ") == "にほん ほうせい"
    assert hiragana("ダンボール") == "だんぼーる"


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("２－８－１９", "２-８-１９"),
        ("2ー8−19", "2-8-19"),
        ("2 - 8", "2-8"),
        ("センター2", "センター2"),
        ("第1ービル", "第1ービル"),
        ("2‐8―19", "2-8-19"),
    ],
)
def test_dashes_between_digits_are_hyphens(text, mended):
    assert hyphens_between_digits(text) == mended


def test_half_width_alphanumerics_leave_the_rest():
    assert half_width_alphanumerics("Ａｚ０９（株）～㈱") == "Az09（株）～㈱"


def test_large_kana():
    assert large_kana("キョウリツヵ") == "キヨウリツカ"


def test_within_a_limit():
    assert within("あ" * 5, 5) == "あ" * 5
    with pytest.raises(CellRefused, match="6文字") as refusal:
        within("あ" * 6, 5)
    assert refusal.value.code == "too_long"
