"""A changed declaration in words."""

from dataclasses import replace
from datetime import date

import pytest

from discounts.kinds import Discount
from discounts.papers import SmeMethod
from renewals.change_summary import Row, claims_in, comparison, fee_sentence, mended
from renewals.declaration import as_declared
from renewals.drafting import draft_of, save_draft
from renewals.models import Submission
from renewals.status import Intent
from tests.factories import SUBMITTED_AT, IndustryGroupFactory, RenewalFactory, clerk_of, filled

TODAY = date(2027, 2, 1)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (80_000, 63_000, "年会費は、80,000円から63,000円に変わります（17,000円安くなります）。"),
        (60_000, 83_000, "年会費は、60,000円から83,000円に変わります（23,000円高くなります）。"),
        (63_000, 63_000, "年会費は、63,000円のまま変わりません。"),
    ],
)
def test_what_it_does_to_the_fee(before, after, sentence):
    assert fee_sentence(before, after) == sentence


def compared(renewal, **given) -> dict[str, Row]:
    save_draft(renewal_id=renewal.pk, filled=filled(**given), by=clerk_of(renewal), now=SUBMITTED_AT)
    draft = draft_of(renewal)
    groups = {1: "第一団体", 2: "第二団体"}
    return {row.label: row for row in comparison(as_declared(renewal, draft, on=TODAY), draft, groups)}


@pytest.fixture
def groups(db):
    return [IndustryGroupFactory(pk=key, proof="certificate") for key in (1, 2)]


@pytest.fixture
def renewal(groups):
    return RenewalFactory(
        establishment__applied__group=groups[0],
        establishment__applied__certificate_valid_until=date(2027, 3, 31),
    )


CASES = [
    ({"in_group": True, "group": 1}, []),
    ({"sme": True, "in_group": True, "group": 1}, ["中小企業割引", "証明方法", "提出する書類", "年会費"]),
    ({"in_group": True, "group": 2}, ["所属団体", "会員証の有効期限"]),
    (
        {"in_group": True, "group": 1, "certificate_valid_until": date(2028, 3, 31)},
        ["会員証の有効期限"],
    ),
    ({}, ["正会員団体割引", "所属団体", "会員証の有効期限", "年会費"]),
]


@pytest.mark.parametrize(("given", "changed"), CASES)
def test_exactly_what_changes_is_marked(renewal, given, changed):
    rows = compared(renewal, **given)
    assert [label for label, row in rows.items() if row.changed] == changed


def test_what_stands_in_a_row(renewal):
    rows = compared(renewal, sme=True, sme_method=SmeMethod.CAPITAL, in_group=True, group=2)
    assert rows["中小企業割引"] == Row("中小企業割引", "希望しない", "希望する", True, "sme")
    assert rows["証明方法"].next_year == "証明方法1（資本金を証明する）"
    assert (rows["所属団体"].this_year, rows["所属団体"].next_year) == ("第一団体", "第二団体")
    assert (rows["会員証の有効期限"].this_year, rows["会員証の有効期限"].next_year) == (
        "2027年3月31日（水）",
        "—",
    )
    assert rows["年会費"] == Row("年会費", "80,000円", "60,000円", True)


def test_without_a_group_before_or_after_nothing_is_said_of_groups(db):
    rows = compared(RenewalFactory(), sme=True)
    assert not {"所属団体", "会員証の有効期限"} & rows.keys()


@pytest.mark.parametrize(
    ("later", "lines"),
    [
        ({}, []),
        ({"sme": False, "sme_method": ""}, ["中小企業割引：希望する → 希望しない"]),
        (
            {"sme_method": "headcount"},
            ["中小企業割引の証明方法：証明方法1（資本金を証明する） → 証明方法2（従業員数を証明する）"],
        ),
        ({"sme_remark": "新しい補足"}, ["中小企業割引の補足：新しい補足"]),
        ({"intent": "unchanged"}, ["更新意思：継続する（割引の変更あり） → 継続する（割引の変更なし）"]),
    ],
)
def test_a_later_version_says_what_was_mended(later, lines):
    first = {"intent": Intent.CHANGED, "sme": True, "sme_method": "capital"}
    assert mended(Submission(**first), Submission(**first | later)) == lines


def test_a_withdrawal_mends_nothing_of_discounts():
    assert mended(Submission(intent="withdraw", sme=True), Submission(intent="withdraw")) == []


def test_both_discounts_of_a_submission_in_words():
    sme, group = claims_in(
        Submission(intent=Intent.CHANGED, sme=True, sme_method="capital", sme_remark="補足")
    )
    assert (sme.discount, sme.claimed, sme.method) == (Discount.SME, True, "証明方法1（資本金を証明する）")
    assert group == replace(group, claimed=False, group="", papers=())
