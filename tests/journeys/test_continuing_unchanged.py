"""A member that changes nothing: the large majority."""

from tests.journeys.people import Visitor
from tests.journeys.stage import Stage


def test_a_clerk_continues_without_a_change(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season(), sme=True)
    clerk.is_logged_in_as(member.clerk)

    clerk.opens_home()
    clerk.follows("更新手続に進む")
    clerk.follows("継続する（割引の変更なし）")
    clerk.sees_heading("年会費情報を確認してください")
    clerk.sees("まだ申請は完了していません", "63,000円")
    clerk.presses("申請する")

    clerk.sees_heading("年度更新手続を受け付けました")
    clerk.sees(member.now().receipt_number)
    assert member.now().status == "submitted"
