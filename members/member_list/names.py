"""Names: corporations, establishments, people, and their readings. Each function takes a cell's value and
returns text, or raises ``CellRefused``."""

import re

from members.member_list.characters import DASHES, full_width_kana, katakana, text_of, within
from members.member_list.refusal import CellRefused, CellValue

NAME_LIMIT = 200
CONTACT_NAME_LIMIT = 100

_ABBREVIATIONS = {
    "㈱": "株式会社",
    "㈲": "有限会社",
    "㈴": "合名会社",
    "㈾": "合資会社",
    "株": "株式会社",
    "有": "有限会社",
    "同": "合同会社",
}
_ABBREVIATION = re.compile(r"㈱|㈲|㈴|㈾|[（(]\s*([株有同])\s*[）)]")
_READINGS = {
    "株式会社": "カブシキガイシャ",
    "有限会社": "ユウゲンガイシャ",
    "合同会社": "ゴウドウガイシャ",
    "合資会社": "ゴウシガイシャ",
    "合名会社": "ゴウメイガイシャ",
}
# Those that ``katakana`` has left are no long vowels.
_DASH = re.compile(f"[{re.escape(DASHES.replace('ー', ''))}]")
LEGAL_FORMS = tuple(_READINGS)
_NOT_IN_A_READING = re.compile(r"[^ァ-ヺーヽヾ・･0-9A-Za-z ().,'&/「」\-]")


def name_as_written(value: CellValue) -> str:
    """A name exactly as the secretariat writes it, but for what nobody writes on purpose: blanks at the
    ends or in a row, half-width kana. 髙, 﨑, 𠮷, ㈱ and full-width letters stay: NFKC would spoil them.

    Raises ``CellRefused`` (``too_long``) also where it is too long once the legal form is spelled out.
    """
    name = full_width_kana(text_of(value))
    within(spell_out_legal_form(name), NAME_LIMIT)
    return within(name, NAME_LIMIT)


def company_name(value: CellValue) -> str:
    """A name as letters and mails show it: as written, with the legal form spelled out (㈱, （株） →
    株式会社).

    ㈱ says nothing but 株式会社, a letter to the company has to spell it out, and a search for 株式会社 has
    to find it. No other character of the name is ours to change.
    """
    return spell_out_legal_form(name_as_written(value))


def spell_out_legal_form(name: str) -> str:
    """㈱, （株）, (株) → 株式会社, and the like for 有限会社, 合同会社, 合名会社, 合資会社."""
    return _ABBREVIATION.sub(lambda found: _ABBREVIATIONS[found[1] or found[0]], name)


def contact_name(value: CellValue) -> str:
    """A person or a department, as written."""
    return within(full_width_kana(text_of(value)), CONTACT_NAME_LIMIT)


def reading(value: CellValue) -> str:
    """A name's reading in full-width katakana (from half width or hiragana too).

    Small kana cannot be told from large ones once a machine has dropped them: ｷﾖｳﾘﾂ becomes キヨウリツ, not
    キョウリツ (see ``corporations``). Raises ``CellRefused`` (``not_kana``) for kanji: it is the wrong
    cell, and the reading is what lists are sorted by.
    """
    name = _DASH.sub("-", katakana(spell_out_legal_form(text_of(value))))
    for form, form_reading in _READINGS.items():
        name = name.replace(form, form_reading)
    if _NOT_IN_A_READING.search(name):
        raise CellRefused("not_kana", "カナではない文字があります。全角カタカナで入力してください。")
    return within(name, NAME_LIMIT)
