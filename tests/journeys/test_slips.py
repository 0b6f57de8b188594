"""What happens to people: the back button, reload, a session that ended, two tabs, a page from yesterday."""

import re

import pytest
from playwright.sync_api import expect

from members.models import User
from renewals.models import Submission
from tests.factories import PASSWORD
from tests.journeys.people import DESK, DESK_WITHOUT_JAVASCRIPT, WITH_JAVASCRIPT, Visitor
from tests.journeys.stage import Member, Stage

at_a_desk = pytest.mark.parametrize("equipment", [DESK], indirect=True, ids=str)
with_and_without_javascript = pytest.mark.parametrize(
    "equipment", [DESK, DESK_WITHOUT_JAVASCRIPT], indirect=True, ids=str
)


SESSION_ENDED = "直前に押したボタンの内容は、受け付けていません"


def logs_in_again(clerk: Visitor, user: User) -> None:
    clerk.fills("メールアドレス", user.email)
    clerk.fills("パスワード", PASSWORD)
    clerk.presses("ログイン")
    clerk.page.wait_for_url(re.compile("^(?!.*/account/login/)"))


def pks(*members: Member) -> tuple[str, ...]:
    return tuple(f"/{member.establishment.pk}/" for member in members)


def check_page(member: Member) -> str:
    return f"/establishments/{member.establishment.pk}/renewal/unchanged/"


@with_and_without_javascript
def test_back_after_submitting_and_pressing_again_changes_nothing(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    clerk.is_logged_in_as(member.clerk).opens(check_page(member))
    clerk.presses("申請する")
    clerk.sees_heading("年度更新手続を受け付けました")
    receipt = clerk.path
    clerk.goes_back()
    if clerk.page.get_by_role("button", name="申請する").count():
        clerk.presses("申請する")
    clerk.sees_heading("年度更新手続を受け付けました")
    assert clerk.path == receipt
    assert Submission.objects.count() == 1


@with_and_without_javascript
def test_reloading_the_receipt_sends_nothing_again(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    clerk.is_logged_in_as(member.clerk).opens(check_page(member))
    clerk.presses("申請する")
    clerk.sees_heading("年度更新手続を受け付けました")
    clerk.reloads()
    clerk.sees_heading("年度更新手続を受け付けました")
    assert Submission.objects.count() == 1


@with_and_without_javascript
def test_a_session_that_ended_before_the_press_leads_back_to_the_same_page(
    clerk: Visitor, stage: Stage, real_passwords: None
) -> None:
    member = stage.member(stage.season())
    clerk.logs_in(member.clerk, PASSWORD)
    clerk.sees_heading(member.establishment.full_name)
    clerk.opens(check_page(member))
    clerk.loses_the_session()
    clerk.presses("申請する")
    clerk.sees_heading("ログイン")
    clerk.sees(SESSION_ENDED)
    assert member.now().status == "not_started"

    clerk.fills("メールアドレス", member.clerk.email)
    clerk.fills("パスワード", "mistyped")
    clerk.presses("ログイン")
    clerk.sees(SESSION_ENDED)
    logs_in_again(clerk, member.clerk)
    clerk.sees_heading("年会費情報を確認してください")
    clerk.sees("まだ申請は完了していません")
    clerk.presses("申請する")
    clerk.sees_heading("年度更新手続を受け付けました")


@at_a_desk
def test_a_session_that_ended_on_the_page_for_many_begins_again_with_the_same_choice(
    clerk: Visitor, stage: Stage, real_passwords: None
) -> None:
    user = stage.clerk_of_many()
    for button in ("選んだ事業所の内容を確認する", "申請する"):
        clerk.is_logged_in_as(user).opens("/renewals/unchanged/")
        clerk.clears("本社工場を選択")
        if button == "申請する":
            clerk.presses("選んだ事業所の内容を確認する")
            clerk.sees("まだ申請は完了していません")
        clerk.loses_the_session()
        clerk.presses(button)
        clerk.sees(SESSION_ENDED)
        logs_in_again(clerk, user)
        clerk.sees_heading("「割引の変更なし」で申請する事業所を選んでください")
        expect(clerk.page.get_by_role("checkbox", name="本社工場を選択")).not_to_be_checked()
        expect(clerk.page.locator("[data-bulk-status]")).to_contain_text("4件中2件を選択")
    assert Submission.objects.count() == 1


@at_a_desk
def test_the_way_back_to_the_list_keeps_what_was_unticked(clerk: Visitor, stage: Stage) -> None:
    clerk.is_logged_in_as(stage.clerk_of_many()).opens("/renewals/unchanged/")
    clerk.clears("本社工場を選択")
    clerk.presses("選んだ事業所の内容を確認する")
    clerk.sees_heading("2事業所の申請内容を確認してください")
    clerk.reloads()
    clerk.follows("事業所の選択に戻る")
    expect(clerk.page.get_by_role("checkbox", name="本社工場を選択")).not_to_be_checked()


@at_a_desk
@pytest.mark.parametrize("button", ["継続しない", "申請する"])
def test_a_session_that_ended_in_a_withdrawal_keeps_the_ticks_and_submits_nothing(
    clerk: Visitor, stage: Stage, real_passwords: None, button: str
) -> None:
    member = stage.member(stage.season())
    clerk.is_logged_in_as(member.clerk)
    clerk.opens(f"/establishments/{member.establishment.pk}/renewal/withdrawal/")
    clerk.ticks_everything()
    if button == "申請する":
        clerk.presses("継続しない")
        clerk.sees_heading("退会の申請内容を確認してください")
    clerk.loses_the_session()
    clerk.presses(button)
    clerk.sees(SESSION_ENDED)
    logs_in_again(clerk, member.clerk)
    clerk.sees_heading("退会する前に、5つの項目を確認してください")
    clerk.sees("5項目中5項目を確認済み")
    assert not Submission.objects.exists()

    clerk.presses("継続しない")
    clerk.presses("申請する")
    clerk.sees_heading("退会の申請を受け付けました")
    clerk.until(lambda: clerk.page.evaluate("() => sessionStorage.length") == 0)


@at_a_desk
def test_ticks_are_put_back_for_nobody_else_and_not_for_another_establishment(
    clerk: Visitor, stage: Stage, real_passwords: None
) -> None:
    campaign = stage.season()
    member = stage.member(campaign)
    other = stage.member(campaign, clerk=member.clerk)
    colleague = stage.new_clerk()
    colleague.assignments.create(establishment=member.establishment)
    page = f"/establishments/{member.establishment.pk}/renewal/withdrawal/"
    for who, back_to in [(colleague, page), (member.clerk, page.replace(*pks(member, other)))]:
        clerk.is_logged_in_as(member.clerk).opens(page)
        clerk.ticks_everything()
        clerk.loses_the_session()
        clerk.presses("継続しない")
        logs_in_again(clerk, who)
        clerk.opens(back_to)
        clerk.sees("5項目中0項目を確認済み")


@at_a_desk
def test_logging_out_forgets_the_ticks(clerk: Visitor, stage: Stage, real_passwords: None) -> None:
    member = stage.member(stage.season())
    page = f"/establishments/{member.establishment.pk}/renewal/withdrawal/"
    clerk.is_logged_in_as(member.clerk).opens(page)
    clerk.ticks_everything()
    clerk.presses("継続しない")
    clerk.sees_heading("退会の申請内容を確認してください")
    clerk.logs_out()
    clerk.opens(page)
    logs_in_again(clerk, member.clerk)
    clerk.sees("5項目中0項目を確認済み")


@with_and_without_javascript
def test_who_comes_to_the_front_door_is_told_nothing_of_sessions(clerk: Visitor, stage: Stage) -> None:
    clerk.opens_home()
    clerk.sees_heading("ログイン")
    clerk.does_not_see(SESSION_ENDED)


@at_a_desk
def test_a_withdrawal_confirmed_in_a_session_that_is_gone_is_not_submitted(
    clerk: Visitor, stage: Stage
) -> None:
    """The page is still open, somebody logged in anew in another tab: the five ticks are not there any more."""
    member = stage.member(stage.season())
    clerk.is_logged_in_as(member.clerk)
    clerk.opens(f"/establishments/{member.establishment.pk}/renewal/withdrawal/")
    clerk.ticks_everything()
    clerk.presses("継続しない")
    clerk.sees_heading("退会の申請内容を確認してください")
    clerk.is_logged_in_as(member.clerk)
    clerk.presses("申請する")
    clerk.sees_heading("退会する前に、5つの項目を確認してください")
    clerk.sees("もう一度、5つの項目を確認してください")
    assert not Submission.objects.exists()


@at_a_desk
def test_logging_in_anew_in_another_tab_does_not_break_the_first(
    clerk: Visitor, stage: Stage, real_passwords: None
) -> None:
    member = stage.member(stage.season())
    clerk.is_logged_in_as(member.clerk).opens(check_page(member))
    first = clerk.page
    clerk.opens_another_tab()
    clerk.opens_home()
    clerk.logs_out()
    clerk.logs_in(member.clerk, PASSWORD)
    clerk.sees_heading(member.establishment.full_name)
    clerk.page = first
    clerk.presses("申請する")
    if clerk.heading.inner_text() == "画面の有効期限が切れました":
        assert not Submission.objects.exists()
        clerk.sees("いま送信した内容は、受け付けていません")
        clerk.opens(check_page(member))
        clerk.presses("申請する")
    clerk.sees_heading("年度更新手続を受け付けました")
    assert Submission.objects.count() == 1


@with_and_without_javascript
def test_two_tabs_with_different_answers_keep_the_first(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    clerk.is_logged_in_as(member.clerk).opens(check_page(member))
    first = clerk.page
    clerk.opens_another_tab()
    clerk.opens(f"/establishments/{member.establishment.pk}/renewal/withdrawal/")
    clerk.ticks_everything()
    clerk.presses("継続しない")
    clerk.presses("申請する")
    clerk.sees_heading("退会の申請を受け付けました")

    clerk.page = first
    clerk.presses("申請する")
    clerk.sees_heading("退会の申請を受け付けました")
    clerk.sees("「継続する（割引の変更なし）」の申請は、受け付けていません")
    assert [submission.intent for submission in Submission.objects.all()] == ["withdraw"]


@at_a_desk
def test_a_press_on_a_page_from_before_it_was_taken_back_is_refused(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    clerk.is_logged_in_as(member.clerk).opens(check_page(member))
    old = clerk.page
    clerk.opens_another_tab()
    clerk.opens(check_page(member))
    clerk.presses("申請する")
    clerk.opens(f"/establishments/{member.establishment.pk}/renewal/take-back/")
    clerk.presses("申請を取り下げる")
    clerk.sees("申請を取り下げました")
    clerk.page = old
    clerk.presses("申請する")
    clerk.page.wait_for_load_state()
    assert member.now().version in (1, 2)


@at_a_desk
def test_an_old_link_after_the_answer_leads_to_the_receipt(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.continues(member)
    clerk.is_logged_in_as(member.clerk)
    for page in ("", "unchanged/", "changed/", "withdrawal/", "withdrawal/check/"):
        clerk.opens(f"/establishments/{member.establishment.pk}/renewal/{page}")
        clerk.sees_heading("年度更新手続を受け付けました")


@pytest.mark.parametrize("equipment", WITH_JAVASCRIPT, indirect=True, ids=str)
def test_the_withdrawal_page_counts_right_when_one_comes_back(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    clerk.is_logged_in_as(member.clerk)
    clerk.opens(f"/establishments/{member.establishment.pk}/renewal/withdrawal/")
    clerk.ticks_everything()
    clerk.presses("継続しない")
    clerk.sees_heading("退会の申請内容を確認してください")
    clerk.goes_back()
    clerk.sees_heading("退会する前に、5つの項目を確認してください")
    ticked = clerk.page.get_by_role("checkbox", checked=True).count()
    clerk.sees(f"5項目中{ticked}項目を確認済み")


def test_long_names_and_rare_characters_come_through(clerk: Visitor, stage: Stage) -> None:
    name = "株式会社𠮷野﨑髙津先端複合材料精密加工技術研究開発製造ホールディングスジャパン"
    member = stage.member(stage.season(), corporation__name=name, name="第三熱処理棟（旧・大分事業所）")
    clerk.is_logged_in_as(member.clerk).opens_home()
    clerk.sees_heading(f"{name} 第三熱処理棟（旧・大分事業所）")
    clerk.opens(check_page(member))
    clerk.presses("申請する")
    clerk.sees(name)
    assert name in stage.mails()[-1].body
