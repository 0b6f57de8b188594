"""The application page, and every decision that can be made on it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from audit.trail import Actor
from discounts.models import AppliedDiscounts
from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from members.models import StaffRole, User
from renewals import leaving, lifecycle
from renewals.models import Renewal
from renewals.status import Channel, Status
from tests.factories import (
    STEPS,
    EstablishmentFactory,
    FeeScheduleFactory,
    RenewalFactory,
    UserFactory,
    clerk_of,
    unchanged,
    withdrawal,
)

pytestmark = pytest.mark.django_db
NOW = at(date(2027, 2, 1), 10)


@pytest.fixture
def reviewer() -> User:
    return UserFactory(reviewer=True, name="審査 花子")


@pytest.fixture
def browser(clock: Any, login: Any, reviewer: User) -> Client:
    clock.set(NOW)
    return login(reviewer)


def url(name: str, renewal: Renewal) -> str:
    return reverse(f"admin:renewals_renewal_{name}", args=[renewal.pk])


def text(response: Any) -> str:
    return response.content.decode()


def now(renewal: Renewal) -> Renewal:
    return Renewal.objects.get(pk=renewal.pk)


def state(renewal: Renewal) -> str:
    return now(renewal).status


# --- what it shows ------------------------------------------------------------------------------------------


def test_it_shows_this_year_beside_what_was_declared(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True, establishment=EstablishmentFactory(sme=True, in_group=True))
    shown = text(browser.get(url("change", renewal)))
    assert renewal.establishment.full_name in shown
    assert renewal.receipt_number in shown
    assert shown.count("60,000円") >= 3  # this year, declared, on the button's note
    assert "2027年3月31日（水）" in shown


def test_a_discount_applies_or_does_not(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True, establishment=EstablishmentFactory(sme=True))
    terms = {row.item: row for row in browser.get(url("change", renewal)).context["application"].comparison}
    assert terms["中小企業割引"].next_year == "適用あり"
    assert terms["正会員団体割引"].next_year == "適用なし"


def test_it_masks_the_account(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True)
    shown = text(browser.get(url("change", renewal)))
    assert "••••306" in shown
    assert "5706306" not in shown


def test_it_names_who_did_what_and_which_mails_went(browser: Client, reviewer: User) -> None:
    renewal = RenewalFactory(submitted=True)
    browser.post(url("approve", renewal), {"version": 1, "amount": 83_000})
    shown = text(browser.get(url("change", renewal)))
    assert "審査 花子" in shown
    assert "<strong>承認</strong>" in shown
    assert "次年度年会費のご案内" in shown


def test_it_shows_every_version_with_channel_and_note(browser: Client, reviewer: User) -> None:
    renewal = RenewalFactory(taken_back=True)
    lifecycle.answer_on_behalf(
        renewal_id=renewal.pk,
        answer=unchanged(),
        channel=Channel.FAX,
        note="工場長からFAX",
        by=reviewer,
        now=NOW,
    )
    shown = text(browser.get(url("change", renewal)))
    assert "版1" in shown
    assert "版2" in shown
    assert "工場長からFAX" in shown


@pytest.mark.parametrize("day", [date(2027, 2, 10), date(2027, 2, 11)])
def test_unanswered_is_said_from_the_day_after_the_deadline(clock: Any, login: Any, day: date) -> None:
    renewal = RenewalFactory()
    clock.set(at(day, 9))
    shown = text(login(UserFactory(read_only=True)).get(url("change", renewal)))
    assert ("未回答" in shown) is (day > renewal.campaign.deadline)


def test_an_open_point_is_shown(browser: Client) -> None:
    establishment = EstablishmentFactory(in_group=True)
    AppliedDiscounts.objects.filter(establishment=establishment).update(
        certificate_valid_until=date(2027, 1, 1)
    )
    renewal = RenewalFactory(submitted=True, establishment=establishment)
    assert "会員証の有効期限（2027年1月1日（金））が、申請日" in text(browser.get(url("change", renewal)))


def test_an_unknown_renewal_is_404(browser: Client) -> None:
    assert browser.get(reverse("admin:renewals_renewal_change", args=[999])).status_code == 404


def test_its_queries_do_not_depend_on_how_many_renewals_there_are(
    browser: Client, django_assert_max_num_queries: Any
) -> None:
    renewal = RenewalFactory(submitted=True)
    counts = []
    for more in (2, 27):
        for _ in range(more):
            RenewalFactory(submitted=True)
        with django_assert_max_num_queries(25) as queries:
            browser.get(url("change", renewal))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- deciding -----------------------------------------------------------------------------------------------


def test_begin_review(browser: Client, reviewer: User) -> None:
    renewal = RenewalFactory(submitted=True)
    response = browser.post(url("begin_review", renewal))
    renewal.refresh_from_db()
    assert (renewal.reviewer, response.status_code) == (reviewer, 302)
    assert not renewal.may_be_taken_back


def test_approve_fixes_the_fee_and_queues_the_mail(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True, establishment=EstablishmentFactory(sme=True))
    response = browser.post(url("approve", renewal), {"version": 1, "amount": 63_000}, follow=True)
    renewal.refresh_from_db()
    assert (renewal.status, renewal.fixed_fee.amount) == (Status.APPROVED, 63_000)
    assert "承認しました。次年度の年会費は63,000円です。" in text(response)
    assert OutboxMessage.objects.filter(kind="approved").count() == 1


def test_pressing_approve_twice_is_no_error_and_approves_once(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True)
    browser.post(url("approve", renewal), {"version": 1, "amount": 83_000})
    again = browser.post(url("approve", renewal), {"version": 1, "amount": 83_000}, follow=True)
    assert "すでに「承認済み」になっています。" in text(again)
    assert AuditEvent.objects.filter(verb="renewal.approve").count() == 1


def test_a_stale_decision_is_refused_and_shows_what_changed(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True)
    clerk = clerk_of(renewal)
    lifecycle.take_back(renewal_id=renewal.pk, by=clerk, now=NOW)
    lifecycle.submit(renewal_id=renewal.pk, answer=withdrawal(), by=clerk, now=NOW)
    response = browser.post(url("approve", renewal), {"version": 1, "amount": 83_000}, follow=True)
    assert state(renewal) == Status.SUBMITTED
    assert "会員が申請をやり直しました" in text(response)
    assert "更新意思：継続する（割引の変更なし） → 継続しない（退会希望）" in text(response)


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 5_000])
def test_a_decision_without_a_version_decides_nothing(browser: Client, version: str) -> None:
    renewal = RenewalFactory(submitted=True)
    browser.post(url("approve", renewal), {"version": version, "amount": 83_000})
    assert state(renewal) == Status.SUBMITTED


@pytest.mark.parametrize("given", [{}, {"amount": ""}, {"amount": "x"}, {"amount": "9" * 5_000}])
def test_an_approval_that_names_no_fee_decides_nothing(browser: Client, given: dict) -> None:
    renewal = RenewalFactory(submitted=True)
    browser.post(url("approve", renewal), {"version": 1, **given})
    assert state(renewal) == Status.SUBMITTED


def test_rates_that_changed_after_the_page_was_shown_are_not_approved_unseen(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True)
    assert 'name="amount" value="83000"' in text(browser.get(url("change", renewal)))
    FeeScheduleFactory(valid_from=2027, large=90_000)
    response = browser.post(url("approve", renewal), {"version": 1, "amount": 83_000}, follow=True)
    assert state(renewal) == Status.SUBMITTED
    assert "画面に表示していた年会費（83,000円）と、確定する年会費（90,000円）が違います。" in text(response)
    assert "申請はやり直されましたが" not in text(response)
    assert 'name="amount" value="90000"' in text(response)
    assert not OutboxMessage.objects.filter(kind="approved").exists()
    browser.post(url("approve", renewal), {"version": 1, "amount": 90_000})
    renewal.refresh_from_db()
    assert renewal.fixed_fee.amount == 90_000


def test_a_withdrawal_is_asked_about_once_more_and_then_accepted(browser: Client) -> None:
    renewal = RenewalFactory(withdrawal_submitted=True)
    assert "退会を受理しますか" in text(browser.get(url("accept_withdrawal", renewal)))
    assert state(renewal) == Status.SUBMITTED
    browser.post(url("accept_withdrawal", renewal), {"version": 1})
    assert state(renewal) == Status.WITHDRAWAL_ACCEPTED
    assert OutboxMessage.objects.filter(kind="withdrawal_guidance").count() == 1


def test_a_continuation_cannot_be_accepted_as_a_withdrawal(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True)
    shown = browser.get(url("accept_withdrawal", renewal), follow=True)
    assert "審査待ちの退会申請ではない" in text(shown)
    browser.post(url("accept_withdrawal", renewal), {"version": 1})
    assert state(renewal) == Status.SUBMITTED


def test_complete_a_withdrawal(browser: Client) -> None:
    renewal = RenewalFactory(withdrawal_accepted=True)
    asked = text(browser.get(url("complete_withdrawal", renewal)))
    assert "退会を完了しますか" in asked
    assert "退会日までは、再受付で取り消せます。" in asked
    assert "元に戻せません" not in asked
    browser.post(url("complete_withdrawal", renewal))
    renewal.refresh_from_db()
    assert renewal.status == Status.WITHDRAWN
    assert renewal.establishment.left_on == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"until": "", "reason": "電話"}, "回答期限を入力してください。"),
        ({"until": "nonsense", "reason": "電話"}, "回答期限は「2027-02-10」のように入力してください。"),
        ({"until": "2027-02-20", "reason": ""}, "再受付の理由を入力してください。"),
        ({"until": "2027-01-31", "reason": "電話"}, "回答期限には今日以降の日付を入力してください"),
    ],
)
def test_reopening_says_what_is_missing_and_keeps_what_was_typed(
    browser: Client, data: dict, error: str
) -> None:
    renewal = RenewalFactory(approved=True)
    shown = text(browser.post(url("reopen", renewal), {**data, "seen": now(renewal).stamp}))
    assert error in shown
    assert "<title>エラー：" in shown
    assert data["reason"] in shown
    assert state(renewal) == Status.APPROVED


@pytest.mark.parametrize(
    ("trait", "heading"),
    [
        ("submitted", "いまの申請を取り消します"),
        ("approved", "承認を取り消します"),
        ("withdrawal_accepted", "退会の受理を取り消します"),
        ("withdrawn", "退会の完了を取り消します"),
    ],
)
def test_the_page_says_what_reopening_undoes(browser: Client, trait: str, heading: str) -> None:
    renewal = RenewalFactory(**{trait: True})
    assert f">{heading}</h2>" in text(browser.get(url("reopen", renewal)))


@pytest.mark.parametrize(
    ("today", "suggested"),
    [
        (date(2027, 2, 1), "2027-02-10"),  # the deadline
        (date(2027, 2, 8), "2027-02-15"),
        (date(2027, 3, 1), "2027-03-08"),
        (date(2027, 3, 29), "2027-03-31"),
    ],
)
def test_the_day_that_is_suggested_leaves_time_to_answer(
    clock: Any, login: Any, reviewer: User, today: date, suggested: str
) -> None:
    renewal = RenewalFactory()
    clock.set(at(today, 9))
    assert f'value="{suggested}"' in text(login(reviewer).get(url("reopen", renewal)))


def test_a_day_that_is_refused_is_said_beside_its_field(browser: Client) -> None:
    renewal = RenewalFactory(approved=True)
    given = {"until": "2027-01-31", "reason": "電話", "seen": now(renewal).stamp}
    shown = browser.post(url("reopen", renewal), given)
    assert "回答期限には今日以降の日付を入力してください" in shown.context["form"].errors["until"][0]


def test_reopen(browser: Client) -> None:
    renewal = RenewalFactory(approved=True)
    given = {"until": "2027-02-20", "reason": "割引を間違えた", "seen": now(renewal).stamp}
    browser.post(url("reopen", renewal), given)
    again = browser.post(url("reopen", renewal), given, follow=True)
    assert "すでに再受付になっています" in text(again)
    renewal.refresh_from_db()
    assert (renewal.status, renewal.answer_until) == (Status.NOT_STARTED, date(2027, 2, 20))
    assert AuditEvent.objects.get(verb="renewal.reopen").details["reason"] == "割引を間違えた"


def test_a_page_from_before_the_approval_undoes_nothing(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True)
    opened = browser.get(url("reopen", renewal)).context["form"]["seen"].value()
    STEPS["approve"](now(renewal))
    given = {"until": "2027-02-20", "reason": "電話", "seen": opened}
    shown = browser.post(url("reopen", renewal), given, follow=True)
    assert "手続きの状態が変わりました（いまは「承認済み」です）" in text(shown)
    assert state(renewal) == Status.APPROVED


def test_a_withdrawal_that_took_effect_cannot_be_reopened(clock: Any, login: Any, reviewer: User) -> None:
    renewal = RenewalFactory(withdrawn=True)
    clock.set(at(date(2027, 4, 1), 9))
    given = {"until": "2027-04-05", "reason": "電話での依頼", "seen": now(renewal).stamp}
    response = login(reviewer).post(url("reopen", renewal), given, follow=True)
    assert "回答期限は、年度末（2027年3月31日（水））までの日付にしてください" in text(response)
    assert state(renewal) == Status.WITHDRAWN


# --- who may ------------------------------------------------------------------------------------------------

POSTS = ("begin_review", "approve", "accept_withdrawal", "complete_withdrawal", "reopen", "answer_on_behalf")


@pytest.mark.parametrize("role", [StaffRole.READ_ONLY, StaffRole.BILLING])
@pytest.mark.parametrize("name", POSTS)
def test_others_get_403_and_change_nothing(clock: Any, login: Any, role: str, name: str) -> None:
    clock.set(NOW)
    renewal = RenewalFactory(submitted=True)
    before = AuditEvent.objects.count()
    response = login(UserFactory(role=role)).post(url(name, renewal), {"version": 1})
    assert response.status_code == 403
    assert (state(renewal), AuditEvent.objects.count()) == (Status.SUBMITTED, before)


@pytest.mark.parametrize("role", [StaffRole.READ_ONLY, StaffRole.BILLING])
def test_others_see_the_page_without_buttons(clock: Any, login: Any, role: str) -> None:
    clock.set(NOW)
    renewal = RenewalFactory(submitted=True)
    response = login(UserFactory(role=role)).get(url("change", renewal))
    assert response.status_code == 200
    assert not any(response.context["actions"].values())
    assert 'class="decision-bar"' not in text(response)


@pytest.mark.parametrize("name", ["begin_review", "approve"])
def test_deciding_takes_a_post(browser: Client, name: str) -> None:
    assert browser.get(url(name, RenewalFactory(submitted=True))).status_code == 405


def test_a_job_is_named_as_such(browser: Client) -> None:
    renewal = RenewalFactory(withdrawal_accepted=True)
    leaving.complete_withdrawal(renewal_id=renewal.pk, by=Actor.job("completion"), now=NOW)
    assert "自動処理" in text(browser.get(url("change", renewal)))
