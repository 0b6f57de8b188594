"""The secretariat's second factor, set up and used for real. Without it the admin cannot be reached."""

import re
import time
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from tests.factories import PASSWORD
from tests.journeys.looks import axe_complaints
from tests.journeys.people import DESK, DESK_WITHOUT_JAVASCRIPT, Equipment, Visitor
from tests.journeys.stage import Stage

pytestmark = pytest.mark.usefixtures("real_passwords")
TOTP_PERIOD = 30
at_a_desk = pytest.mark.parametrize("equipment", [DESK], indirect=True, ids=str)


def code_of(secret: str) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // TOTP_PERIOD))


def types_code(visitor: Visitor, secret: str, label: str, button: str) -> None:
    visitor.fills(label, code_of(secret))
    visitor.presses(button)


@pytest.mark.parametrize("equipment", [DESK, DESK_WITHOUT_JAVASCRIPT], indirect=True, ids=str)
def test_staff_set_up_an_authenticator_app_before_anything_else(
    clerk: Visitor, visitors: Callable[[Equipment], Visitor], stage: Stage, equipment: Equipment
) -> None:
    secretary = clerk
    account = stage.secretary("manager")
    secretary.logs_in(account, PASSWORD)
    for path in ("/", "/admin/", "/admin/renewals/renewal/", "/renewals/unchanged/"):
        secretary.opens(path)
        secretary.sees_heading("二段階認証の設定")

    secretary.follows("認証アプリを登録する")
    secretary.fills("パスワード", PASSWORD)
    secretary.presses("確認する")
    secret = secretary.fact("登録用の文字列")
    types_code(secretary, secret, "認証コード（6桁）", "登録する")
    expect(secretary.page.get_by_role("heading", level=1)).to_have_text("予備コード")
    assert Authenticator.objects.filter(user=account, type="totp").exists()

    secretary.follows("二段階認証の設定に戻る")
    secretary.follows("事務局の画面へ進む")
    types_code(secretary, secret, "認証コード", "確認する")
    secretary.sees_heading("今日の仕事")

    later = visitors(equipment)
    later.logs_in(account, PASSWORD)
    later.sees_heading("二段階認証")
    later.opens("/admin/")
    later.sees_heading("二段階認証")


@at_a_desk
def test_staff_log_in_with_password_and_code(clerk: Visitor, stage: Stage) -> None:
    account = stage.secretary("manager")
    secret = stage.has_an_authenticator_app(account)
    clerk.opens("/admin/")
    clerk.sees_heading("ログイン")
    clerk.fills("メールアドレス", account.email)
    clerk.fills("パスワード", PASSWORD)
    clerk.presses("ログイン")
    clerk.sees_heading("二段階認証")
    assert not axe_complaints(clerk.page)
    clerk.fills("認証コード", "000000")
    clerk.presses("ログイン")
    expect(clerk.page.locator("[data-error-summary]")).to_be_focused()
    assert not axe_complaints(clerk.page)
    types_code(clerk, secret, "認証コード", "ログイン")
    clerk.sees_heading("今日の仕事")


@at_a_desk
def test_a_code_works_once(clerk: Visitor, visitors: Callable[[Equipment], Visitor], stage: Stage) -> None:
    account = stage.secretary("manager")
    secret = stage.has_an_authenticator_app(account)
    counter = int(time.time()) // TOTP_PERIOD
    overheard = format_hotp_value(hotp_value(secret, counter))
    for visitor, lets_in in ((clerk, True), (visitors(DESK), False)):
        visitor.logs_in(account, PASSWORD)
        visitor.fills("認証コード", overheard)
        visitor.presses("ログイン")
        visitor.sees_heading("今日の仕事" if lets_in else "二段階認証")


@at_a_desk
def test_staff_use_a_passkey(clerk: Visitor, visitors: Callable[[Equipment], Visitor], stage: Stage) -> None:
    account = stage.secretary("manager")
    clerk.has_a_passkey_device()
    clerk.logs_in(account, PASSWORD)
    clerk.opens("/admin/")
    clerk.follows("パスキーを登録する")
    clerk.fills("パスワード", PASSWORD)
    clerk.presses("確認する")
    clerk.fills("パスキーの名前", "事務所のパソコン")
    clerk.presses("パスキーを登録する")
    clerk.page.wait_for_url(re.compile("recovery-codes"))
    assert Authenticator.objects.filter(user=account, type="webauthn").exists()

    clerk.loses_the_session()
    clerk.logs_in(account, PASSWORD)
    clerk.sees_heading("二段階認証")
    clerk.presses("パスキーで確認する")
    clerk.sees_heading("今日の仕事")


@at_a_desk
def test_a_members_clerk_needs_none_and_has_no_way_into_the_admin(clerk: Visitor, stage: Stage) -> None:
    clerk.is_logged_in_as(stage.member().clerk)
    clerk.opens("/admin/")
    clerk.does_not_see("今日の仕事")
    clerk.opens_home()
    clerk.sees("登録内容を確認する")
