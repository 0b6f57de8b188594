"""「継続しない（退会希望）」: five statements, a check, and only then a declaration."""

import pytest
from playwright.sync_api import expect

from renewals.models import Submission
from renewals.withdrawal import STATEMENTS
from tests.journeys.people import DESK, WITH_JAVASCRIPT, WITHOUT_JAVASCRIPT, Visitor
from tests.journeys.stage import Member, Stage

TEXTS = list(STATEMENTS.values())


def at_the_statements(clerk: Visitor, member: Member) -> None:
    clerk.is_logged_in_as(member.clerk)
    clerk.opens_home()
    clerk.follows("更新手続に進む")
    clerk.follows("継続しない（退会希望）")
    clerk.sees_heading("退会する前に、5つの項目を確認してください")


def test_a_clerk_declares_that_the_member_leaves(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    at_the_statements(clerk, member)
    expect(clerk.page.get_by_role("checkbox", checked=True)).to_have_count(0)
    clerk.ticks(*TEXTS)
    clerk.presses("継続しない")

    clerk.sees_heading("退会の申請内容を確認してください")
    clerk.sees("まだ申請は完了していません", "5項目すべて確認済み")
    assert "3月31日" in clerk.fact("退会日")
    assert member.now().status == "not_started"
    clerk.presses("申請する")

    clerk.sees_heading("退会の申請を受け付けました")
    clerk.sees(member.now().receipt_number, "退会手続のご案内")
    assert (member.now().status, member.now().intent) == ("submitted", "withdraw")
    clerk.follows("ホームに戻る", exact=True)
    clerk.sees("退会の申請を受け付けました")
    expect(clerk.page.locator(".steps__label")).to_contain_text(
        ["手続き", "事務局の確認", "退会手続", "退会完了"]
    )
    assert [mail.subject for mail in stage.mails()] == ["【JAIM】退会のお申し出を受け付けました"]


@pytest.mark.parametrize("equipment", WITH_JAVASCRIPT, indirect=True, ids=str)
def test_four_of_five_refuses_and_leads_to_the_open_one(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    at_the_statements(clerk, member)
    button = clerk.page.get_by_role("button", name="継続しない")
    expect(button).to_have_attribute("aria-disabled", "true")
    clerk.ticks(*TEXTS[:2], *TEXTS[3:])
    expect(clerk.page.get_by_role("status").filter(has_text="項目を確認済み")).to_have_text(
        "5項目中4項目を確認済み"
    )
    expect(button).to_have_attribute("aria-disabled", "true")

    clerk.page.get_by_role("button", name="継続しない").click(force=True)
    clerk.focus_is_on(clerk.page.get_by_role("checkbox", name=TEXTS[2]))
    clerk.sees_heading("退会する前に、5つの項目を確認してください")

    clerk.ticks(TEXTS[2])
    expect(button).not_to_have_attribute("aria-disabled", "true")
    clerk.presses("継続しない")
    clerk.sees_heading("退会の申請内容を確認してください")
    assert not Submission.objects.exists()


@pytest.mark.parametrize("equipment", WITHOUT_JAVASCRIPT, indirect=True, ids=str)
def test_without_javascript_the_server_refuses_four_of_five(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    at_the_statements(clerk, member)
    clerk.ticks(*TEXTS[:4])
    clerk.presses("継続しない")
    clerk.sees_error("確認していない項目が1つあります")
    expect(clerk.page.get_by_role("checkbox", checked=True)).to_have_count(4)

    clerk.follows("確認していない項目が1つあります", exact=False)
    clerk.ticks(TEXTS[4])
    clerk.presses("継続しない")
    clerk.sees_heading("退会の申請内容を確認してください")
    assert not Submission.objects.exists()


@pytest.mark.parametrize("equipment", [DESK], indirect=True, ids=str)
def test_the_summarys_link_leads_to_the_first_open_statement(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    at_the_statements(clerk, member)
    clerk.ticks(*TEXTS[:3])
    clerk.page.evaluate("() => document.querySelector('[data-confirm-all]').submit()")
    clerk.sees_error("確認していない項目が2つあります")
    clerk.follows("確認していない項目が2つあります", exact=False)
    clerk.focus_is_on(clerk.page.get_by_role("checkbox", name=TEXTS[3]))


def test_cancelling_leads_home_and_nothing_happened(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    at_the_statements(clerk, member)
    clerk.ticks(*TEXTS)
    clerk.presses("継続しない")
    clerk.follows("キャンセル")
    clerk.sees("次年度の更新について回答してください")
    assert member.now().status == "not_started"


@pytest.mark.parametrize("equipment", [DESK], indirect=True, ids=str)
def test_the_check_page_cannot_be_reached_past_the_statements(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    clerk.is_logged_in_as(member.clerk)
    clerk.opens(f"/establishments/{member.establishment.pk}/renewal/withdrawal/check/")
    clerk.sees_heading("退会する前に、5つの項目を確認してください")
