"""Characters as Japanese offices type them: widths, kana, hyphens, blanks. Values in, values out.

NFKC is the wrong tool for names: it turns ㈱ into (株) and swaps some of the old forms of kanji for their
modern ones. So names are touched only where the rule is named here; NFKC serves codes, kana and addresses
of the mail kind.
"""

import re
import unicodedata
from datetime import date, time, timedelta
from math import isfinite

from members.member_list.refusal import CellRefused, CellValue

# Whatever people type for a hyphen: hyphens and dashes, the minus sign, the ruled line, the long vowel mark.
DASHES = "-‐‑‒–—―−─━﹣－ーｰ˗⁃"
_DASH_CLASS = f"[{re.escape(DASHES)}]"
_ONLY_DASHES = re.compile(rf"{_DASH_CLASS}+")
_DASH_BETWEEN_DIGITS = re.compile(rf"(?<=[0-9０-９])\s*{_DASH_CLASS}\s*(?=[0-9０-９])")
_DASH = re.compile(_DASH_CLASS)
_KANA = "ァ-ヺ"
_DASH_AFTER_KANA = re.compile(rf"(?<=[{_KANA}ー]){_DASH_CLASS}(?![0-9A-Za-z])")
_HALF_KANA = re.compile("[ｦ-ﾟ]")
_HALF_KANA_RUN = re.compile("[ｦ-ﾟ]+")
_LONG_VOWEL_IN_HALF_KANA = re.compile("(?<=[ｦ-ﾟ])-(?![0-9A-Za-z])")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_EXCEL_ESCAPE = re.compile(r"_x000[Dd]_")
_UNTIDY = re.compile(rf"^[\s'=]|\s$|\s\s|[^\S ]|_x000|[\ud800-\udfff]|{_INVISIBLE.pattern}")
_BLANKS = re.compile(r"\s+")
_APOSTROPHE_OF_EXCEL = re.compile(r"'(?=[-=+@0-9０-９])")
_CSV_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_MARK_AFTER_KANA = re.compile("[ぁ-ヿ][\u3099\u309a]")
_SPACING_MARKS = str.maketrans({"゛": "\u3099", "゜": "\u309a"})
_FULL_WIDTH_ALPHANUMERIC = {
    code: code - 0xFEE0
    for first, last in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
    for code in range(first, last + 1)
}
_TO_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_TO_HIRAGANA = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
_TO_LARGE_KANA = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
# Old forms of kanji that offices write for the new ones and back.
_NEW_FORMS = str.maketrans(
    "髙﨑𠮷德濵濱邉邊齋齊澤嶋嶌廣瀨眞惠國榮櫻藏會證數號總圓學鐵條壽關萬寶實淺靜豐莊團應來與淸龍瀧冨舘嶽檜薗",
    "高崎吉徳浜浜辺辺斎斉沢島島広瀬真恵国栄桜蔵会証数号総円学鉄条寿関万宝実浅静豊荘団応来与清竜滝富館岳桧園",
)


def text_of(value: CellValue) -> str:
    """The text a person sees in the cell: ends trimmed, runs of blanks (also full-width ones and line
    breaks) made one, invisible characters dropped. Whole numbers lose the ``.0`` that spreadsheets give
    them.

    Raises ``CellRefused`` (``turned_into_date``) for a date: a spreadsheet makes one out of 1-2-3.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return _tidy(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date | time | timedelta):
        raise CellRefused(
            "turned_into_date",
            "表計算ソフトが値を日付や時刻に変えています。"
            "セルの書式を「文字列」にして、元の値を入力し直してください。",
        )
    if isinstance(value, float) and isfinite(value) and value.is_integer():
        return str(int(value))
    return str(value)


def _tidy(text: str) -> str:
    if text.isalnum() or not _UNTIDY.search(text):
        return text
    text = _EXCEL_ESCAPE.sub("\n", text)
    text = _LONE_SURROGATE.sub("", _INVISIBLE.sub("", text))
    text = _BLANKS.sub(" ", text).strip()
    if quoted := _CSV_TEXT_FORMULA.fullmatch(text):
        text = quoted[1].strip()
    return _APOSTROPHE_OF_EXCEL.sub("", text, count=1) if text.startswith("'") else text


def is_blank(value: CellValue) -> bool:
    """Nothing, blanks, or only dashes, which offices write for "none"."""
    if value is None:
        return True
    if not isinstance(value, str):
        return False
    if value and value[0].isalnum() and value[0] not in DASHES:
        return False
    text = _tidy(value)
    return not text or _ONLY_DASHES.fullmatch(text) is not None


def code_text(value: CellValue) -> str:
    """Text of a code, number or address of a mail: half width, no blanks at the ends, every dash a hyphen."""
    text = text_of(value)
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", _DASH.sub("-", text)).strip()


def is_number(value: CellValue) -> bool:
    """A number cell, whose leading zeros a spreadsheet has eaten."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def full_width_kana(text: str) -> str:
    """Half-width katakana made full width, the half-width ``-`` after it being the long vowel mark; kana
    whose voiced mark is a character of its own put together. All else stays as it is."""
    if _HALF_KANA.search(text):
        text = _LONG_VOWEL_IN_HALF_KANA.sub("ｰ", text)
        text = _HALF_KANA_RUN.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
    return _MARK_AFTER_KANA.sub(lambda pair: unicodedata.normalize("NFC", pair[0]), text)


def hyphens_between_digits(text: str) -> str:
    """Every kind of dash between two digits made ``-``: ２ー８－１９ → ２-８-１９."""
    return _DASH_BETWEEN_DIGITS.sub("-", text)


def half_width_alphanumerics(text: str) -> str:
    """Full-width digits and Latin letters made half width; nothing else changes."""
    return text.translate(_FULL_WIDTH_ALPHANUMERIC)


def katakana(text: str) -> str:
    """The text in full-width katakana where it is kana, half width where it is Latin; a dash of any kind
    after kana is the long vowel mark, unless a digit or letter follows."""
    text = unicodedata.normalize("NFKC", text.translate(_SPACING_MARKS)).translate(_TO_KATAKANA)
    return _DASH_AFTER_KANA.sub("ー", text)


def hiragana(text: str) -> str:
    """The text with its kana in hiragana, otherwise as ``katakana`` leaves it."""
    return katakana(text).translate(_TO_HIRAGANA)


def large_kana(text: str) -> str:
    """Katakana without small kana, as banks and old machines write it."""
    return text.translate(_TO_LARGE_KANA)


def new_kanji(text: str) -> str:
    """Old forms of kanji (髙, 﨑, 邊, 國, 會) in the new ones, for comparing; never for showing."""
    return text.translate(_NEW_FORMS)


def within(text: str, limit: int) -> str:
    """``text``; raises ``CellRefused`` (``too_long``) beyond ``limit`` characters."""
    if len(text) > limit:
        raise CellRefused("too_long", f"長すぎます（{len(text)}文字）。{limit}文字以内にしてください。")
    return text
