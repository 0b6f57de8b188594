"""A member that changes nothing: the large majority."""

import io
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from fees.models import FeeSchedule
from renewals.models import Submission
from tests.factories import PASSWORD, IndustryGroupFactory
from tests.journeys.people import DESK, DESK_WITHOUT_JAVASCRIPT, WITH_JAVASCRIPT, Equipment, Visitor
from tests.journeys.stage import Member, Stage

UNCHANGED = "継続する（割引の変更なし）"


def at_the_check_page(clerk: Visitor, member: Member) -> None:
    clerk.is_logged_in_as(member.clerk)
    clerk.opens_home()
    clerk.follows("更新手続に進む")
    clerk.follows(UNCHANGED)
    clerk.sees_heading("年会費情報を確認してください")


def test_a_clerk_continues_without_a_change(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season(), sme=True)
    at_the_check_page(clerk, member)
    clerk.sees("まだ申請は完了していません")
    assert member.now().status == "not_started"

    clerk.presses("申請する")
    clerk.sees_heading("年度更新手続を受け付けました")
    clerk.sees(member.now().receipt_number, "事務局が申請内容を確認します")
    clerk.follows("ホームに戻る", exact=True)
    clerk.sees("更新の申請を受け付けました", "審査待ち")

    [mail] = stage.mails()
    assert mail.to == [member.establishment.contacts.get(role="primary").email]
    assert member.now().receipt_number in mail.body


@pytest.mark.parametrize(
    ("sme", "in_group", "fee"),
    [
        (True, True, "60,000円"),
        (True, False, "63,000円"),
        (False, True, "80,000円"),
        (False, False, "83,000円"),
    ],
)
@pytest.mark.parametrize("equipment", [DESK], indirect=True, ids=str)
def test_the_check_page_shows_the_servers_figures(
    clerk: Visitor, stage: Stage, sme: bool, in_group: bool, fee: str
) -> None:
    group = IndustryGroupFactory() if in_group else None
    member = stage.member(stage.season(), applied__sme=sme, applied__group=group)
    clerk.is_logged_in_as(member.clerk)
    clerk.opens(f"/establishments/{member.establishment.pk}/renewal/")
    expect(clerk.page.locator(".option").first).to_contain_text(fee)
    clerk.follows(UNCHANGED)

    assert clerk.fact("次年度の年会費").startswith(fee)
    assert clerk.fact("中小企業割引").startswith("適用あり" if sme else "適用なし")
    assert clerk.fact("正会員団体割引").startswith("適用あり" if in_group else "適用なし")
    assert (group is None) or group.name in clerk.fact("正会員団体割引")
    assert "billing@" in clerk.fact("請求書送付先")
    assert "••••306" in clerk.fact("振替口座")
    clerk.does_not_see("5706306")

    clerk.presses("申請する")
    clerk.sees_heading("年度更新手続を受け付けました")
    assert clerk.fact("次年度の年会費").startswith(fee)
    assert f"{Submission.objects.get().amount:,}円" == fee


@pytest.mark.parametrize("equipment", [DESK], indirect=True, ids=str)
def test_the_fee_is_the_servers_even_if_the_page_was_tampered_with(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    at_the_check_page(clerk, member)
    clerk.page.evaluate(
        """() => {
        const form = document.querySelector('main form');
        for (const [name, value] of [['amount', '1'], ['sme', 'on'], ['group', '1']]) {
            const field = document.createElement('input');
            Object.assign(field, {type: 'hidden', name, value});
            form.append(field);
        }
    }"""
    )
    clerk.presses("申請する")
    clerk.sees_heading("年度更新手続を受け付けました")
    assert Submission.objects.get().amount == FeeSchedule.objects.get().large


@pytest.mark.parametrize("equipment", [DESK, DESK_WITHOUT_JAVASCRIPT], indirect=True, ids=str)
def test_a_double_click_is_one_submission_and_one_mail(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    at_the_check_page(clerk, member)
    clerk.page.get_by_role("button", name="申請する").dblclick(no_wait_after=True)
    clerk.sees_heading("年度更新手続を受け付けました")
    assert Submission.objects.count() == 1
    assert len(stage.mails()) == 1


@pytest.mark.parametrize("equipment", [DESK], indirect=True, ids=str)
def test_two_quick_posts_are_one_submission_and_one_mail(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    at_the_check_page(clerk, member)
    addresses = clerk.page.evaluate(
        """async () => {
        const form = document.querySelector('main form');
        const post = () => fetch(location.href, {method: 'POST', body: new URLSearchParams(new FormData(form))});
        return (await Promise.all([post(), post(), post()])).map(answer => [answer.status, answer.url]);
    }"""
    )
    receipt = f"{clerk.home}/establishments/{member.establishment.pk}/receipts/"
    assert [(status, url.startswith(receipt)) for status, url in addresses] == [(200, True)] * 3
    assert Submission.objects.count() == 1
    assert len(stage.mails()) == 1


@pytest.mark.parametrize("equipment", WITH_JAVASCRIPT, indirect=True, ids=str)
def test_the_receipt_number_survives_reload_and_a_new_login_and_is_in_the_pdf(
    clerk: Visitor,
    visitors: Callable[[Equipment], Visitor],
    stage: Stage,
    real_passwords: None,
    equipment: Equipment,
) -> None:
    member = stage.member(
        stage.season(), in_group=True, corporation__name="𠮷野﨑髙精機株式会社", name="第二工場"
    )
    at_the_check_page(clerk, member)
    clerk.presses("申請する")
    clerk.sees_heading("年度更新手続を受け付けました")
    number = clerk.text_of(".receipt__number")
    receipt = clerk.path

    clerk.reloads()
    assert clerk.text_of(".receipt__number") == number
    pdf = PdfReader(io.BytesIO(clerk.downloads("控えを保存する（PDF）")))
    text = "".join(page.extract_text() for page in pdf.pages)
    assert number in text
    assert "𠮷野﨑髙精機株式会社" in text
    assert "80,000円" in text
    clerk.logs_out()

    later = visitors(equipment)
    later.logs_in(member.clerk, PASSWORD)
    later.sees("更新の申請を受け付けました")
    later.follows("受付内容を見る")
    assert later.path == receipt
    assert later.text_of(".receipt__number") == number == member.now().receipt_number
