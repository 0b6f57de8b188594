"""Reviewers decide on changed discounts: the queue, the papers, and what the member sees of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from discounts.kinds import Discount
from renewals import deciding
from renewals.deciding import Told
from renewals.models import Decision, Renewal
from renewals.reviewing import marks_of
from renewals.status import Mark
from tests import papers
from tests.factories import UserFactory
from tests.journeys.people import DESK, DESK_WITHOUT_JAVASCRIPT, Equipment, Visitor
from tests.journeys.scenes_of_reviewing import QUEUE, bench_of, small_company
from tests.journeys.stage import Member, Stage

with_and_without_javascript = pytest.mark.parametrize(
    "equipment", [DESK, DESK_WITHOUT_JAVASCRIPT], indirect=True, ids=str
)
at_a_desk = pytest.mark.parametrize("equipment", [DESK], indirect=True, ids=str)


@pytest.fixture
def reviewer(visitors: Callable[[Equipment], Visitor], equipment: Equipment, stage: Stage) -> Visitor:
    return visitors(equipment).is_logged_in_as(stage.secretary("reviewer"))


def takes_the_next(reviewer: Visitor) -> None:
    reviewer.opens(QUEUE)
    reviewer.presses("次の1件")
    expect(reviewer.page.locator("[data-bench]")).to_be_visible()


def marks(reviewer: Visitor, member: Member, mark: Mark) -> None:
    """With JavaScript choosing is enough; without it a button saves."""
    reviewer.page.locator(f"#mark_sme_{mark}").check()
    if not reviewer.equipment.javascript:
        reviewer.page.get_by_role("button", name="印を保存する").click()
    reviewer.until(lambda: marks_of(member.now(), member.now().version).get(Discount.SME) == mark)


def mends(stage: Stage, member: Member) -> None:
    stage.is_returned(member)
    stage.fills_in(member, sme=True, sme_method="capital", sme_remark="新しい登記です。")
    stage.submits_changes(member)


@with_and_without_javascript
def test_two_reviewers_get_different_cases(
    reviewer: Visitor, visitors: Callable[[Equipment], Visitor], stage: Stage
) -> None:
    first = small_company(stage)
    second = small_company(stage, campaign=first.now().campaign)
    takes_the_next(reviewer)
    colleague = visitors(DESK).is_logged_in_as(UserFactory(reviewer=True, name="審査 太郎"))
    takes_the_next(colleague)
    assert {reviewer.path, colleague.path} == {bench_of(first), bench_of(second)}
    colleague.opens(reviewer.path)
    colleague.sees("いま、事務局 花子さんが審査しています")
    colleague.sees_no_button("承認する")


@with_and_without_javascript
def test_a_claim_is_looked_at_and_approved(
    reviewer: Visitor, visitors: Callable[[Equipment], Visitor], stage: Stage
) -> None:
    member = small_company(stage)
    takes_the_next(reviewer)
    reviewer.sees("新たに希望", "98,000,000円", "増資の前の登記です。", "この割引を適用しないとき 83,000円")
    reviewer.sees_no_button("承認する")
    picture = reviewer.page.locator(".paper__image").first
    expect(picture).to_be_visible()
    marks(reviewer, member, Mark.CONFIRMED)
    reviewer.presses("承認する")
    reviewer.sees_heading("変更ありの審査")
    reviewer.sees("承認しました。次年度の年会費は63,000円です。", "取り消す")
    assert member.now().status == "approved"
    assert not [mail for mail in stage.mails() if "次年度年会費" in mail.subject]


@with_and_without_javascript
def test_a_stale_decision_is_refused_and_shows_what_changed(reviewer: Visitor, stage: Stage) -> None:
    member = small_company(stage)
    takes_the_next(reviewer)
    marks(reviewer, member, Mark.CONFIRMED)
    expect(reviewer.page.get_by_role("button", name="承認する", exact=True)).to_be_visible()
    mends(stage, member)
    reviewer.presses("承認する")
    reviewer.sees("会員が申請をやり直しました", "前に表示していた内容から変わったところ", "新しい登記です。")
    assert member.now().status == "submitted"


@with_and_without_javascript
def test_a_return_is_previewed_and_the_member_sees_just_that(
    reviewer: Visitor, visitors: Callable[[Equipment], Visitor], stage: Stage
) -> None:
    member = small_company(stage)
    takes_the_next(reviewer)
    reviewer.follows("差し戻す")
    reviewer.presses("会員にどう見えるかを確認する")
    reviewer.sees_error("差戻しの理由を、1つ以上選ぶか入力してください。")
    reviewer.ticks("履歴事項全部証明書が3か月超")
    box = reviewer.page.locator(".reason:has(:checked) textarea")
    box.fill("発行日が2026年6月1日です。発行から3か月以内のものを提出してください。")
    reviewer.presses("会員にどう見えるかを確認する")
    reviewer.sees("まだ差し戻していません。", "申請内容の修正をお願いします", "発行日が2026年6月1日です。")
    assert member.now().status == "submitted"
    reviewer.presses("この内容で差し戻す")
    reviewer.sees("に差し戻しました。")
    assert member.now().status == "returned"

    clerk = visitors(DESK).is_logged_in_as(member.clerk)
    clerk.opens_home()
    clerk.sees("申請内容の修正をお願いします", "発行日が2026年6月1日です。")


@with_and_without_javascript
def test_a_decision_is_undone(reviewer: Visitor, stage: Stage) -> None:
    member = small_company(stage)
    takes_the_next(reviewer)
    marks(reviewer, member, Mark.CONFIRMED)
    reviewer.presses("承認する")
    reviewer.presses("取り消す")
    reviewer.sees("決定を取り消しました。")
    assert reviewer.path == bench_of(member)
    assert (member.now().status, Decision.objects.get().undone_at is not None) == ("submitted", True)


@with_and_without_javascript
def test_a_case_is_put_aside_and_taken_up_again(reviewer: Visitor, stage: Stage) -> None:
    member = small_company(stage)
    takes_the_next(reviewer)
    reviewer.follows("保留")
    reviewer.presses("保留にする")
    reviewer.sees_error("保留の理由を入力してください。")
    reviewer.page.locator("[name=reason]").fill("団体に照会しています。")
    reviewer.presses("保留にする")
    reviewer.sees_heading("変更ありの審査")
    reviewer.sees("保留にしました", "団体に照会しています。")
    reviewer.follows(member.establishment.full_name)
    reviewer.presses("保留を解除して審査する")
    reviewer.sees("保留を解除しました。")
    assert member.now().held_at is None


@with_and_without_javascript
def test_a_discount_that_does_not_apply_is_refused_with_its_fee(
    reviewer: Visitor, visitors: Callable[[Equipment], Visitor], stage: Stage
) -> None:
    member = small_company(stage)
    takes_the_next(reviewer)
    marks(reviewer, member, Mark.REJECTED)
    reviewer.follows("適用せずに承認")
    expect(reviewer.page.get_by_role("checkbox", name="中小企業割引は適用しない")).to_be_checked()
    reviewer.page.locator("[name=sme_text]").fill("資本金も従業員数も、上限を超えています。")
    reviewer.presses("年会費とメールを確認する")
    assert reviewer.fact("確定する年会費") == "83,000円"
    reviewer.presses("この内容で承認する")
    reviewer.sees("次年度の年会費は83,000円です。")
    clerk = visitors(DESK).is_logged_in_as(member.clerk)
    clerk.opens_home()
    clerk.sees("83,000円", "資本金も従業員数も、上限を超えています。")


@at_a_desk
def test_a_case_is_decided_by_keyboard_and_no_key_decides(reviewer: Visitor, stage: Stage) -> None:
    member = small_company(stage)
    takes_the_next(reviewer)
    keys = reviewer.page.keyboard
    keys.press("j")
    reviewer.focus_is_on(reviewer.page.locator("#sme"))
    keys.press("n")
    reviewer.focus_is_on(reviewer.page.locator("#page-sme-1"))
    keys.press("+")
    expect(reviewer.page.locator("#zoom-2")).to_be_checked()
    keys.press("-")
    expect(reviewer.page.locator("#zoom-1")).to_be_checked()
    reviewer.page.locator("#mark_sme_confirmed").focus()
    keys.press("Space")
    expect(reviewer.page.get_by_role("button", name="承認する", exact=True)).to_be_visible()
    keys.press("d")
    reviewer.focus_is_on(reviewer.page.get_by_role("button", name="承認する", exact=True))
    for key in "jknpd":
        keys.press(key)
    assert member.now().status == "submitted"
    keys.press("d")
    keys.press("Enter")
    reviewer.sees("承認しました。")
    assert member.now().status == "approved"


@at_a_desk
def test_keys_can_be_switched_off(reviewer: Visitor, stage: Stage) -> None:
    small_company(stage)
    takes_the_next(reviewer)
    reviewer.page.locator("details.keys summary").click()
    reviewer.page.get_by_label("キーボードでの移動を使う").uncheck()
    reviewer.page.keyboard.press("j")
    expect(reviewer.page.locator("#sme")).not_to_be_focused()
    reviewer.reloads()
    reviewer.page.keyboard.press("j")
    expect(reviewer.page.locator("#sme")).not_to_be_focused()


@at_a_desk
def test_who_may_only_look_sees_the_papers_and_no_button(
    visitors: Callable[[Equipment], Visitor], stage: Stage, equipment: Equipment
) -> None:
    member = small_company(stage)
    viewer = visitors(equipment).is_logged_in_as(stage.secretary("read_only"))
    viewer.opens(bench_of(member))
    expect(viewer.page.locator(".paper__image").first).to_be_visible()
    for button in ("承認する", "あとで見る", "この申請の審査を始める"):
        viewer.sees_no_button(button)
    viewer.sees_no_link("差し戻す")


@at_a_desk
def test_the_season_counts_why_it_returned(reviewer: Visitor, stage: Stage) -> None:
    member = small_company(stage)
    told = Told(Discount.SME, "2ページ目がありません。")
    deciding.return_for_correction(
        renewal_id=member.now().pk, version=1, items=[told], by=stage.secretary(), now=stage.ago(1)
    )
    reviewer.opens("/admin/renewals/returnreason/counts/")
    reviewer.follows("そのほか（自由記入）")
    expect(reviewer.page.locator("#result_list tbody tr")).to_have_count(1)
    assert Renewal.objects.count() == 1
    assert papers.COMPANY in reviewer.page.locator("#result_list").inner_text()
