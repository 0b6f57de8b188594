import pytest

from fees.zengin.refusal import TextRefused
from fees.zengin.text import Alphabet, fitted, zengin_text

NAME, BANK, EDI = Alphabet.NAME, Alphabet.BANK_NAME, Alphabet.EDI


@pytest.mark.parametrize(
    ("alphabet", "text", "written"),
    [
        (NAME, "カブシキガイシャ　アサヒ", "ｶﾌﾞｼｷｶﾞｲｼﾔ ｱｻﾋ"),
        (NAME, "カ）テクノーワークス", "ｶ)ﾃｸﾉ-ﾜ-ｸｽ"),
        (NAME, "ｶ)ﾃｸﾉｰﾜｰｸｽ", "ｶ)ﾃｸﾉ-ﾜ-ｸｽ"),
        (NAME, "みなと・ぷれす", "ﾐﾅﾄ.ﾌﾟﾚｽ"),
        (NAME, "ヲグラ ヱビス ヰド", "ｵｸﾞﾗ ｴﾋﾞｽ ｲﾄﾞ"),
        (NAME, "ァィゥェォッャュョヮヵヶ", "ｱｲｳｴｵﾂﾔﾕﾖﾜｶｹ"),
        (NAME, "ｧｨｩｪｫｯｬｭｮ", "ｱｲｳｴｵﾂﾔﾕﾖ"),
        (NAME, "ヴァルブ", "ｳﾞｱﾙﾌﾞ"),
        (NAME, "カ\u3099ラス", "ｶﾞﾗｽ"),
        (NAME, "ａｂｃ－１２", "ABC-12"),
        (NAME, "abc", "ABC"),
        (BANK, "ミツビシＵＦＪ", "ﾐﾂﾋﾞｼUFJ"),
        (BANK, "０－１８", "0-18"),
        (EDI, "セイキュウ「ヲ」￥１００", "ｾｲｷﾕｳ｢ｦ｣¥100"),
    ],
)
def test_a_text_as_the_files_write_it(alphabet: Alphabet, text: str, written: str) -> None:
    assert zengin_text(text, alphabet) == written
    assert zengin_text(written, alphabet) == written


@pytest.mark.parametrize(
    ("alphabet", "text", "code", "sign"),
    [
        (NAME, "株式会社アサヒ", "not_permitted", "株"),
        (NAME, "アサヒ＆ミナト", "not_permitted", "&"),
        (NAME, "アサヒ、ミナト", "not_permitted", "､"),
        (NAME, "「アサヒ」", "not_permitted", "｢"),
        (BANK, "カ）アサヒ", "not_permitted", ")"),
        (BANK, "ミズホ ギンコウ", "not_permitted", " "),
        (EDI, "注文", "not_permitted", "注"),
        (NAME, "　 ", "empty", ""),
    ],
)
def test_what_cannot_be_written_is_refused_with_its_sign(
    alphabet: Alphabet, text: str, code: str, sign: str
) -> None:
    with pytest.raises(TextRefused) as refusal:
        zengin_text(text, alphabet)
    assert refusal.value.code == code
    assert sign in refusal.value.reason


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("ｶﾞﾗｽ", 4, "ｶﾞﾗｽ"),
        ("ｶﾞﾗｽ", 3, "ｶﾞﾗ"),
        ("ｱｶﾞ", 2, "ｱ"),
        ("ｶﾞ", 1, ""),
        ("ｱｲ ｳ", 3, "ｱｲ"),
    ],
)
def test_a_voiced_mark_is_never_cut_from_its_kana(text: str, width: int, cut: str) -> None:
    assert fitted(text, width) == cut
