"""A user with several establishments sees them all and answers "unchanged" for many in one go."""

import pytest
from playwright.sync_api import expect

from renewals.models import Renewal, Submission
from tests.journeys.people import DESK, WITH_JAVASCRIPT, Visitor
from tests.journeys.stage import Stage

at_a_desk = pytest.mark.parametrize("equipment", [DESK], indirect=True, ids=str)
TOGETHER = "「割引の変更なし」でまとめて申請する"
GO_ON = "選んだ事業所の内容を確認する"


def test_one_confirmation_lists_each_with_its_fee(clerk: Visitor, stage: Stage) -> None:
    clerk.is_logged_in_as(stage.clerk_of_many()).opens_home()
    clerk.sees_heading("事業所の一覧")
    clerk.sees("5事業所のうち、4事業所がまだ回答していません", "審査待ち")
    clerk.follows(TOGETHER)
    clerk.sees("選んだだけでは申請は完了しません", "会員証の期限切れ")
    expect(clerk.page.locator("[data-bulk-row]:checked")).to_have_count(3)
    clerk.presses(GO_ON)

    clerk.sees_heading("3事業所の申請内容を確認してください")
    clerk.sees("63,000円", "60,000円", "83,000円", "まだ申請は完了していません")
    assert clerk.fact("年会費の合計").startswith("206,000円")
    assert Submission.objects.count() == 1
    clerk.presses("申請する")

    clerk.sees_heading("年度更新手続を受け付けました")
    expect(clerk.page.locator("tbody tr")).to_have_count(3)
    for renewal in Renewal.objects.filter(status="submitted").order_by("pk")[:3]:
        clerk.sees(renewal.receipt_number)
    assert Renewal.objects.filter(status="not_started").count() == 1
    assert sorted(Submission.objects.values_list("amount", flat=True)) == [60_000, 63_000, 83_000, 83_000]
    clerk.follows("事業所の一覧に戻る")
    clerk.sees("5事業所のうち、1事業所がまだ回答していません")


@pytest.mark.parametrize("equipment", WITH_JAVASCRIPT, indirect=True, ids=str)
def test_the_selection_is_counted_and_added_up_as_one_ticks(clerk: Visitor, stage: Stage) -> None:
    clerk.is_logged_in_as(stage.clerk_of_many()).opens_home()
    clerk.follows(TOGETHER)
    status = clerk.page.locator("[data-bulk-status]")
    expect(status).to_have_text("4件中3件を選択、年会費の合計 206,000円")
    clerk.page.get_by_role("checkbox", name="第二工場を選択").check()
    expect(status).to_have_text("4件中4件を選択、年会費の合計 286,000円")
    if clerk.equipment == DESK:
        clerk.page.get_by_role("checkbox", name="すべて選択").uncheck()
        expect(status).to_have_text("4件中0件を選択、年会費の合計 0円")


def test_choosing_none_is_an_error_that_leads_to_the_table(clerk: Visitor, stage: Stage) -> None:
    clerk.is_logged_in_as(stage.clerk_of_many()).opens_home()
    clerk.follows(TOGETHER)
    for box in clerk.each(clerk.page.locator("[data-bulk-row]")):
        box.uncheck()
    clerk.presses(GO_ON)
    clerk.sees_error("申請する事業所を1つ以上選んでください。")
    expect(clerk.page.locator("[data-bulk-row]:checked")).to_have_count(0)


def test_what_a_colleague_answered_meanwhile_is_left_out_and_named(clerk: Visitor, stage: Stage) -> None:
    clerk.is_logged_in_as(stage.clerk_of_many()).opens_home()
    clerk.follows(TOGETHER)
    clerk.presses(GO_ON)
    taken = stage.somebody_else_answers_first()
    clerk.presses("申請する")
    clerk.sees(
        "1事業所は、受け付けていません", f"{taken.establishment.full_name}：すでに回答を受け付けています"
    )
    expect(clerk.page.locator("tbody tr")).to_have_count(2)
    assert Submission.objects.filter(renewal=taken).count() == 1


@at_a_desk
def test_a_double_click_submits_each_once(clerk: Visitor, stage: Stage) -> None:
    clerk.is_logged_in_as(stage.clerk_of_many()).opens_home()
    clerk.follows(TOGETHER)
    clerk.presses(GO_ON)
    clerk.page.get_by_role("button", name="申請する").dblclick(no_wait_after=True)
    clerk.sees_heading("年度更新手続を受け付けました")
    assert Submission.objects.count() == 4
    assert stage.mails_since_the_opening() == ["submission_receipt"] * 4


@at_a_desk
def test_another_members_establishment_cannot_be_slipped_in(clerk: Visitor, stage: Stage) -> None:
    user = stage.clerk_of_many()
    stranger = stage.member(Renewal.objects.first().campaign)
    clerk.is_logged_in_as(user).opens("/renewals/unchanged/")
    clerk.page.locator("[data-bulk-row]").first.evaluate(
        "(box, key) => { box.value = key }", stranger.establishment.pk
    )
    clerk.presses(GO_ON)
    clerk.sees_error("いま申請できないものがあります")
    assert stranger.now().status == "not_started"


def test_one_of_several_is_answered_by_itself(clerk: Visitor, stage: Stage) -> None:
    clerk.is_logged_in_as(stage.clerk_of_many()).opens_home()
    clerk.page.locator("tbody a").first.click()
    clerk.follows("更新手続に進む")
    clerk.follows("継続する（割引の変更なし）")
    clerk.presses("申請する")
    clerk.sees_heading("年度更新手続を受け付けました")
    clerk.follows("ホームに戻る", exact=True)
    clerk.follows("事業所の一覧に戻る")
    clerk.sees("5事業所のうち、3事業所がまだ回答していません")


def test_after_the_deadline_the_overview_names_who_did_not_answer(clerk: Visitor, stage: Stage) -> None:
    campaign, user = stage.season(days_left=-1), stage.new_clerk()
    late = stage.member(campaign, clerk=user)
    stage.member(campaign, clerk=user)
    clerk.is_logged_in_as(user).opens_home()
    clerk.sees("締切日を過ぎました", "2事業所について", late.establishment.full_name, "未回答")
    clerk.does_not_see("いま回答が必要な事業所はありません")
