"""The queue and the workbench: what they show, who may do what, and what each press does."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from discounts.kinds import Discount
from discounts.papers import Paper, SmeMethod
from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from members.models import StaffRole, User
from renewals import deciding, lifecycle, reviewing
from renewals.deciding import UNDO_WINDOW
from renewals.models import ClaimMark, Decision, Renewal, ReturnReason
from renewals.reviewing import LEASE, marks_of
from renewals.status import Mark, Status
from tests import pdfs
from tests.changes import (
    AGAIN_AT,
    BY_CERTIFICATE,
    BY_HEADCOUNT,
    aoba,
    papers,
    small_company,
    submits_change,
)
from tests.factories import (
    CampaignFactory,
    EvidenceFactory,
    FeeScheduleFactory,
    IndustryGroupFactory,
    RenewalFactory,
    UserFactory,
    clerk_of,
    told,
)

pytestmark = pytest.mark.django_db
NOW = at(date(2027, 2, 1), 10)
LOOKERS = [StaffRole.READ_ONLY, StaffRole.BILLING]


@pytest.fixture
def reviewer() -> User:
    return UserFactory(reviewer=True, name="審査 花子")


@pytest.fixture
def colleague() -> User:
    return UserFactory(reviewer=True, name="審査 太郎")


@pytest.fixture
def browser(clock: Any, login: Any, reviewer: User) -> Client:
    clock.set(NOW)
    return login(reviewer)


def url(name: str, renewal: Renewal | None = None, *more: int) -> str:
    return reverse(f"admin:renewals_renewal_{name}", args=[renewal.pk, *more] if renewal else [])


def text(response: Any) -> str:
    return response.content.decode()


def now(renewal: Renewal) -> Renewal:
    return Renewal.objects.get(pk=renewal.pk)


def bench(browser: Client, renewal: Renewal, query: str = "") -> Any:
    response = browser.get(url("workbench", renewal) + query)
    assert response.status_code == 200
    return response


def claims(renewal: Renewal, by: User) -> None:
    reviewing.claim(renewal_id=renewal.pk, by=by, now=NOW)


def confirms(browser: Client, renewal: Renewal, discount: str = "sme", mark: Mark = Mark.CONFIRMED) -> Any:
    given = {"version": now(renewal).version, "discount": discount, "mark": mark}
    return browser.post(url("mark", renewal), given)


# --- the queue ----------------------------------------------------------------------------------------------


def test_the_next_case_is_leased_and_opened(browser: Client, reviewer: User) -> None:
    renewal = small_company()
    response = browser.post(url("next"))
    assert response["Location"] == url("workbench", renewal)
    assert (now(renewal).reviewer, now(renewal).leased_until) == (reviewer, NOW + LEASE)


def test_two_reviewers_get_different_cases(browser: Client, login: Any, colleague: User) -> None:
    first, second = small_company(), small_company()
    assert browser.post(url("next"))["Location"] == url("workbench", first)
    assert login(colleague).post(url("next"))["Location"] == url("workbench", second)
    assert login(colleague).post(url("next"))["Location"] == url("workbench", second)


def test_the_queue_says_what_waits_and_who_looks_at_what(browser: Client, colleague: User) -> None:
    held, leased, mended, waiting = (small_company() for _ in range(4))
    claims(mended, colleague)
    deciding.return_for_correction(
        renewal_id=mended.pk, version=1, items=[told()], by=colleague, now=AGAIN_AT
    )
    submits_change(
        now(mended),
        sme=papers(mended.establishment, **BY_HEADCOUNT),
        method=SmeMethod.HEADCOUNT,
        now=AGAIN_AT,
    )
    reviewing.hold(renewal_id=held.pk, version=1, reason="団体に照会中", by=colleague, now=NOW)
    claims(leased, colleague)
    shown = browser.get(url("queue"))
    queue = shown.context["queue"]
    assert (queue.waiting, queue.resubmitted, queue.held_count) == (2, 1, 1)
    assert [renewal.pk for renewal in queue.leased] == [leased.pk]
    assert queue.oldest == now(waiting).submitted_at
    for words in ("審査 太郎", "団体に照会中", "12日前", "修正後の再申請 1件"):
        assert words in text(shown)


def test_nothing_left_is_said(browser: Client, colleague: User) -> None:
    claims(small_company(), colleague)
    shown = browser.post(url("next"), follow=True)
    assert "いま審査できる申請は、ありません。" in text(shown)
    assert "審査できる申請はありません" in text(shown)
    assert "審査 太郎" in text(shown)


def test_without_a_season_the_queue_says_so(browser: Client) -> None:
    assert "受付中の更新手続はありません" in text(browser.get(url("queue")))
    assert browser.post(url("next"))["Location"] == url("queue")


def test_later_goes_on_without_deciding(browser: Client) -> None:
    first, second = small_company(), small_company()
    browser.post(url("next"))
    response = browser.post(url("next"), {"after": first.pk})
    assert response["Location"] == url("workbench", second)
    assert (now(first).status, now(first).leased_until) == (Status.SUBMITTED, None)


def test_the_only_case_comes_again_and_it_is_said(browser: Client) -> None:
    only = small_company()
    shown = browser.post(url("next"), {"after": only.pk}, follow=True)
    assert "同じ申請を表示しています" in text(shown)


def test_two_seasons_are_not_mixed(browser: Client) -> None:
    renewal = small_company()
    CampaignFactory(fiscal_year=2028)
    assert browser.post(url("next"))["Location"] == url("workbench", renewal)


# --- what the workbench shows -------------------------------------------------------------------------------


def test_a_claim_beside_this_year_with_what_it_does_to_the_fee(browser: Client, reviewer: User) -> None:
    renewal = small_company(sme_remark="増資の前の登記です。")
    claims(renewal, reviewer)
    shown = text(bench(browser, renewal))
    for words in (
        "新たに希望",
        "適用なし",
        "申請どおり 63,000円",
        "この割引を適用しないとき 83,000円",
        "増資の前の登記です。",
        "証明方法1（資本金を証明する）",
        "「履歴事項全部証明書」か「決算書」のどちらか1つ",
        "98,000,000円",
        "見つかりました",
        "2026年12月10日（木）",
    ):
        assert words in shown, words


def test_pages_come_as_pictures_with_the_pdf_and_the_original(browser: Client) -> None:
    renewal = small_company()
    evidence = renewal.submissions.get().sme_evidence
    shown = text(bench(browser, renewal))
    for name, more in (("evidence_page", [1, 1200]), ("evidence_page", [1, 240]), ("evidence_pdf", [])):
        assert reverse(name, args=[evidence.key, *more]) in shown
    assert reverse("evidence_original", args=[evidence.parts.get().file.key]) in shown
    assert 'loading="lazy"' in shown


def test_a_warning_of_the_reader_and_a_name_that_differs(browser: Client) -> None:
    renewal = RenewalFactory()
    submits_change(renewal, sme=papers(renewal.establishment))
    shown = text(bench(browser, renewal))
    assert "法人名が見当たらない" in shown
    assert "見つかりません（株式会社青葉精機）" in shown


def test_the_same_file_elsewhere_is_told(browser: Client) -> None:
    first = small_company()
    second = RenewalFactory()
    submits_change(second, sme=papers(second.establishment))
    shown = text(bench(browser, second))
    assert "別の法人から提出された書類と同じファイルです。" in shown
    assert first.establishment.member_number in shown


def test_what_was_not_read_is_to_be_looked_at(browser: Client) -> None:
    renewal = RenewalFactory()
    scan = papers(renewal.establishment, files=[[""]], papers=[(Paper.REGISTRY,)])
    submits_change(renewal, sme=scan)
    assert "画像のため、自動で読み取れません" in text(bench(browser, renewal))


def test_a_certificate_is_compared_with_the_day_that_was_entered(browser: Client) -> None:
    renewal = RenewalFactory(establishment=aoba())
    group = IndustryGroupFactory()
    certificate = papers(renewal.establishment, Discount.GROUP, **BY_CERTIFICATE)
    submits_change(renewal, group=group, group_papers=certificate, valid_until=date(2028, 3, 31))
    [claim, _] = bench(browser, renewal).context["bench"].claims
    [paper] = claim.files[0].papers
    line = next(line for line in paper.lines if line.item == "有効期限")
    assert (line.said, line.read, line.doubt) == ("2028年3月31日（金）", "2027年3月31日（水）", True)


def test_a_later_version_says_what_was_mended_and_why(browser: Client, reviewer: User) -> None:
    renewal = small_company()
    deciding.return_for_correction(
        renewal_id=renewal.pk, version=1, items=[told(text="3か月より前です。")], by=reviewer, now=AGAIN_AT
    )
    mended = papers(renewal.establishment, files=[[pdfs.FORM5]], papers=[(Paper.REGISTRY,)])
    submits_change(now(renewal), sme=mended, now=AGAIN_AT)
    shown = bench(browser, renewal)
    assert "版1を差し戻しました" in text(shown)
    assert "3か月より前です。" in text(shown)
    assert "中小企業割引の書類：" in text(shown)
    [claim, _] = shown.context["bench"].claims
    assert claim.files[0].is_new


def test_last_years_paper_lies_beside(browser: Client, reviewer: User, clock: Any, login: Any) -> None:
    earlier = CampaignFactory(fiscal_year=2026, open=True, opened_at=at(date(2026, 1, 15), 9))
    establishment = aoba()
    before = RenewalFactory(campaign=earlier, establishment=establishment)
    submits_change(before, sme=papers(establishment), now=at(date(2026, 1, 20), 10))
    reviewing.mark(
        renewal_id=before.pk,
        version=1,
        discount=Discount.SME,
        mark=Mark.CONFIRMED,
        by=reviewer,
        now=at(date(2026, 1, 25), 10),
    )
    deciding.approve(renewal_id=before.pk, version=1, by=reviewer, now=at(date(2026, 1, 25), 10))
    renewal = RenewalFactory(establishment=establishment)
    again = EvidenceFactory(establishment=establishment, **BY_HEADCOUNT)
    submits_change(renewal, sme=again, method=SmeMethod.HEADCOUNT)
    plain = text(bench(browser, renewal))
    assert "前に承認した書類と並べて見る" in plain
    last_year = before.submissions.get().sme_evidence
    assert str(last_year.key) not in plain
    assert reverse("evidence_page", args=[last_year.key, 1, 1200]) in text(
        bench(browser, renewal, "?beside=sme")
    )


def test_an_unchanged_renewal_has_no_workbench(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True)
    assert browser.get(url("workbench", renewal))["Location"] == url("change", renewal)
    assert browser.get(reverse("admin:renewals_renewal_workbench", args=[999])).status_code == 404


# --- whose case it is ---------------------------------------------------------------------------------------


def test_somebody_elses_case_is_to_be_read_only(browser: Client, colleague: User) -> None:
    renewal = small_company()
    claims(renewal, colleague)
    shown = bench(browser, renewal)
    assert "いま、審査 太郎さんが審査しています" in text(shown)
    assert not shown.context["may_decide"]
    assert "<form" not in text(shown).partition("data-bench")[2]
    confirms(browser, renewal)
    assert not ClaimMark.objects.exists()


def test_a_case_is_taken_up_out_of_its_turn(browser: Client, reviewer: User) -> None:
    renewal = small_company()
    assert "この申請の審査を始めていません" in text(bench(browser, renewal))
    browser.post(url("begin", renewal))
    assert bench(browser, renewal).context["may_decide"]


def test_the_lease_is_kept_while_the_page_is_open(
    browser: Client, reviewer: User, clock: Any, login: Any, colleague: User
) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    clock.set(NOW + timedelta(minutes=20))
    assert browser.post(url("keep", renewal)).json() == {"kept": True}
    assert now(renewal).leased_until == NOW + timedelta(minutes=20) + LEASE
    assert login(colleague).post(url("keep", renewal)).json() == {"kept": False}


@pytest.mark.parametrize("role", LOOKERS)
def test_others_see_everything_and_decide_nothing(clock: Any, login: Any, role: str, reviewer: User) -> None:
    clock.set(NOW)
    renewal = small_company()
    claims(renewal, reviewer)
    browser = login(UserFactory(role=role))
    assert browser.get(url("queue")).status_code == 200
    assert not bench(browser, renewal).context["may_decide"]
    evidence = renewal.submissions.get().sme_evidence
    picture = browser.get(reverse("evidence_pdf", args=[evidence.key]))
    assert b"".join(picture.streaming_content).startswith(b"%PDF")
    before = AuditEvent.objects.count()
    for name in ("begin", "mark", "keep", "approve_checked", "hold", "release", "return", "refuse"):
        assert browser.post(url(name, renewal), {"version": 1}).status_code == 403, name
    assert browser.post(url("next")).status_code == 403
    assert browser.post(url("undo", renewal, 1)).status_code == 403
    assert (now(renewal).status, AuditEvent.objects.count()) == (Status.SUBMITTED, before)


@pytest.mark.parametrize("name", ["begin", "mark", "keep", "approve_checked", "release"])
def test_what_changes_something_takes_a_post(browser: Client, name: str) -> None:
    assert browser.get(url(name, small_company())).status_code == 405


# --- marks --------------------------------------------------------------------------------------------------


def test_a_mark_is_noted_and_lengthens_the_lease(browser: Client, reviewer: User, clock: Any) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    clock.set(NOW + timedelta(minutes=10))
    response = confirms(browser, renewal, mark=Mark.UNSURE)
    assert response["Location"] == f"{url('workbench', renewal)}#sme"
    assert marks_of(renewal, 1) == {Discount.SME: Mark.UNSURE}
    assert now(renewal).leased_until == NOW + timedelta(minutes=10) + LEASE


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"version": "1", "discount": "sme", "mark": ""},
        {"version": "1", "discount": "x", "mark": "confirmed"},
        {"version": "", "discount": "sme", "mark": "confirmed"},
        {"version": "1", "discount": "group", "mark": "confirmed"},
    ],
)
def test_a_mark_on_nothing_is_refused(browser: Client, given: dict) -> None:
    renewal = small_company()
    browser.post(url("mark", renewal), given)
    assert not ClaimMark.objects.exists()


# --- approving ----------------------------------------------------------------------------------------------


def test_approval_is_offered_once_everything_is_confirmed(browser: Client, reviewer: User) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    assert "承認する</button>" not in text(bench(browser, renewal))
    confirms(browser, renewal)
    assert "承認する</button>" in text(bench(browser, renewal))
    response = browser.post(url("approve_checked", renewal), {"version": 1, "amount": 63_000}, follow=True)
    assert now(renewal).status == Status.APPROVED
    assert "承認しました。次年度の年会費は63,000円です。" in text(response)
    [mail] = OutboxMessage.objects.filter(kind="approved")
    assert mail.next_attempt_at == NOW + UNDO_WINDOW


def test_an_approval_without_a_mark_is_refused(browser: Client, reviewer: User) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    response = browser.post(url("approve_checked", renewal), {"version": 1, "amount": 63_000}, follow=True)
    assert "証跡を確認して、○を付けてから" in text(response)
    assert now(renewal).status == Status.SUBMITTED


@pytest.mark.parametrize("amount", ["", "0", "x", "9" * 5_000])
def test_an_approval_that_names_no_fee_decides_nothing(browser: Client, reviewer: User, amount: str) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    confirms(browser, renewal)
    browser.post(url("approve_checked", renewal), {"version": 1, "amount": amount})
    assert now(renewal).status == Status.SUBMITTED


def test_rates_that_changed_are_not_approved_unseen(browser: Client, reviewer: User) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    confirms(browser, renewal)
    FeeScheduleFactory(valid_from=2027, small=70_000)
    shown = browser.post(url("approve_checked", renewal), {"version": 1, "amount": 63_000}, follow=True)
    assert now(renewal).status == Status.SUBMITTED
    assert "確定する年会費（70,000円）が違います" in text(shown)
    assert 'name="amount" value="70000"' in text(shown)


def test_a_stale_approval_shows_what_changed(browser: Client, reviewer: User) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    confirms(browser, renewal)
    deciding.return_for_correction(renewal_id=renewal.pk, version=1, items=[told()], by=reviewer, now=NOW)
    other = papers(renewal.establishment, **BY_HEADCOUNT)
    submits_change(now(renewal), sme=other, method=SmeMethod.HEADCOUNT, now=NOW)
    claims(renewal, reviewer)
    shown = browser.post(url("approve_checked", renewal), {"version": 1, "amount": 63_000}, follow=True)
    assert now(renewal).status == Status.SUBMITTED
    assert "会員が申請をやり直しました" in text(shown)
    assert "前に表示していた内容から変わったところ" in text(shown)
    assert "証明方法1（資本金を証明する） → 証明方法2（従業員数を証明する）" in text(shown)


def test_pressing_approve_twice_is_no_error(browser: Client, reviewer: User) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    confirms(browser, renewal)
    for _ in range(2):
        shown = browser.post(url("approve_checked", renewal), {"version": 1, "amount": 63_000}, follow=True)
    assert "すでに「承認済み」になっています" in text(shown)
    assert AuditEvent.objects.filter(verb="renewal.approve").count() == 1


def test_a_group_that_lists_the_member_confirms_the_claim(browser: Client, listing_group: Any) -> None:
    renewal = RenewalFactory(establishment=aoba())
    submits_change(renewal, group=listing_group(renewal.establishment.corporation))
    browser.post(url("next"))
    shown = text(bench(browser, renewal))
    assert "団体の名簿に載っています" in shown
    assert "2027年1月10日（日）現在の名簿" in shown
    assert marks_of(renewal, 1) == {Discount.GROUP: Mark.CONFIRMED}
    assert "承認する</button>" in shown
    confirms(browser, renewal, "group", Mark.REJECTED)
    browser.post(url("begin", renewal))
    assert marks_of(renewal, 1) == {Discount.GROUP: Mark.REJECTED}


def test_a_group_that_does_not_list_the_member_confirms_nothing(browser: Client, listing_group: Any) -> None:
    renewal = RenewalFactory(establishment=aoba())
    submits_change(renewal, group=listing_group(RenewalFactory().establishment.corporation))
    browser.post(url("next"))
    assert "団体の名簿に載っています" not in text(bench(browser, renewal))
    assert not ClaimMark.objects.exists()


# --- refusing a discount ------------------------------------------------------------------------------------


def test_a_discount_is_refused_with_its_effect_shown_first(browser: Client, reviewer: User) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    confirms(browser, renewal, mark=Mark.REJECTED)
    assert '<input type="checkbox" name="sme" id="id_sme" checked' in text(
        browser.get(url("refuse", renewal))
    )
    given = {"version": 1, "sme": "on", "sme_text": "資本金も従業員数も上限を超えています。", "step": "check"}
    checked = text(browser.post(url("refuse", renewal), given))
    assert "まだ承認していません。" in checked
    assert "83,000円" in checked
    assert "中小企業割引：資本金も従業員数も上限を超えています。" in checked
    assert now(renewal).status == Status.SUBMITTED
    shown = browser.post(url("refuse", renewal), {**given, "step": "approve", "amount": 83_000}, follow=True)
    assert "次年度の年会費は83,000円です。" in text(shown)
    renewal = now(renewal)
    assert (renewal.status, renewal.fixed_fee.amount, renewal.fixed_fee.sme) == (
        Status.APPROVED,
        83_000,
        False,
    )
    assert Decision.objects.get().items.get().text == "資本金も従業員数も上限を超えています。"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, "適用しない割引を選んでください。"),
        ({"sme": "on"}, "中小企業割引を適用しない理由を入力してください。"),
    ],
)
def test_refusing_says_what_is_missing(browser: Client, reviewer: User, given: dict, error: str) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    confirms(browser, renewal)
    shown = text(browser.post(url("refuse", renewal), {"version": 1, "step": "check", **given}))
    assert error in shown
    assert "<title>エラー：" in shown


def test_what_is_not_refused_has_to_be_confirmed(browser: Client, reviewer: User) -> None:
    renewal = RenewalFactory(establishment=aoba())
    group = IndustryGroupFactory()
    certificate = papers(renewal.establishment, Discount.GROUP, **BY_CERTIFICATE)
    submits_change(renewal, sme=papers(renewal.establishment), group=group, group_papers=certificate)
    claims(renewal, reviewer)
    given = {"version": 1, "sme": "on", "sme_text": "理由", "step": "check"}
    assert "正会員団体割引は、まだ○になっていません。" in text(browser.post(url("refuse", renewal), given))
    confirms(browser, renewal, "group")
    assert "80,000円" in text(browser.post(url("refuse", renewal), given))


# --- returning ----------------------------------------------------------------------------------------------


def test_a_return_is_shown_as_the_member_will_see_it_and_then_goes(browser: Client, reviewer: User) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    reason = ReturnReason.objects.get(title="履歴事項全部証明書が3か月超")
    form = text(browser.get(url("return", renewal)))
    assert reason.text in form
    assert "会員証の有効期限切れ" not in form
    given = {
        "version": 1,
        f"sme_{reason.pk}": "on",
        f"sme_{reason.pk}_text": "発行日が2026年9月1日です。",
        "sme_other": "2ページ目が抜けています。",
        "note": "お電話でもお知らせします。",
        "mend_by": "2027-02-08",
    }
    checked = text(browser.post(url("return", renewal), {**given, "step": "check"}))
    for words in (
        "まだ差し戻していません。",
        "申請内容の修正をお願いします",
        "発行日が2026年9月1日です。",
        "2ページ目が抜けています。",
        "修正の期限：2027年2月8日（月）",
        "お電話でもお知らせします。",
        "申請内容の修正のお願い（2月8日まで）",
    ):
        assert words in checked, words
    assert now(renewal).status == Status.SUBMITTED
    again = text(browser.post(url("return", renewal), {**given, "step": "edit"}))
    assert "発行日が2026年9月1日です。" in again
    shown = browser.post(url("return", renewal), {**given, "step": "return"}, follow=True)
    assert "に差し戻しました。修正の期限は2027年2月8日（月）です。" in text(shown)
    decision = Decision.objects.get()
    assert [(item.reason, item.text) for item in decision.items.all()] == [
        (reason, "発行日が2026年9月1日です。"),
        (None, "2ページ目が抜けています。"),
    ]
    assert now(renewal).status == Status.RETURNED
    [mail] = OutboxMessage.objects.filter(kind="returned")
    assert mail.next_attempt_at == NOW + UNDO_WINDOW


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, "差戻しの理由を、1つ以上選ぶか入力してください。"),
        ({"sme_other": "書類", "mend_by": ""}, "修正の期限を入力してください。"),
        ({"sme_other": "x" * 501}, "文は500文字までにしてください。"),
    ],
)
def test_returning_says_what_is_missing(browser: Client, reviewer: User, given: dict, error: str) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    shown = text(
        browser.post(url("return", renewal), {"version": 1, "mend_by": "2027-02-08", "step": "check"} | given)
    )
    assert error in shown
    assert "<title>エラー：" in shown


def test_a_ticked_reason_needs_its_text(browser: Client, reviewer: User) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    reason = ReturnReason.objects.get(title="様式5のみ")
    given = {"version": 1, "mend_by": "2027-02-08", f"sme_{reason.pk}": "on", f"sme_{reason.pk}_text": " "}
    assert "「様式5のみ」の文を入力してください。" in text(browser.post(url("return", renewal), given))


def test_a_day_in_the_past_is_refused(browser: Client, reviewer: User) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    given = {"version": 1, "mend_by": "2027-01-31", "sme_other": "書類", "step": "return"}
    shown = browser.post(url("return", renewal), given, follow=True)
    assert "修正の期限には、今日以降の日付を入力してください。" in text(shown)
    assert now(renewal).status == Status.SUBMITTED


@pytest.mark.parametrize("name", ["return", "refuse", "hold"])
def test_a_decision_begins_with_the_lease(browser: Client, name: str) -> None:
    renewal = small_company()
    shown = browser.get(url(name, renewal), follow=True)
    assert "審査を始めてから操作してください。" in text(shown)


# --- putting aside, undoing ---------------------------------------------------------------------------------


def test_a_held_case_is_passed_over_until_it_is_released(browser: Client, reviewer: User) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    assert "保留の理由を入力してください。" in text(browser.post(url("hold", renewal), {"version": 1}))
    browser.post(url("hold", renewal), {"version": 1, "reason": "団体に照会中"})
    assert now(renewal).hold_reason == "団体に照会中"
    assert browser.post(url("next"))["Location"] == url("queue")
    shown = text(bench(browser, renewal))
    assert "団体に照会中" in shown
    assert "保留を解除して審査する" in shown
    browser.post(url("release", renewal))
    assert now(renewal).held_at is None
    assert bench(browser, renewal).context["may_decide"]


def test_a_decision_is_undone_before_its_mail_leaves(browser: Client, reviewer: User) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    confirms(browser, renewal)
    done = browser.post(url("approve_checked", renewal), {"version": 1, "amount": 63_000}, follow=True)
    decision = Decision.objects.get()
    address = url("undo", renewal, decision.pk)
    assert address in text(done)
    shown = browser.post(address, follow=True)
    assert "決定を取り消しました。" in text(shown)
    assert shown.context["may_decide"]
    assert now(renewal).status == Status.SUBMITTED
    assert address not in text(browser.get(url("queue")))


def test_undoing_is_offered_while_the_mail_waits_and_refused_after(
    browser: Client, reviewer: User, clock: Any
) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    confirms(browser, renewal)
    browser.post(url("approve_checked", renewal), {"version": 1, "amount": 63_000})
    clock.set(NOW + UNDO_WINDOW)
    assert "取り消す</button>" not in text(browser.get(url("queue")))
    OutboxMessage.objects.filter(kind="approved").update(status="sent", sent_at=NOW)
    shown = browser.post(url("undo", renewal, Decision.objects.get().pk), follow=True)
    assert "お知らせのメールがすでに送られたため、取り消せません。" in text(shown)
    assert now(renewal).status == Status.APPROVED


def test_a_decision_of_another_case_cannot_be_undone_through_this_one(browser: Client) -> None:
    renewal, other = small_company(), small_company()
    decision = deciding.return_for_correction(
        renewal_id=other.pk, version=1, items=[told()], by=UserFactory(reviewer=True), now=NOW
    )
    assert browser.post(url("undo", renewal, decision.pk)).status_code == 404


# --- queries ------------------------------------------------------------------------------------------------


def test_the_page_takes_at_most_twelve_queries(
    browser: Client, reviewer: User, django_assert_max_num_queries: Any
) -> None:
    renewal = small_company()
    claims(renewal, reviewer)
    bench(browser, renewal)
    with django_assert_max_num_queries(12):
        bench(browser, renewal)


def test_ten_files_and_three_versions_take_no_more(
    browser: Client, reviewer: User, django_assert_max_num_queries: Any
) -> None:
    renewal = RenewalFactory(establishment=aoba())
    group = IndustryGroupFactory()
    for version in (1, 2, 3):
        files = [[f"{pdfs.REGISTRY}\n{version}-{place}"] for place in range(10)]
        certificate = papers(
            renewal.establishment, Discount.GROUP, files=[[f"{pdfs.CERTIFICATE}\n{version}"]], papers=[]
        )
        submits_change(
            now(renewal),
            sme=papers(renewal.establishment, files=files, papers=[(Paper.REGISTRY,)] * 10),
            group=group,
            group_papers=papers(renewal.establishment, Discount.GROUP, **BY_CERTIFICATE)
            if version == 3
            else _named(certificate),
            now=AGAIN_AT,
        )
        if version < 3:
            deciding.return_for_correction(
                renewal_id=renewal.pk, version=version, items=[told()], by=reviewer, now=AGAIN_AT
            )
    claims(renewal, reviewer)
    bench(browser, renewal)
    with django_assert_max_num_queries(12):
        shown = bench(browser, renewal)
    assert len(shown.context["bench"].claims[0].files) == 10


def _named(evidence: Any) -> Any:
    evidence.parts.update(papers=[Paper.CERTIFICATE.value])
    return evidence


def test_undo_and_take_back_do_not_meet(browser: Client, reviewer: User) -> None:
    """Once a reviewer has begun, the member cannot take the submission back under their hands."""
    renewal = small_company()
    claims(renewal, reviewer)
    with pytest.raises(lifecycle.UnderReview):
        lifecycle.take_back(renewal_id=renewal.pk, by=clerk_of(renewal), now=NOW)
