"""The secretariat looks at what members declared and decides."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from audit.models import AuditEvent
from renewals.models import Renewal, Submission
from renewals.withdrawal import STATEMENTS
from tests.factories import IndustryGroupFactory
from tests.journeys.people import DESK, DESK_WITHOUT_JAVASCRIPT, Equipment, Visitor
from tests.journeys.stage import Member, Stage

with_and_without_javascript = pytest.mark.parametrize(
    "equipment", [DESK, DESK_WITHOUT_JAVASCRIPT], indirect=True, ids=str
)
at_a_desk = pytest.mark.parametrize("equipment", [DESK], indirect=True, ids=str)
REVIEW_LIST = "/admin/renewals/renewal/"


@pytest.fixture
def reviewer(visitors: Callable[[Equipment], Visitor], equipment: Equipment, stage: Stage) -> Visitor:
    return visitors(equipment).is_logged_in_as(stage.secretary("reviewer"))


def application_of(member: Member) -> str:
    return f"/admin/renewals/renewal/{member.now().pk}/change/"


def test_a_reviewer_finds_an_application_and_approves_it(
    reviewer: Visitor, visitors: Callable[[Equipment], Visitor], stage: Stage
) -> None:
    member = stage.member(stage.season(), sme=True, applied__group=IndustryGroupFactory())
    stage.continues(member)
    reviewer.opens(f"{REVIEW_LIST}?q={member.now().receipt_number}")
    reviewer.follows(member.establishment.member_number)
    reviewer.sees("審査待ち", "60,000円", member.now().receipt_number)
    reviewer.presses("承認する")
    reviewer.sees("承認しました。次年度の年会費は60,000円です")

    fee = member.now().fixed_fee
    assert fee is not None
    assert (member.now().status, fee.amount) == ("approved", 60_000)
    assert AuditEvent.objects.filter(verb="renewal.approve").count() == 1
    assert "60,000円" in stage.mails()[-1].body

    clerk = visitors(DESK).is_logged_in_as(member.clerk)
    clerk.opens_home()
    clerk.sees("次年度の年会費が決まりました", "60,000円")


@with_and_without_javascript
def test_a_review_that_began_closes_the_members_way_back(
    reviewer: Visitor, visitors: Callable[[Equipment], Visitor], stage: Stage
) -> None:
    member = stage.member(stage.season())
    stage.continues(member)
    reviewer.opens(application_of(member))
    reviewer.presses("審査を始める")
    reviewer.sees("審査を始めました")
    clerk = visitors(DESK).is_logged_in_as(member.clerk)
    clerk.opens(f"/establishments/{member.establishment.pk}/receipts/{member.now().campaign.fiscal_year}/1/")
    clerk.sees_no_link("申請を取り下げて")


@with_and_without_javascript
def test_a_stale_decision_is_refused_and_shows_what_changed(reviewer: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.continues(member)
    reviewer.opens(application_of(member))
    stage.takes_back(member)
    stage.leaves(member, days_ago=1)
    reviewer.presses("承認する")
    reviewer.sees("前に表示していた内容（版1）から変わったところ", "継続しない（退会希望）")
    assert member.now().status == "submitted"


@at_a_desk
def test_approving_twice_approves_once(reviewer: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.continues(member)
    reviewer.opens(application_of(member))
    reviewer.page.get_by_role("button", name="承認する").dblclick(no_wait_after=True)
    reviewer.sees("承認")
    reviewer.until(lambda: member.now().status == "approved")
    assert AuditEvent.objects.filter(verb="renewal.approve").count() == 1


@with_and_without_javascript
def test_many_unchanged_ones_are_approved_in_one_go(reviewer: Visitor, stage: Stage) -> None:
    campaign = stage.season()
    group = IndustryGroupFactory()
    good = [stage.member(campaign, sme=True) for _ in range(2)]
    expired = stage.member(
        campaign, applied__group=group, applied__certificate_valid_until=stage.ago(10).date()
    )
    for member in (*good, expired):
        stage.continues(member)
    stage.leaves(leaving := stage.member(campaign))

    reviewer.opens(REVIEW_LIST)
    reviewer.follows("変更なしをまとめて承認")
    assert reviewer.fact("承認する申請") == "2件"
    assert reviewer.fact("次年度の年会費の合計") == "126,000円"
    reviewer.sees("会員証の有効期限", expired.establishment.member_number)
    stage.takes_back(good[0])
    reviewer.presses("2件を承認する")
    reviewer.sees("1件を承認しました", "63,000円", "承認しなかった申請と理由（1件）")
    assert [member.now().status for member in (*good, expired, leaving)] == [
        "not_started",
        "approved",
        "submitted",
        "submitted",
    ]
    reviewer.reloads()
    reviewer.sees("1件を承認しました")
    assert AuditEvent.objects.filter(verb="renewal.approve").count() == 1


@with_and_without_javascript
def test_a_withdrawal_is_asked_once_more_before_it_is_accepted(reviewer: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.leaves(member)
    reviewer.opens(application_of(member))
    reviewer.follows("退会を受理する")
    reviewer.sees_heading("退会を受理しますか")
    assert member.now().status == "submitted"
    reviewer.presses("退会を受理する")
    reviewer.sees("退会を受理しました")
    assert member.now().status == "withdrawal_accepted"
    assert "退会" in stage.mails()[-1].subject


@with_and_without_javascript
def test_an_accepted_withdrawal_is_undone_with_a_reason_the_member_reads(
    reviewer: Visitor, stage: Stage
) -> None:
    member = stage.member(stage.season())
    stage.leaves(member)
    stage.withdrawal_is_accepted(member)
    reviewer.opens(application_of(member))
    reviewer.follows("再受付")
    reviewer.presses("再受付にする")
    reviewer.sees_error("再受付の理由を入力してください。")
    reviewer.page.locator("[name=reason]").fill("お電話でのご依頼")
    reviewer.presses("再受付にする")
    reviewer.sees("再受付にしました")
    assert member.now().status == "not_started"
    assert "お電話でのご依頼" in stage.mails()[-1].body


@with_and_without_javascript
def test_an_answer_by_phone_is_entered_for_the_member_after_the_deadline(
    reviewer: Visitor, stage: Stage
) -> None:
    member = stage.member(stage.season(days_left=-3), sme=True)
    reviewer.opens(application_of(member))
    reviewer.sees("未回答")
    reviewer.follows("代理入力")
    reviewer.presses("内容を確認する")
    reviewer.sees_error("更新意思を選んでください。")
    reviewer.page.get_by_label("継続する（割引の変更なし）").check()
    reviewer.page.get_by_label("電話", exact=True).check()
    reviewer.page.locator("[name=note]").fill("総務課の佐藤様からお電話")
    reviewer.presses("内容を確認する")
    reviewer.sees("まだ登録は完了していません", "63,000円", "総務課の佐藤様からお電話")
    assert not Submission.objects.exists()
    reviewer.presses("この内容で登録する")
    reviewer.sees("代理入力を登録しました", "審査待ち")
    submission = Submission.objects.get()
    assert (submission.channel, submission.submitted_by.role) == ("phone", "reviewer")


@at_a_desk
def test_a_withdrawal_by_phone_needs_the_five_statements_too(reviewer: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    reviewer.opens(f"/admin/renewals/renewal/{member.now().pk}/answer-on-behalf/")
    reviewer.page.get_by_label("継続しない（退会希望）").check()
    reviewer.page.get_by_label("FAX", exact=True).check()
    reviewer.page.locator("[name=note]").fill("FAXで届いた")
    reviewer.ticks(*list(STATEMENTS.values())[:4])
    reviewer.presses("内容を確認する")
    reviewer.sees_error("確認していない項目が1つあります")
    reviewer.ticks(list(STATEMENTS.values())[4])
    reviewer.presses("内容を確認する")
    reviewer.presses("この内容で登録する")
    reviewer.sees("代理入力を登録しました")
    assert member.now().intent == "withdraw"


@at_a_desk
def test_who_may_only_look_finds_no_button(
    visitors: Callable[[Equipment], Visitor], stage: Stage, equipment: Equipment
) -> None:
    member = stage.member(stage.season())
    stage.continues(member)
    viewer = visitors(equipment).is_logged_in_as(stage.secretary("read_only"))
    viewer.opens(application_of(member))
    viewer.sees("審査待ち")
    for button in ("承認する", "審査を始める"):
        viewer.sees_no_button(button)
    viewer.sees_no_link("再受付")


@at_a_desk
def test_the_days_work_counts_and_leads_to_the_lists(reviewer: Visitor, stage: Stage) -> None:
    campaign = stage.season()
    for _ in range(2):
        stage.continues(stage.member(campaign))
    stage.leaves(stage.member(campaign))
    stage.member(campaign)
    reviewer.opens("/admin/")
    reviewer.sees_heading("今日の仕事")
    for count, state in (
        (2, "審査待ち（変更なし）"),
        (1, "審査待ち（退会）"),
        (1, "まだ回答していない事業所"),
    ):
        card = reviewer.page.locator("a", has_text=state).first
        expect(reviewer.page.locator("li, div, section", has=card).last).to_contain_text(f"{count}")
    reviewer.follows("審査待ち（変更なし）", exact=False)
    expect(reviewer.page.locator("#result_list tbody tr")).to_have_count(2)
    assert Renewal.objects.count() == 4
