"""The my-page through the year: before the opening, day by day to the deadline, after it, and when all is done."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from fiscal_calendar.japanese import format_day
from tests.journeys.people import DESK, Visitor
from tests.journeys.stage import Stage

at_a_desk = pytest.mark.parametrize("equipment", [DESK], indirect=True, ids=str)


@pytest.mark.parametrize(
    ("days_left", "says", "level"),
    [
        (15, "あと15日", "neutral"),
        (14, "あと14日", "warning"),
        (3, "あと3日", "error"),
        (0, "今日が締切日です", "error"),
    ],
)
def test_the_days_to_the_deadline_in_words_and_tone(
    clerk: Visitor, stage: Stage, days_left: int, says: str, level: str
) -> None:
    member = stage.member(stage.season(days_left=days_left))
    clerk.is_logged_in_as(member.clerk).opens_home()
    clerk.sees("次年度の更新について回答してください", says)
    clerk.sees(f"締切：{format_day(stage.today + timedelta(days=days_left))}")
    expect(clerk.page.locator(f".todo--{level}")).to_be_visible()
    clerk.sees_link("更新手続に進む")


def test_the_day_after_the_deadline_it_says_whom_to_call(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season(days_left=-1))
    clerk.is_logged_in_as(member.clerk).opens_home()
    clerk.sees("締切日を過ぎました", "03-6838-0077", "未回答", "名簿から外れることはありません")
    clerk.sees_link("03-6838-0077 に電話する")
    clerk.sees_no_link("更新手続に進む")

    clerk.opens(f"/establishments/{member.establishment.pk}/renewal/unchanged/")
    clerk.sees("締切日を過ぎました")
    assert member.now().status == "not_started"


@at_a_desk
def test_a_page_left_open_past_the_deadline_cannot_be_sent(clerk: Visitor, stage: Stage) -> None:
    campaign = stage.season(days_left=1)
    member = stage.member(campaign)
    clerk.is_logged_in_as(member.clerk)
    clerk.opens(f"/establishments/{member.establishment.pk}/renewal/unchanged/")
    stage.deadline_passes(campaign)
    clerk.presses("申請する")
    clerk.sees("締切日", "を過ぎたため、この画面からは申請できません")
    assert member.now().status == "not_started"


def test_before_the_opening_it_says_what_is_closed_and_when_it_opens(clerk: Visitor, stage: Stage) -> None:
    campaign = stage.planned_season(opens_in=9)
    member = stage.member()
    clerk.is_logged_in_as(member.clerk).opens_home()
    clerk.sees(
        "現在、お手続きいただくことはありません", format_day(campaign.opens_on), "いつでもご覧いただけます"
    )
    clerk.sees_no_link("更新手続に進む")
    clerk.follows("登録内容を確認する")
    clerk.sees_heading("登録内容")


@at_a_desk
def test_before_any_season_the_choices_are_not_there(clerk: Visitor, stage: Stage) -> None:
    stage.planned_season()
    member = stage.member()
    clerk.is_logged_in_as(member.clerk)
    clerk.opens(f"/establishments/{member.establishment.pk}/renewal/")
    clerk.sees_heading("お探しの画面が見つかりません")


def test_after_completion_nothing_is_asked_and_the_receipt_is_still_there(
    clerk: Visitor, stage: Stage
) -> None:
    member = stage.member(stage.finished_season())
    stage.was_renewed(member)
    clerk.is_logged_in_as(member.clerk).opens_home()
    clerk.sees("現在、お手続きいただくことはありません")
    clerk.opens(f"/establishments/{member.establishment.pk}/receipts/{member.now().campaign.fiscal_year}/1/")
    clerk.sees(member.now().receipt_number)


@at_a_desk
def test_a_receipt_stays_when_the_next_season_opens(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.finished_season())
    stage.was_renewed(member)
    last_year = member.now().campaign.fiscal_year
    stage.season()
    clerk.is_logged_in_as(member.clerk)
    clerk.opens(f"/establishments/{member.establishment.pk}/receipts/{last_year}/1/")
    clerk.sees_heading("年度更新手続を受け付けました")
    clerk.sees(f"{last_year}年度", member.now().receipt_number)


def test_after_the_approval_it_names_the_fee_and_the_debit_day(clerk: Visitor, stage: Stage) -> None:
    campaign = stage.season()
    member = stage.member(campaign, sme=True)
    stage.continues(member)
    stage.is_approved(member)
    clerk.is_logged_in_as(member.clerk).opens_home()
    clerk.sees("次年度の年会費が決まりました", "63,000円", format_day(campaign.debit_on), "承認済み")
    clerk.follows("受付内容を見る")
    clerk.sees("この金額に決まりました")
    clerk.sees_no_link("申請を取り下げて")


def test_who_leaves_sees_the_steps_of_leaving(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.leaves(member)
    stage.withdrawal_is_accepted(member)
    clerk.is_logged_in_as(member.clerk).opens_home()
    clerk.sees("退会手続のご案内をお送りしました", "退会手続中", "4段階のうち3番目の「退会手続」")
    clerk.does_not_see("円")


@at_a_desk
def test_who_has_left_reads_that_it_is_done(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.leaves(member)
    stage.has_left(member)
    clerk.is_logged_in_as(member.clerk).opens_home()
    clerk.sees("退会の手続きが完了しました", "退会完了")


def test_a_moved_deadline_keeps_the_old_day_in_sight(clerk: Visitor, stage: Stage) -> None:
    campaign = stage.season(days_left=12)
    first = campaign.deadline
    member = stage.member(campaign)
    stage.deadline_moves(campaign, days_left=8)
    stage.mails()
    clerk.is_logged_in_as(member.clerk).opens_home()
    clerk.sees(
        f"締切：{format_day(campaign.deadline)}", "あと8日", f"{format_day(first)}から変更になりました"
    )
    clerk.follows("【JAIM】次年度更新の締切が変わりました", exact=False)
    clerk.sees_heading("これまでのお知らせ")


def test_a_reopened_member_may_answer_again(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season(days_left=-1))
    stage.is_reopened(member, days_left=5)
    clerk.is_logged_in_as(member.clerk).opens_home()
    clerk.sees("あと5日", "事務局が回答期限を")
    clerk.follows("更新手続に進む")
    clerk.follows("継続する（割引の変更なし）")
    clerk.presses("申請する")
    clerk.sees_heading("年度更新手続を受け付けました")


def test_messages_stay_and_can_be_read_in_full(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season(), several_contacts=True)
    stage.continues(member)
    stage.mails()
    clerk.is_logged_in_as(member.clerk).opens_home()
    expect(clerk.page.locator(".message-list > li")).to_have_count(1)
    clerk.follows("【JAIM】年度更新手続を受け付けました")
    clerk.sees(member.now().receipt_number, "ご担当者様")


def test_leaving_in_mid_year_says_how(clerk: Visitor, stage: Stage) -> None:
    member = stage.member()
    clerk.is_logged_in_as(member.clerk).opens_home()
    clerk.follows("退会する")
    clerk.sees_heading("年度の途中で退会するとき")
    clerk.sees("返金されません", member.establishment.member_number)
