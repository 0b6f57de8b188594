"""The demo: mails to read in the browser, a plain login for the secretariat, and pages that say what they are."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories import PASSWORD
from tests.journeys.looks import all_complaints
from tests.journeys.people import DESK, Visitor
from tests.journeys.stage import Stage


@pytest.fixture
def guest(visitors: Callable[..., Visitor], demo_portal: tuple[str, Path], settings) -> Visitor:
    url, mails = demo_portal
    settings.MAIL_FILES_DIR = mails
    settings.EMAIL_BACKEND = "mailing.mail_files.MailFilesBackend"
    return visitors(DESK, url)


def test_mails_can_be_read_in_the_browser(guest: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season(), corporation__name="𠮷野﨑髙精機株式会社")
    stage.continues(member)
    stage.mails()
    guest.opens("/demo/mails/")
    assert not all_complaints(guest.page)
    guest.follows("【JAIM】年度更新手続を受け付けました", exact=False)
    guest.sees("𠮷野﨑髙精機株式会社", member.now().receipt_number)
    assert not all_complaints(guest.page)


def test_the_secretariat_logs_in_plainly_and_the_page_says_why(
    guest: Visitor, stage: Stage, real_passwords: None
) -> None:
    guest.logs_in(stage.secretary("manager"), PASSWORD)
    guest.sees_heading("今日の仕事")
    guest.page.get_by_role("region", name="お試し用").get_by_text(
        "二段階認証なしでログインできます"
    ).wait_for()
    assert not all_complaints(guest.page, tables_scroll=True)


def test_a_member_is_told_that_nothing_is_real(guest: Visitor, stage: Stage) -> None:
    guest.is_logged_in_as(stage.member(stage.season()).clerk).opens_home()
    guest.page.get_by_text("表示している会員や金額は架空のものです").wait_for()
    assert not all_complaints(guest.page)


def test_outside_the_demo_there_are_no_mails_to_read(visitors: Callable[..., Visitor], stage: Stage) -> None:
    visitor = visitors(DESK).is_logged_in_as(stage.secretary("manager"))
    visitor.opens("/demo/mails/")
    visitor.sees_heading("お探しの画面が見つかりません")
    visitor.does_not_see("架空のもの")
