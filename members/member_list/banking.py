"""The account that the fee is debited from, as banks write it (Zengin layouts). No reason given here
repeats a number."""

import re
from enum import StrEnum

import jaconv

from members.member_list.characters import (
    DASHES,
    code_text,
    is_number,
    katakana,
    large_kana,
    text_of,
    within,
)
from members.member_list.marks import mark_of
from members.member_list.refusal import CellRefused, CellValue

HOLDER_LIMIT = 60


class MandateStatus(StrEnum):
    """How far the paper form for direct debit has come."""

    NONE = "none"
    PENDING = "pending"
    READY = "ready"


class AccountType(StrEnum):
    """Kinds of deposit account, numbered as in the Zengin layouts."""

    ORDINARY = "1"
    CURRENT = "2"
    TAX = "3"
    OTHER = "9"


_STATUSES = {
    MandateStatus.READY: "登録済 登録済み 登録 登録あり 登録完了 済 済み 完了 手続完了 手続済 手続済み"
    " 有 有り 有る あり アリ はい ○ ◯ 〇 ⭕ ● ◎ ☑ ✓ ✔ ✅ レ y yes true",
    MandateStatus.PENDING: "手続中 手続き中 登録中 登録手続中 登録手続き中 申請中 確認中 処理中",
    MandateStatus.NONE: "未登録 未 未済 未手続 未手続き 未提出 登録なし なし ナシ 無 無し 無い いいえ"
    " × ✕ ✖ ✗ ✘ ❌ x バツ □ ☐ n no false",
}
_STATUS_BY_WORD = {word: status for status, words in _STATUSES.items() for word in words.split()}
_TYPES = {
    AccountType.ORDINARY: "普通 普通預金 普 普預 総合 1",
    AccountType.CURRENT: "当座 当座預金 当 当預 2",
    AccountType.TAX: "納税準備 納税準備預金 納税 納準 納 3",
    AccountType.OTHER: "その他 他 そのた 9",
}
_TYPE_BY_WORD = {word: account_type for account_type, words in _TYPES.items() for word in words.split()}
_DASH = re.compile(f"[{re.escape(DASHES)}]")
_NOT_ZENGIN = re.compile(r"[^ｱ-ﾟ0-9A-Z ().\-]")


def mandate_status(value: CellValue) -> MandateStatus:
    """振替口座: 登録済, 手続中 or 未登録, and what people write for them. Raises ``CellRefused``
    (``unknown``)."""
    word = mark_of(value)
    if word not in _STATUS_BY_WORD:
        raise CellRefused("unknown", "振替口座は「登録済」「手続中」「未登録」のどれかで入力してください。")
    return _STATUS_BY_WORD[word]


def bank_code(value: CellValue) -> str:
    """Four digits, leading zeros put back. Raises ``CellRefused`` (``not_4_digits``)."""
    return _bank_digits(
        value, 4, "not_4_digits", "銀行コードは4桁の数字です。「0001」のように入力してください。"
    )


def branch_code(value: CellValue) -> str:
    """Three digits, leading zeros put back. Raises ``CellRefused`` (``not_3_digits``)."""
    return _bank_digits(
        value, 3, "not_3_digits", "支店コードは3桁の数字です。「012」のように入力してください。"
    )


def account_number(value: CellValue) -> str:
    """Seven digits, leading zeros put back, since banks fill shorter numbers with them; blanks and hyphens
    dropped.

    Raises ``CellRefused`` (``not_7_digits``).
    """
    reason = (
        "口座番号は7桁の数字です。通帳の口座番号を確かめてください"
        "（ゆうちょ銀行は振込用の店番と口座番号を使います）。"
    )
    digits = re.sub(r"(?<=[0-9])[- ](?=[0-9])", "", code_text(value))
    return _bank_digits(digits, 7, "not_7_digits", reason)


def _bank_digits(value: CellValue, length: int, code: str, reason: str) -> str:
    digits = code_text(value)
    if not re.fullmatch(r"[0-9]+", digits) or len(digits) > length or (length > 3 and not digits.strip("0")):
        raise CellRefused(code, reason)
    return digits.zfill(length)


def account_type(value: CellValue) -> AccountType:
    """預金種目, by name or Zengin number. Raises ``CellRefused`` (``unknown``)."""
    word = code_text(value).replace(" ", "")
    if is_number(value):
        word = word.lstrip("0")
    if word not in _TYPE_BY_WORD:
        raise CellRefused(
            "unknown", "預金種目は「普通」「当座」「納税準備」「その他」のどれかで入力してください。"
        )
    return _TYPE_BY_WORD[word]


def account_holder(value: CellValue) -> str:
    """口座名義 in the Zengin alphabet, its canonical half-width form: capital half-width kana, voiced marks
    of their own, '-' for the long vowel, no small kana, no ｦ, digits, Latin capitals, blank and ``( ) -
    .``.

    A name longer than the 30 bytes of a record is kept whole; the record's writer cuts it. Raises
    ``CellRefused`` (``not_zengin_kana``) for kanji and other signs: the name is the one in the passbook.
    """
    name = _DASH.sub("-", katakana(text_of(value))).replace("・", ".").replace("ヲ", "オ")
    name = name.replace("ヰ", "イ").replace("ヱ", "エ")
    name = jaconv.z2h(large_kana(name), kana=True, ascii=True, digit=True).upper()
    if _NOT_ZENGIN.search(name):
        raise CellRefused(
            "not_zengin_kana",
            "銀行で使えない文字があります。通帳のとおり、カナ・英数字・「( ) -"
            " .」で入力してください（株式会社は「ｶ)」）。",
        )
    return within(name, HOLDER_LIMIT)
