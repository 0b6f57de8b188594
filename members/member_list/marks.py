"""Yes and no, as the many marks that offices put into a cell."""

import unicodedata

from members.member_list.characters import is_blank, text_of
from members.member_list.refusal import CellRefused, CellValue

_MARKS = {
    True: "○ ◯ 〇 ⭕ ● ◎ ■ ☑ ✓ ✔ ✅ レ v 有 有り 有る あり アリ はい y yes 1 true on する 済"
    " 適用 適用あり 適用有 適用する 該当 該当あり 該当する 対象 希望 希望する",
    False: "× ✕ ✖ ✗ ✘ ❌ x バツ □ ☐ 無 無し なし ナシ 無い ない いいえ n no 0 false off しない"
    " 不適用 非適用 適用なし 適用無 適用しない 非該当 該当なし 該当しない 対象外 希望しない",
}
_MEANING = {mark: meaning for meaning, marks in _MARKS.items() for mark in marks.split()}


def marked_yes(value: CellValue) -> bool:
    """True for ○, 有, あり, はい, Y, 1, TRUE, 適用, レ, ✓ …; False for ×, 無, なし, いいえ, N, 0, FALSE, a
    dash, nothing.

    Raises ``CellRefused`` (``not_yes_or_no``) for anything else, △ and ？ among them: a fee hangs on it.
    """
    if is_blank(value):
        return False
    text = unicodedata.normalize(
        "NFKC", text_of(value).replace("\ufe0e", "").replace("\ufe0f", "")
    ).casefold()
    text = text.replace(" ", "")
    if text in _MEANING:
        return _MEANING[text]
    raise CellRefused(
        "not_yes_or_no", "有無を読み取れません。「有」または「無」（「○」または「×」）で入力してください。"
    )
