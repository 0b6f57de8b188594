import pytest

from members.member_list.marks import is_small_company, is_sole_proprietor, marked_yes
from members.member_list.refusal import CellRefused

MARKS = {
    True: "○ ◯ 〇 ⭕ ✓ ✔ ✔️ レ ﾚ 有 有り あり はい Y y Ｙ yes YES 1 １ TRUE true 適用 該当",
    False: "× ✕ ✖ X x Ｘ 無 無し なし いいえ N n No 0 ０ FALSE 非該当 適用なし - － ー −",
}
YES, NO = (MARKS[meaning].split() for meaning in (True, False))


@pytest.mark.parametrize("value", [*YES, 1, 1.0, True, " 有\u3000"])
def test_yes(value):
    assert marked_yes(value) is True


@pytest.mark.parametrize("value", [*NO, 0, 0.0, False, None, "", "\u3000"])
def test_no(value):
    assert marked_yes(value) is False


@pytest.mark.parametrize("value", ["△", "？", "たぶん", "有？", 2, 0.5, "O", "有無", "10"])
def test_anything_else_is_refused(value):
    with pytest.raises(CellRefused) as refusal:
        marked_yes(value)
    assert refusal.value.code == "not_yes_or_no"


@pytest.mark.parametrize(
    ("rule", "value", "meaning"),
    [
        (is_sole_proprietor, "個人", True),
        (is_sole_proprietor, "個人事業主", True),
        (is_sole_proprietor, "法人", False),
        (is_sole_proprietor, "○", True),
        (is_sole_proprietor, None, False),
        (is_small_company, "中小企業", True),
        (is_small_company, "大企業", False),
        (is_small_company, "無", False),
    ],
)
def test_some_columns_have_words_of_their_own(rule, value, meaning):
    assert rule(value) is meaning


@pytest.mark.parametrize(
    ("rule", "value"),
    [(is_sole_proprietor, "中小企業"), (is_small_company, "法人"), (marked_yes, "個人事業主")],
)
def test_words_of_another_column_are_refused(rule, value):
    with pytest.raises(CellRefused):
        rule(value)
