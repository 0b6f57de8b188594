"""Login and logout, with the same answer to a wrong address and a wrong password."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import PASSWORD, UserFactory
from tests.journeys.people import DESK, PHONE, WITH_JAVASCRIPT, Visitor
from tests.journeys.stage import Stage

pytestmark = pytest.mark.usefixtures("real_passwords")
at_a_desk = pytest.mark.parametrize("equipment", [DESK], indirect=True, ids=str)


def test_a_clerk_logs_in_and_out(clerk: Visitor, stage: Stage) -> None:
    member = stage.member()
    clerk.opens_home()
    clerk.sees_heading("ログイン")
    clerk.fills("メールアドレス", member.clerk.email)
    clerk.fills("パスワード", PASSWORD)
    clerk.presses("ログイン")
    clerk.sees_heading(member.establishment.full_name)
    expect(clerk.page.locator("header")).to_contain_text(member.clerk.email)
    clerk.logs_out()
    clerk.sees_heading("ログイン")
    clerk.opens_home()
    clerk.sees_heading("ログイン")


@at_a_desk
def test_the_address_is_taken_as_people_type_it(clerk: Visitor, stage: Stage) -> None:
    member = stage.member()
    clerk.opens("/account/login/")
    clerk.fills("メールアドレス", f" {member.clerk.email.upper()} ")
    clerk.fills("パスワード", PASSWORD)
    clerk.presses("ログイン")
    clerk.sees_heading(member.establishment.full_name)


def test_a_wrong_address_and_a_wrong_password_get_the_same_words(clerk: Visitor, stage: Stage) -> None:
    member = stage.member()
    said = []
    for address, password in [("nobody@people.example.jp", PASSWORD), (member.clerk.email, "something-else")]:
        clerk.opens("/account/login/")
        clerk.fills("メールアドレス", address)
        clerk.fills("パスワード", password)
        clerk.presses("ログイン")
        summary = clerk.page.locator("[data-error-summary]")
        expect(summary).to_be_focused()
        expect(clerk.page.get_by_label("メールアドレス", exact=True)).to_have_value(address)
        expect(clerk.page.get_by_label("パスワード", exact=True)).to_have_value("")
        said.append((clerk.page.title(), summary.inner_text(), clerk.page.locator("main form").inner_text()))
    assert said[0] == said[1]
    assert "メールアドレスまたはパスワードが違います" in said[0][1]


@at_a_desk
def test_somebody_invited_who_has_no_password_gets_the_same_words(clerk: Visitor, stage: Stage) -> None:
    clerk.logs_in(UserFactory(invited=True), "")
    clerk.sees_error("パスワードを入力してください。")
    clerk.fills("パスワード", "something-else")
    clerk.presses("ログイン")
    expect(clerk.page.locator("[data-error-summary]")).to_contain_text(
        "メールアドレスまたはパスワードが違います"
    )


def test_an_empty_form_names_each_field_and_its_links_lead_there(clerk: Visitor, stage: Stage) -> None:
    clerk.opens("/account/login/")
    clerk.presses("ログイン")
    clerk.sees_error("メールアドレスを入力してください。")
    clerk.sees_error("パスワードを入力してください。")
    clerk.follows("パスワードを入力してください。")
    clerk.focus_is_on(clerk.page.get_by_label("パスワード", exact=True))


@pytest.mark.parametrize("equipment", WITH_JAVASCRIPT, indirect=True, ids=str)
def test_the_password_can_be_shown_and_pasted(clerk: Visitor, stage: Stage) -> None:
    clerk.opens("/account/login/")
    password = clerk.page.get_by_label("パスワード", exact=True)
    password.fill("pasted")
    expect(password).to_have_attribute("type", "password")
    clerk.page.get_by_role("button", name=re.compile("^表示")).click()
    expect(password).to_have_attribute("type", "text")
    clerk.page.get_by_role("button", name=re.compile("^非表示")).click()
    expect(password).to_have_attribute("type", "password")
    expect(password).to_have_attribute("autocomplete", "current-password")
    expect(clerk.page.get_by_label("メールアドレス", exact=True)).to_have_attribute(
        "autocomplete", "username"
    )


@pytest.mark.parametrize("equipment", [DESK, PHONE], indirect=True, ids=str)
def test_a_deep_link_is_kept_through_the_login(clerk: Visitor, stage: Stage) -> None:
    member = stage.member()
    clerk.opens(f"/establishments/{member.establishment.pk}/registered/")
    clerk.fills("メールアドレス", member.clerk.email)
    clerk.fills("パスワード", PASSWORD)
    clerk.presses("ログイン")
    clerk.sees_heading("登録内容")


@at_a_desk
def test_a_login_never_leads_to_another_site(clerk: Visitor, stage: Stage) -> None:
    member = stage.member()
    clerk.opens("/account/login/?next=https://elsewhere.example/")
    clerk.fills("メールアドレス", member.clerk.email)
    clerk.fills("パスワード", PASSWORD)
    clerk.presses("ログイン")
    clerk.sees_heading(member.establishment.full_name)


@at_a_desk
def test_after_logging_out_the_back_button_shows_nothing(clerk: Visitor, stage: Stage) -> None:
    member = stage.member()
    clerk.logs_in(member.clerk, PASSWORD)
    clerk.follows("登録内容を確認する")
    clerk.sees_heading("登録内容")
    clerk.logs_out()
    clerk.goes_back()
    clerk.sees_heading("ログイン")


@at_a_desk
def test_many_wrong_passwords_are_slowed_down_and_said_so(clerk: Visitor, stage: Stage) -> None:
    member = stage.member()
    for _ in range(6):
        clerk.logs_in(member.clerk, "something-else")
    expect(clerk.page.locator("[data-error-summary]")).to_contain_text("しばらくログインできません")
    clerk.logs_in(member.clerk, PASSWORD)
    clerk.sees_heading("ログイン")


def test_a_clerk_changes_the_password(clerk: Visitor, stage: Stage) -> None:
    member = stage.member()
    clerk.is_logged_in_as(member.clerk).opens_home()
    clerk.follows("パスワードを変更する")
    clerk.fills("現在のパスワード", PASSWORD)
    clerk.fills("新しいパスワード", "a-new-long-password")
    clerk.fills("新しいパスワード（もう一度）", "a-new-long-password")
    clerk.presses("パスワードを変更する")
    clerk.sees("パスワードを変更しました")
    clerk.opens_home()
    clerk.logs_out()
    clerk.logs_in(member.clerk, "a-new-long-password")
    clerk.sees_heading(member.establishment.full_name)
