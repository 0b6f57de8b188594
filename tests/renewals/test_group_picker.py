"""Finding a group in the list. No database."""

import pytest

from discounts.models import IndustryGroup
from discounts.requirements import ProofOfBelonging
from renewals.group_picker import choices, search_key

HEAT = IndustryGroup(
    pk=1, name="全国金属熱処理協議会", name_kana="ぜんこくきんぞくねつしょりきょうぎかい", proof="certificate"
)
FOUNDRY = IndustryGroup(pk=2, name="東日本鑄造工業會", name_kana="ヒガシニホン チュウゾウ", proof="none")
RUBBER = IndustryGroup(pk=3, name="ＪＲゴム工業会", name_kana="", proof="dues")
GROUPS = [HEAT, FOUNDRY, RUBBER]


def found_by(typed: str) -> list[int]:
    lines = choices(GROUPS, chosen=None, this_year=None)
    return [line.key for line in lines if search_key(typed) in line.words]


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("きんぞく", [1]),
        ("キンゾク", [1]),
        ("ｷﾝｿﾞｸ", [1]),
        ("金属", [1]),
        ("金属 熱処理", [1]),
        ("　きんぞく　", [1]),
        ("ちゅうぞう", [2]),
        ("ﾁｭｳｿﾞｳ", [2]),
        ("工業會", [2]),
        ("工業会", [2, 3]),
        ("jr", [3]),
        ("ＪＲ", [3]),
        ("ゴム", [3]),
        ("ごむ", [3]),
        ("", [1, 2, 3]),
        ("ない団体", []),
    ],
)
def test_kanji_and_kana_of_any_kind_find_a_group(typed, keys):
    assert found_by(typed) == keys


def test_a_line_says_what_is_chosen_what_holds_this_year_and_what_is_asked_for():
    heat, foundry, rubber = choices(GROUPS, chosen=2, this_year=1)
    assert [line.chosen for line in (heat, foundry, rubber)] == [False, True, False]
    assert [line.this_year for line in (heat, foundry, rubber)] == [True, False, False]
    assert [line.asks_for_proof for line in (heat, foundry, rubber)] == [True, False, True]
    assert heat.proof is ProofOfBelonging.CERTIFICATE
