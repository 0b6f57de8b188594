"""The link in an invitation or a password reset: it expires, and it works once."""

import re

import pytest

from members.invitations import INVITATION, PASSWORD_RESET
from tests.factories import PASSWORD
from tests.journeys.people import DESK, Visitor
from tests.journeys.stage import Stage

pytestmark = pytest.mark.usefixtures("real_passwords")
at_a_desk = pytest.mark.parametrize("equipment", [DESK], indirect=True, ids=str)
NEW = "a-new-long-password"


def sets(clerk: Visitor, password: str) -> None:
    clerk.sees_heading("パスワードの設定")
    clerk.fills("新しいパスワード", password)
    clerk.fills("新しいパスワード（もう一度）", password)
    clerk.presses("パスワードを設定する")


def link_in(body: str) -> str:
    [link] = re.findall(r"http://localhost:\d+/account/password/link/\S+", body)
    return link


def test_an_invited_clerk_sets_a_password_and_logs_in(clerk: Visitor, stage: Stage) -> None:
    member = stage.member()
    invited = stage.invites(member, "primary")
    [mail] = stage.mails()
    link = link_in(mail.body)
    assert mail.to == [invited.email]

    clerk.opens(link)
    sets(clerk, NEW)
    clerk.sees_heading("パスワードを設定しました")
    clerk.follows("ログイン画面へ進む")
    clerk.fills("メールアドレス", invited.email)
    clerk.fills("パスワード", NEW)
    clerk.presses("ログイン")
    clerk.sees_heading(member.establishment.full_name)

    clerk.opens(link)
    clerk.sees_heading("このリンクは使えません")
    clerk.sees("03-6838-0077")


def test_a_clerk_who_forgot_the_password_sets_a_new_one(clerk: Visitor, stage: Stage) -> None:
    member = stage.member()
    clerk.opens("/account/login/")
    clerk.follows("パスワードをお忘れの方")
    clerk.fills("メールアドレス", member.clerk.email)
    clerk.presses("メールを送る")
    clerk.sees_heading("メールをご確認ください")

    [mail] = stage.mails()
    clerk.opens(link_in(mail.body))
    sets(clerk, NEW)
    clerk.sees_heading("パスワードを設定しました")
    clerk.logs_in(member.clerk, PASSWORD)
    clerk.sees("メールアドレスまたはパスワードが違います")
    clerk.logs_in(member.clerk, NEW)
    clerk.sees_heading(member.establishment.full_name)

    clerk.loses_the_session()
    clerk.opens(link_in(mail.body))
    clerk.sees_heading("このリンクは使えません")


@at_a_desk
def test_an_unknown_address_gets_the_same_page_and_no_mail(clerk: Visitor, stage: Stage) -> None:
    clerk.opens("/account/password/reset/")
    clerk.fills("メールアドレス", "nobody@people.example.jp")
    clerk.presses("メールを送る")
    clerk.sees_heading("メールをご確認ください")
    assert stage.mails() == []


@at_a_desk
@pytest.mark.parametrize(("hours", "works"), [(23, True), (25, False)])
def test_a_reset_link_expires_after_a_day(clerk: Visitor, stage: Stage, hours: int, works: bool) -> None:
    clerk.opens(stage.password_link(stage.member().clerk, hours_ago=hours))
    clerk.sees_heading("パスワードの設定" if works else "このリンクは使えません")


@at_a_desk
@pytest.mark.parametrize(("days", "works"), [(13, True), (15, False)])
def test_an_invitation_expires_after_two_weeks(clerk: Visitor, stage: Stage, days: int, works: bool) -> None:
    invited = stage.invites(stage.member(), "primary")
    clerk.opens(stage.password_link(invited, hours_ago=24 * days))
    clerk.sees_heading("パスワードの設定" if works else "このリンクは使えません")


@at_a_desk
def test_setting_a_password_makes_every_earlier_link_useless(clerk: Visitor, stage: Stage) -> None:
    user = stage.member().clerk
    first, second = (stage.password_link(user, hours_ago=hours) for hours in (2, 1))
    clerk.opens(second)
    sets(clerk, NEW)
    clerk.sees_heading("パスワードを設定しました")
    clerk.opens(first)
    clerk.sees_heading("このリンクは使えません")


def test_a_weak_or_mistyped_password_is_refused_with_reasons(clerk: Visitor, stage: Stage) -> None:
    clerk.opens(stage.password_link(stage.member().clerk))
    sets(clerk, "short")
    clerk.sees_error("10")
    clerk.fills("新しいパスワード", NEW)
    clerk.fills("新しいパスワード（もう一度）", "something else")
    clerk.presses("パスワードを設定する")
    clerk.sees_error("一致しません")
    sets(clerk, NEW)
    clerk.sees_heading("パスワードを設定しました")


@at_a_desk
def test_the_link_leaves_no_trace_in_the_address_of_the_form(clerk: Visitor, stage: Stage) -> None:
    """The token would go out as a referrer and stay in the history."""
    link = stage.password_link(stage.member().clerk)
    clerk.opens(link)
    assert link.rstrip("/").rsplit("/", 1)[1] not in clerk.page.url


def test_kinds_with_links_are_never_shown_on_the_my_page() -> None:
    assert not INVITATION.shown_to_member
    assert not PASSWORD_RESET.shown_to_member
