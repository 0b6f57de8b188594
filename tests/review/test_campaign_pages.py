"""Planning a season, opening it, moving its deadline, adding a late member: the pages."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from members.models import StaffRole
from renewals.campaign import continue_opening
from renewals.models import DeadlineChange, RenewalCampaign
from tests.factories import CampaignFactory, EstablishmentFactory, RenewalFactory, UserFactory

pytestmark = pytest.mark.django_db
ADD = "admin:renewals_renewalcampaign_add"
DAYS_OF_2028 = {
    "fiscal_year": "2028",
    "opens_on": "2028-01-17",
    "deadline": "2028-02-10",
    "debit_on": "2028-02-28",
    "fallback_on": "2028-03-02",
}


@pytest.fixture
def browser(clock: Any, login: Any) -> Client:
    clock.set(at(date(2027, 1, 15), 9))
    return login(UserFactory(manager=True))


@pytest.fixture(autouse=True)
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been asked of a worker."""
    asked: list[str] = []
    monkeypatch.setattr(
        "renewals.review.opening.current_app.send_task", lambda name, **options: asked.append(name)
    )
    return asked


def url(name: str, campaign: RenewalCampaign) -> str:
    return reverse(f"admin:renewals_renewalcampaign_{name}", args=[campaign.pk])


def text(response: Any) -> str:
    return response.content.decode()


# --- planning -----------------------------------------------------------------------------------------------


def test_the_year_leads_to_the_days_that_the_calendar_proposes(browser: Client) -> None:
    CampaignFactory()
    assert 'value="2028"' in text(browser.get(reverse(ADD)))
    shown = text(browser.get(reverse(ADD), {"fiscal_year": "2028"}))
    for day in ("2028-02-28", "2028-03-02"):
        assert f'value="{day}"' in shown
    assert "2028年2月28日（月）" in shown
    assert RenewalCampaign.objects.count() == 1


@pytest.mark.parametrize(
    ("year", "error"),
    [
        ("2400", "2400年の祝日が分からないため"),
        ("20000", "西暦4桁"),
        ("来年", "「2027」のように西暦4桁の数字で入力してください。"),
        ("", "次年度を入力してください。"),
    ],
)
def test_a_year_without_days_says_why(browser: Client, year: str, error: str) -> None:
    assert error in text(browser.get(reverse(ADD), {"fiscal_year": year}))


def test_planning_enters_the_edited_days(browser: Client) -> None:
    browser.post(reverse(ADD), {**DAYS_OF_2028, "deadline": "2028-02-14"})
    planned = RenewalCampaign.objects.get(fiscal_year=2028)
    assert (planned.deadline, planned.is_open) == (date(2028, 2, 14), False)
    assert AuditEvent.objects.get(verb="campaign.plan").subject == "campaign:2028"


def test_planning_the_same_year_twice_says_so(browser: Client) -> None:
    browser.post(reverse(ADD), DAYS_OF_2028)
    assert "すでに登録されています" in text(browser.post(reverse(ADD), DAYS_OF_2028))
    assert RenewalCampaign.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"deadline": "2028-01-16"}, "締切日は受付開始日より後の日にしてください。"),
        ({"debit_on": "2028-02-10"}, "口座振替日は締切日より後の日にしてください。"),
        ({"fallback_on": "2028-02-28"}, "銀行振込請求書の発行日は口座振替日より後の日にしてください。"),
        ({"opens_on": ""}, "受付開始日を入力してください。"),
    ],
)
def test_days_out_of_order_are_refused_in_words(browser: Client, changes: dict, error: str) -> None:
    shown = text(browser.post(reverse(ADD), {**DAYS_OF_2028, **changes}))
    assert error in shown
    assert "<title>エラー：" in shown
    assert not RenewalCampaign.objects.exists()


def test_days_can_be_corrected_until_the_opening(browser: Client) -> None:
    campaign = CampaignFactory(fiscal_year=2028)
    browser.post(url("replan", campaign), {**DAYS_OF_2028, "opens_on": "2028-01-20"})
    campaign.refresh_from_db()
    assert campaign.opens_on == date(2028, 1, 20)
    assert AuditEvent.objects.get(verb="campaign.replan").details["opens_on"] == "2028-01-20"


def test_after_the_opening_only_the_deadline_moves(browser: Client) -> None:
    campaign = CampaignFactory(open=True)
    response = browser.post(url("replan", campaign), DAYS_OF_2028, follow=True)
    assert "受付を開始したあとは、締切日だけを変更できます。" in text(response)
    campaign.refresh_from_db()
    assert campaign.opens_on == date(2027, 1, 15)


# --- opening ------------------------------------------------------------------------------------------------


def test_the_confirmation_says_how_many_take_part_and_how_many_mails_go(browser: Client) -> None:
    campaign = CampaignFactory()
    EstablishmentFactory(several_contacts=True)
    EstablishmentFactory(contacts=[])
    EstablishmentFactory(left=True)
    preview = browser.get(url("open", campaign)).context["preview"]
    assert (preview.establishments, preview.mails) == (2, 2)
    assert preview.warnings == ["担当者のメールアドレスがない事業所が1件あります。案内のメールが届きません。"]
    campaign.refresh_from_db()
    assert not campaign.is_open


def test_members_whom_nobody_could_log_in_for_are_warned_about(browser: Client) -> None:
    campaign = CampaignFactory()
    waiting, invited = EstablishmentFactory(), EstablishmentFactory()
    UserFactory(invited=True, acts_for=[invited])
    shown = browser.get(url("open", campaign))
    assert shown.context["preview"].without_account == 1
    assert "アカウントのない事業所が1件あります" in text(shown)
    [link] = re.findall(r'href="([^"]+)">未案内の事業所を見る', text(shown))
    assert list(browser.get(unescape(link)).context["cl"].result_list) == [waiting]
    UserFactory(acts_for=[waiting])
    assert "アカウントのない事業所" not in text(browser.get(url("open", campaign)))


def test_the_counts_are_what_the_opening_then_does(browser: Client) -> None:
    campaign = CampaignFactory()
    EstablishmentFactory(several_contacts=True)
    EstablishmentFactory()
    preview = browser.get(url("open", campaign)).context["preview"]
    browser.post(url("open", campaign))
    continue_opening(campaign_id=campaign.pk, now=at(date(2027, 1, 15), 9))
    assert campaign.renewals.count() == preview.establishments
    assert OutboxMessage.objects.count() == preview.mails


def test_opening_nudges_the_worker(browser: Client, nudges: list[str]) -> None:
    campaign = CampaignFactory()
    response = browser.post(url("open", campaign), follow=True)
    campaign.refresh_from_db()
    assert campaign.is_open
    assert nudges == ["renewals.continue_openings"]
    assert "開始処理が続いています" in text(response)


def test_opening_survives_a_broker_that_is_down(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(name: str, **options: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr("renewals.review.opening.current_app.send_task", down)
    campaign = CampaignFactory()
    response = browser.post(url("open", campaign), follow=True)
    campaign.refresh_from_db()
    assert campaign.is_open
    assert "次の自動処理のときに送り始めます" in text(response)
    again = text(browser.post(url("open", campaign), follow=True))
    assert "続きは、次の自動処理のときに実行します。" in again


def test_opening_twice_opens_once_and_goes_on(browser: Client, nudges: list[str]) -> None:
    campaign = CampaignFactory()
    browser.post(url("open", campaign))
    again = text(browser.post(url("open", campaign), follow=True))
    assert "続きを実行しています。" in again
    assert AuditEvent.objects.filter(verb="campaign.open").count() == 1
    assert len(nudges) == 2
    assert "すでに受付を開始しています" in text(browser.get(url("open", campaign), follow=True))


def test_an_opening_after_the_deadline_is_refused(clock: Any, login: Any) -> None:
    campaign = CampaignFactory()
    clock.set(at(date(2027, 2, 11), 9))
    browser = login(UserFactory(manager=True))
    assert "受付を開始できません" in text(browser.get(url("open", campaign)))
    browser.post(url("open", campaign))
    campaign.refresh_from_db()
    assert not campaign.is_open


def test_an_opening_while_another_season_runs_is_announced_to_be_refused(clock: Any, login: Any) -> None:
    CampaignFactory(open=True)
    clock.set(at(date(2027, 2, 1), 10))
    second = CampaignFactory(fiscal_year=2028)
    browser = login(UserFactory(role=StaffRole.MANAGER))
    assert "2027年度の更新手続がまだ続いています。2027年4月1日（木）以降" in text(
        browser.get(url("open", second))
    )


def test_an_early_opening_is_warned_about(clock: Any, login: Any) -> None:
    campaign = CampaignFactory()
    clock.set(at(date(2027, 1, 10), 9))
    browser = login(UserFactory(manager=True))
    assert "受付開始日（2027年1月15日（金））より前です。" in text(browser.get(url("open", campaign)))


# --- the deadline -------------------------------------------------------------------------------------------

MOVE = {"seen": "2027-02-10", "deadline": "2027-02-12", "reason": "大雪のため"}


def test_moving_the_deadline_is_previewed_first(browser: Client) -> None:
    RenewalFactory()
    RenewalFactory(submitted=True)
    campaign = RenewalCampaign.objects.get()
    shown = browser.post(url("deadline", campaign), {**MOVE, "step": "preview"})
    assert shown.context["move"].members_told == 1
    assert "まだ変更していません。" in text(shown)
    assert "2027年2月10日（水）" in text(shown)
    assert "2027年2月12日（金）" in text(shown)
    assert not DeadlineChange.objects.exists()


def test_it_leads_to_those_who_are_told(browser: Client) -> None:
    renewal = RenewalFactory()
    RenewalFactory(submitted=True)
    shown = text(browser.post(url("deadline", renewal.campaign), {**MOVE, "step": "preview"}))
    [link] = re.findall(r'href="([^"]+)">手続き前の一覧を見る', shown)
    assert list(browser.get(unescape(link)).context["cl"].result_list) == [renewal]


def test_entering_it_again_keeps_what_was_typed(browser: Client) -> None:
    campaign = CampaignFactory(open=True)
    preview = text(browser.post(url("deadline", campaign), {**MOVE, "step": "preview"}))
    assert 'name="step" value="edit">入力し直す' in preview
    again = text(browser.post(url("deadline", campaign), {**MOVE, "step": "edit"}))
    assert "知らせる会員を確認する" in again
    assert 'value="2027-02-12"' in again
    assert "大雪のため</textarea>" in again
    assert not DeadlineChange.objects.exists()


def test_moving_it_keeps_the_old_day_and_tells_the_unanswered(browser: Client) -> None:
    RenewalFactory()
    campaign = RenewalCampaign.objects.get()
    response = browser.post(url("deadline", campaign), {**MOVE, "step": "move"}, follow=True)
    change = DeadlineChange.objects.get()
    assert (change.previous, change.deadline, change.reason) == (
        date(2027, 2, 10),
        date(2027, 2, 12),
        "大雪のため",
    )
    assert OutboxMessage.objects.filter(kind="deadline_moved").count() == 1
    assert "<del>2027年2月10日（水）</del>" in text(response)
    assert "大雪のため" in text(response)


def test_a_second_press_moves_nothing_more(browser: Client) -> None:
    campaign = CampaignFactory(open=True)
    browser.post(url("deadline", campaign), {**MOVE, "step": "move"})
    again = browser.post(url("deadline", campaign), {**MOVE, "step": "move"}, follow=True)
    assert "締切日は、すでに2027年2月12日（金）に変わっています。" in text(again)
    assert DeadlineChange.objects.count() == 1


@pytest.mark.parametrize("seen", ["2027-02-11", ""])
def test_a_page_that_shows_another_deadline_moves_nothing(browser: Client, seen: str) -> None:
    campaign = CampaignFactory(open=True)
    again = browser.post(url("deadline", campaign), {**MOVE, "seen": seen, "step": "move"}, follow=True)
    assert "締切日が2027年2月10日（水）に変わりました" in text(again)
    assert not DeadlineChange.objects.exists()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"deadline": "2027-02-10", "reason": "x"}, "締切日が変わっていません"),
        ({"deadline": "2027-01-14", "reason": "x"}, "締切日には今日以降の日付を入力してください"),
        ({"deadline": "2027-03-01", "reason": "x"}, "口座振替日（2027年3月1日（月））の前日まで"),
        ({"deadline": "2027-02-12", "reason": ""}, "締切日を変える理由を入力してください。"),
        ({"deadline": "", "reason": "x"}, "新しい締切日を入力してください。"),
    ],
)
def test_a_deadline_that_makes_no_sense_is_refused_in_words(browser: Client, data: dict, error: str) -> None:
    campaign = CampaignFactory(open=True)
    shown = text(browser.post(url("deadline", campaign), {**data, "step": "preview"}))
    assert error in shown
    assert "<title>エラー：" in shown
    assert not DeadlineChange.objects.exists()


# --- a late member ------------------------------------------------------------------------------------------


def test_an_establishment_joins_by_its_member_number(browser: Client) -> None:
    campaign = CampaignFactory(open=True)
    establishment = EstablishmentFactory(member_number="S999")
    browser.post(url("add_establishment", campaign), {"member_number": " s999 "})
    assert campaign.renewals.get().establishment == establishment


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("S404", "会員番号「S404」の事業所は見つかりません。"),
        ("", "会員番号を入力してください。"),
        ("S999", "この事業所はすでに更新手続の対象です。"),
    ],
)
def test_who_cannot_join(browser: Client, number: str, error: str) -> None:
    renewal = RenewalFactory(establishment=EstablishmentFactory(member_number="S999"))
    shown = text(browser.post(url("add_establishment", renewal.campaign), {"member_number": number}))
    assert error in shown
    assert renewal.campaign.renewals.count() == 1


# --- who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [StaffRole.REVIEWER, StaffRole.BILLING, StaffRole.READ_ONLY])
def test_only_a_manager_moves_a_season(clock: Any, login: Any, role: str) -> None:
    clock.set(at(date(2027, 1, 15), 9))
    campaign = CampaignFactory()
    browser = login(UserFactory(role=role))
    shown = text(browser.get(url("change", campaign)))
    assert "受付を開始する" not in shown
    assert "日付を訂正する" not in shown
    for name, data in [
        ("open", {}),
        ("replan", DAYS_OF_2028),
        ("deadline", {**MOVE, "step": "move"}),
        ("add_establishment", {"member_number": "S1"}),
        ("test_send", {"kind": "reminder"}),
    ]:
        assert browser.post(url(name, campaign), data).status_code == 403
    assert browser.post(reverse(ADD), DAYS_OF_2028).status_code == 403
    campaign.refresh_from_db()
    assert (campaign.is_open, RenewalCampaign.objects.count()) == (False, 1)
