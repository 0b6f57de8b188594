"""Texts in the alphabet of the files: half-width kana, digits, Latin capitals and few signs.

Source: 全銀協規定形式, 使用文字. A voiced mark is a byte of its own, the long vowel mark is written '-', there are no
small kana, and ｦ and ¥ ｢ ｣ belong to EDI alone. Names allow ``( ) - .`` and blanks, bank and branch names only '-'.
"""

import re
from enum import Enum

import jaconv

from fees.zengin.refusal import TextRefused
from members.member_list.characters import DASHES, katakana, large_kana

_DASH = re.compile(f"[{re.escape(DASHES)}]")
_BASIC = "ｱ-ﾝﾞﾟ0-9A-Z"
_VOICED_MARKS = "ﾞﾟ"


class Alphabet(Enum):
    """The kinds of text: what is not permitted in each, and what is, in words."""

    NAME = re.compile(rf"[^{_BASIC} ().\-]"), "カナ・英数字・空白・「( ) - .」"
    BANK_NAME = re.compile(rf"[^{_BASIC}\-]"), "カナ・英数字・「-」"
    CUSTOMER_NUMBER = re.compile(r"[^0-9A-Z\-]"), "英数字・「-」"
    EDI = re.compile(rf"[^{_BASIC}ｦ ().\-¥｢｣]"), "カナ・英数字・空白・「( ) - . ¥ ｢ ｣」"

    def __init__(self, forbidden: re.Pattern[str], permitted: str) -> None:
        self.forbidden = forbidden
        self.permitted = permitted


def zengin_text(text: str, alphabet: Alphabet) -> str:
    """``text`` as the files write it, from full-width or half-width kana, hiragana, small letters.

    ヲ becomes ｵ outside EDI, ヰ and ヱ become ｲ and ｴ, ・ becomes '.'. Raises ``TextRefused``: ``not_permitted``
    for kanji and other signs, ``empty`` for nothing but blanks.
    """
    kana = large_kana(_DASH.sub("-", katakana(text)))
    kana = kana.replace("・", ".").replace("ヰ", "イ").replace("ヱ", "エ")
    if alphabet is not Alphabet.EDI:
        kana = kana.replace("ヲ", "オ")
    written = jaconv.z2h(kana, kana=True, ascii=True, digit=True).upper().rstrip()
    if not written:
        raise TextRefused("empty", "空欄です。文字を入力してください。")
    if found := alphabet.forbidden.search(written):
        raise TextRefused(
            "not_permitted",
            f"銀行のファイルで使えない文字「{found[0]}」があります。{alphabet.permitted}で入力してください。",
        )
    return written


def fitted(text: str, width: int) -> str:
    """At most ``width`` characters of a text in half-width kana; a kana that would lose its voiced mark goes too."""
    cut = width
    while text[cut : cut + 1] in tuple(_VOICED_MARKS):
        cut -= 1
    return text[: max(cut, 0)].rstrip() if len(text) > width else text
