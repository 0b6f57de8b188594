"""Taking a submission back until the secretariat begins to review it."""

import pytest

from tests.journeys.people import DESK, Visitor
from tests.journeys.stage import Stage

at_a_desk = pytest.mark.parametrize("equipment", [DESK], indirect=True, ids=str)


def test_a_clerk_takes_it_back_and_answers_otherwise(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.continues(member)
    number = member.now().receipt_number
    clerk.is_logged_in_as(member.clerk).opens_home()
    clerk.follows("受付内容を見る")
    clerk.follows("申請を取り下げて")
    clerk.sees_heading("申請を取り下げますか")
    assert member.now().status == "submitted"
    clerk.presses("申請を取り下げる")
    clerk.sees("申請を取り下げました", "もう一度回答してください")
    clerk.sees_no_link("事業所の一覧に戻る")
    clerk.sees(f"前回の申請（受付番号 {number}）は取り消されています")
    assert member.now().status == "not_started"

    clerk.follows("更新手続に進む")
    clerk.follows("継続しない（退会希望）")
    clerk.ticks_everything()
    clerk.presses("継続しない")
    clerk.presses("申請する")
    clerk.sees_heading("退会の申請を受け付けました")
    clerk.sees(number, "第2版")
    assert (member.now().intent, member.now().version) == ("withdraw", 2)

    clerk.opens(f"/establishments/{member.establishment.pk}/receipts/{member.now().campaign.fiscal_year}/1/")
    clerk.sees_heading("以前に受け付けた申請です")
    clerk.sees("いまは有効ではありません", "継続する（割引の変更なし）")


@at_a_desk
def test_not_taking_it_back_leads_to_the_receipt(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.continues(member)
    clerk.is_logged_in_as(member.clerk)
    clerk.opens(f"/establishments/{member.establishment.pk}/renewal/take-back/")
    clerk.follows("取り下げない")
    clerk.sees_heading("年度更新手続を受け付けました")
    assert member.now().status == "submitted"


def test_once_the_review_began_it_says_whom_to_call(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.continues(member)
    clerk.is_logged_in_as(member.clerk)
    clerk.opens(f"/establishments/{member.establishment.pk}/renewal/take-back/")
    stage.review_begins(member)
    clerk.presses("申請を取り下げる")
    clerk.sees("事務局の確認が始まったため、取り下げできません", "03-6838-0077", member.now().receipt_number)
    clerk.sees_no_link("申請を取り下げて")
    assert member.now().status == "submitted"

    clerk.opens(f"/establishments/{member.establishment.pk}/renewal/take-back/")
    clerk.sees_heading("年度更新手続を受け付けました")


@at_a_desk
def test_after_the_deadline_it_can_no_longer_be_taken_back(clerk: Visitor, stage: Stage) -> None:
    campaign = stage.season(days_left=1)
    member = stage.member(campaign)
    stage.continues(member)
    clerk.is_logged_in_as(member.clerk)
    clerk.opens(f"/establishments/{member.establishment.pk}/renewal/take-back/")
    stage.deadline_passes(campaign)
    clerk.presses("申請を取り下げる")
    clerk.sees("締切日を過ぎたため、取り下げできません")
    assert member.now().status == "submitted"
