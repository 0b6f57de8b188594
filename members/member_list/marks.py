"""Yes and no, as the many marks that offices put into a cell."""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from members.member_list.characters import is_blank, text_of
from members.member_list.refusal import CellRefused, CellValue

_MARKS = {
    True: "○ ◯ 〇 ⭕ ● ◎ ■ ☑ ✓ ✔ ✅ レ v 有 有り 有る あり アリ はい y yes 1 true on する 済"
    " 適用 適用あり 適用有 適用する 該当 該当あり 該当する 対象 希望 希望する",
    False: "× ✕ ✖ ✗ ✘ ❌ x バツ □ ☐ 無 無し なし ナシ 無い ない いいえ n no 0 false off しない"
    " 不適用 非適用 適用なし 適用無 適用しない 非該当 該当なし 該当しない 対象外 希望しない",
}
_MEANING = {mark: meaning for meaning, marks in _MARKS.items() for mark in marks.split()}
_SOLE_PROPRIETOR = {"個人": True, "個人事業": True, "個人事業主": True, "法人": False, "会社": False}
_SMALL_COMPANY = {"中小": True, "中小企業": True, "大": False, "大企業": False}
_NOTHING: Mapping[str, bool] = MappingProxyType({})


def marked_yes(value: CellValue, *, words: Mapping[str, bool] = _NOTHING) -> bool:
    """True for ○, 有, あり, はい, Y, 1, TRUE, 適用, レ, ✓ …; False for ×, 無, なし, いいえ, N, 0, FALSE, a
    dash, nothing; ``words`` say the same in a column of their own.

    Raises ``CellRefused`` (``not_yes_or_no``) for anything else, △ and ？ among them: a fee hangs on it.
    """
    if is_blank(value):
        return False
    mark = mark_of(value)
    if mark in words:
        return words[mark]
    if mark in _MEANING:
        return _MEANING[mark]
    raise CellRefused(
        "not_yes_or_no", "有無を読み取れません。「有」または「無」（「○」または「×」）で入力してください。"
    )


def is_sole_proprietor(value: CellValue) -> bool:
    """個人事業主: as ``marked_yes``, and 個人事業主 or 法人 in so many words."""
    return marked_yes(value, words=_SOLE_PROPRIETOR)


def is_small_company(value: CellValue) -> bool:
    """中小企業割引: as ``marked_yes``, and 中小企業 or 大企業 in so many words."""
    return marked_yes(value, words=_SMALL_COMPANY)


def mark_of(value: CellValue) -> str:
    """The cell's text in one width and case, without blanks and without the choice between sign and picture."""
    text = text_of(value).replace("\ufe0e", "").replace("\ufe0f", "")
    return unicodedata.normalize("NFKC", text).casefold().replace(" ", "")
