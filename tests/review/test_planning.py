"""Which submissions are for bulk approval: worked examples, no database."""

from dataclasses import replace
from datetime import date

import pytest

from renewals.review.planning import Candidate, Terms, open_points, plan_bulk_approval, reasons_against
from renewals.status import Intent, Status

ME, OTHER = 1, 2
SME_IN_GROUP = Terms(sme=True, group_id=7, amount=60_000)
CLEAN = Candidate(
    renewal_id=10,
    version=1,
    member_number="S100001",
    name="株式会社𠮷田製作所 本社工場",
    status=Status.SUBMITTED,
    intent=Intent.UNCHANGED,
    submitted_on=date(2027, 1, 20),
    declared=SME_IN_GROUP,
    quoted=60_000,
    carried=SME_IN_GROUP,
    certificate_valid_until=date(2027, 3, 31),
)


def test_nothing_speaks_against_an_unchanged_continuation_with_nothing_open() -> None:
    assert reasons_against(CLEAN, reviewer_id=ME) == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": Status.NOT_STARTED}, "審査待ちではありません（手続き前）。"),
        ({"status": Status.APPROVED}, "審査待ちではありません（承認済み）。"),
        (
            {"intent": Intent.WITHDRAW},
            "「継続する（割引の変更なし）」の申請ではありません（継続しない（退会希望））。",
        ),
        (
            {"intent": Intent.CHANGED},
            "「継続する（割引の変更なし）」の申請ではありません（継続する（割引の変更あり））。",
        ),
        ({"reviewer_id": OTHER, "reviewer": "審査 花子"}, "審査 花子さんが審査しています。"),
        (
            {"certificate_valid_until": date(2027, 1, 19)},
            "会員証の有効期限（2027年1月19日（火））が、申請日（2027年1月20日（水））より前です。",
        ),
        ({"quoted": 61_000}, "申請のあとに年会費が変わりました（申請時60,000円、現在61,000円）。"),
        ({"quoted": None}, "次年度に適用する会費規程が登録されていません。"),
        (
            {"carried": Terms(sme=True, group_id=8, amount=60_000)},
            "申請のあとに、今年度の割引の登録が変わりました。",
        ),
    ],
)
def test_reasons_against(changes: dict, reason: str) -> None:
    assert reasons_against(replace(CLEAN, **changes), reviewer_id=ME) == (reason,)


@pytest.mark.parametrize(
    "changes",
    [
        {"certificate_valid_until": date(2027, 1, 20)},  # its last day is the day of submission
        {"certificate_valid_until": None},
        {"reviewer_id": ME, "reviewer": "自分"},
        {  # a certificate that nobody claims a discount with may be as old as it likes
            "certificate_valid_until": date(2020, 1, 1),
            "declared": Terms(sme=True, group_id=None, amount=63_000),
            "quoted": 63_000,
            "carried": Terms(sme=True, group_id=None, amount=63_000),
        },
    ],
)
def test_what_does_not_speak_against(changes: dict) -> None:
    assert reasons_against(replace(CLEAN, **changes), reviewer_id=ME) == ()


def test_every_open_point_is_named() -> None:
    candidate = replace(
        CLEAN,
        reviewer_id=OTHER,
        reviewer="審査 花子",
        certificate_valid_until=date(2026, 12, 31),
        quoted=61_000,
    )
    assert len(open_points(candidate, reviewer_id=ME)) == 3


def test_the_plan_counts_fees_of_what_it_approves_only() -> None:
    dearer = replace(
        CLEAN,
        renewal_id=11,
        declared=Terms(False, None, 83_000),
        quoted=83_000,
        carried=Terms(False, None, 83_000),
    )
    taken_back = replace(CLEAN, renewal_id=12, status=Status.NOT_STARTED)
    plan = plan_bulk_approval([CLEAN, dearer, taken_back], reviewer_id=ME)
    assert [candidate.renewal_id for candidate in plan.approvable] == [10, 11]
    assert plan.fee_total == 143_000
    assert [(row.candidate.renewal_id, len(row.reasons)) for row in plan.excluded] == [(12, 1)]


def test_a_plan_of_nothing() -> None:
    plan = plan_bulk_approval([], reviewer_id=ME)
    assert (plan.approvable, plan.excluded, plan.fee_total) == ((), (), 0)
