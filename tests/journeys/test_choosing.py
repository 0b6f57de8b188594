"""The three choices: following one commits nothing."""

import pytest
from playwright.sync_api import expect

from audit.models import AuditEvent
from renewals.models import Submission
from tests.journeys.people import DESK, Visitor
from tests.journeys.stage import Stage

CHOICES = {
    "継続する（割引の変更なし）": "年会費情報を確認してください",
    "継続する（割引の変更あり）": "年会費情報を入力してください",
    "継続しない（退会希望）": "退会する前に、5つの項目を確認してください",
}


def test_following_any_of_the_three_choices_changes_nothing(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    before = AuditEvent.objects.count()
    clerk.is_logged_in_as(member.clerk)
    for label, leads_to in CHOICES.items():
        clerk.opens_home()
        clerk.follows("更新手続に進む")
        clerk.sees_heading("次年度更新意思確認")
        clerk.sees("選んだだけでは申請は完了しません")
        clerk.follows(label)
        clerk.sees_heading(leads_to)
        clerk.follows("更新意思確認に戻る")
        clerk.sees_heading("次年度更新意思確認")
    assert member.now().status == "not_started"
    assert (Submission.objects.count(), AuditEvent.objects.count()) == (0, before)
    assert stage.mails_since_the_opening() == []


@pytest.mark.parametrize("equipment", [DESK], indirect=True, ids=str)
def test_there_are_three_choices_in_the_manuals_words_each_with_its_fee(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season(), sme=True)
    clerk.is_logged_in_as(member.clerk)
    clerk.opens(f"/establishments/{member.establishment.pk}/renewal/")
    expect(clerk.page.locator(".option h2")).to_have_text(list(CHOICES))
    expect(clerk.page.locator(".option .button")).to_have_text(list(CHOICES))
    fees = clerk.page.locator(".option__fee .amount")
    expect(fees).to_have_text(["63,000円", "60,000円〜83,000円", "かかりません"])
