"""The secretariat plans a season, opens it, and moves its deadline."""

from collections.abc import Callable
from datetime import date

import pytest

from fiscal_calendar.japanese import format_day
from renewals.models import DeadlineChange, Renewal, RenewalCampaign
from tests.journeys.people import DESK, DESK_WITHOUT_JAVASCRIPT, Equipment, Visitor
from tests.journeys.stage import Stage

with_and_without_javascript = pytest.mark.parametrize(
    "equipment", [DESK, DESK_WITHOUT_JAVASCRIPT], indirect=True, ids=str
)
pytestmark = with_and_without_javascript


@pytest.fixture
def manager(visitors: Callable[[Equipment], Visitor], equipment: Equipment, stage: Stage) -> Visitor:
    return visitors(equipment).is_logged_in_as(stage.secretary("manager"))


def test_planning_proposes_the_days_of_the_business_calendar(manager: Visitor, stage: Stage) -> None:
    manager.opens("/admin/renewals/renewalcampaign/add/")
    manager.page.locator("[name=fiscal_year]").fill("2028")
    manager.presses("日付の案を見る")
    manager.sees(format_day(date(2028, 2, 28)), format_day(date(2028, 3, 2)))  # 27 February 2028 is a Sunday
    manager.presses("この日付で登録する")
    manager.sees("2028年度", "まだ受付は始まっていません")
    season = RenewalCampaign.objects.get()
    assert (season.debit_on, season.fallback_on, season.opened_at) == (
        date(2028, 2, 28),
        date(2028, 3, 2),
        None,
    )


def test_a_year_whose_holidays_nobody_knows_is_refused_in_words(manager: Visitor, stage: Stage) -> None:
    manager.opens("/admin/renewals/renewalcampaign/add/")
    manager.page.locator("[name=fiscal_year]").fill("2150")
    manager.presses("日付の案を見る")
    manager.sees_error("祝日が分からないため、営業日を計算できません")


def test_opening_says_whom_it_reaches_and_reaches_them_once(
    manager: Visitor, visitors: Callable[[Equipment], Visitor], stage: Stage
) -> None:
    campaign = stage.planned_season(opens_in=0)
    first = stage.member(several_contacts=True)
    stage.member()
    manager.opens(f"/admin/renewals/renewalcampaign/{campaign.pk}/change/")
    manager.follows("受付を開始する")
    assert (manager.fact("対象の事業所"), manager.fact("送る案内のメール")) == ("2件", "3通")
    assert not Renewal.objects.exists()
    manager.presses("受付を開始する")
    manager.sees("開始処理が続いています")
    stage.worker_goes_on_with_the_opening()
    manager.reloads()
    manager.does_not_see("開始処理が続いています")
    assert Renewal.objects.count() == 2
    assert len(stage.mails()) == 3

    clerk = visitors(DESK).is_logged_in_as(first.clerk)
    clerk.opens_home()
    clerk.sees("次年度の更新について回答してください")
    manager.opens(f"/admin/renewals/renewalcampaign/{campaign.pk}/open/")
    manager.sees_no_button("受付を開始する")
    assert Renewal.objects.count() == 2


def test_moving_the_deadline_is_previewed_and_kept_as_history(
    manager: Visitor, visitors: Callable[[Equipment], Visitor], stage: Stage
) -> None:
    campaign = stage.season(days_left=12)
    before = campaign.deadline
    silent, answered = stage.member(campaign), stage.member(campaign)
    stage.continues(answered)
    stage.mails()
    manager.opens(f"/admin/renewals/renewalcampaign/{campaign.pk}/change/")
    manager.follows("締切日を変更する")
    manager.page.locator("input[name=deadline]").fill(stage.in_days(8).isoformat())
    manager.page.locator("[name=reason]").fill("準備に時間がかかるため")
    manager.presses("知らせる会員を確認する")
    manager.sees("まだ変更していません", "まだ回答していない1件")
    assert not DeadlineChange.objects.exists()
    manager.presses("締切日を変更する")
    manager.sees(format_day(stage.in_days(8)), format_day(before), "準備に時間がかかるため")

    told = stage.mails()[-1]
    assert told.to == [silent.establishment.contacts.get(role="primary").email]
    clerk = visitors(DESK).is_logged_in_as(silent.clerk)
    clerk.opens_home()
    clerk.sees("あと8日", f"{format_day(before)}から変更になりました")


def test_a_mail_is_read_with_a_real_members_data_and_test_sent_to_oneself(
    manager: Visitor, stage: Stage
) -> None:
    campaign = stage.season()
    member = stage.member(campaign, corporation__name="𠮷野﨑髙精機株式会社")
    stage.mails()
    manager.opens(
        f"/admin/renewals/renewalcampaign/{campaign.pk}/mails/?member_number={member.establishment.member_number}"
    )
    manager.sees("𠮷野﨑髙精機株式会社", "更新手続のご案内")
    manager.page.get_by_role("button", name="テスト送信").first.click()
    manager.sees("テスト送信しました")
