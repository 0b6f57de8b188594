"""The first page: what needs a decision now."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from mailing.status import MessageStatus
from members.models import StaffRole
from renewals.campaign import open_campaign
from renewals.models import Renewal, RenewalCampaign
from renewals.review.figures import count_season, season_figures
from renewals.review.today import load_today
from tests.factories import JOB, CampaignFactory, EstablishmentFactory, RenewalFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = at(date(2027, 2, 1), 10)


@pytest.fixture
def browser(clock: Any, login: Any) -> Client:
    clock.set(NOW)
    return login(UserFactory(manager=True))


def numbers(now: Any = NOW) -> dict[str, int]:
    return {count.label: count.number for count in load_today(now=now).counts}


def headings(now: Any = NOW) -> list[str]:
    return [notice.heading for notice in load_today(now=now).notices]


def finish_opening() -> None:
    RenewalCampaign.objects.update(opening_finished_at=NOW)


def test_it_counts_what_waits() -> None:
    for trait in (
        "submitted",
        "in_review",
        "withdrawal_submitted",
        "approved",
        "withdrawal_accepted",
        "withdrawn",
    ):
        RenewalFactory(**{trait: True})
    RenewalFactory()
    assert numbers() == {
        "審査待ち（変更なし）": 2,
        "審査待ち（変更あり）": 0,
        "審査待ち（退会）": 1,
        "まだ回答していない事業所": 1,
        "退会手続中": 1,
        "確認待ちの会員証": 0,
        "30日以内に期限が切れる会員証": 0,
        "期限が切れた会員証": 0,
        "送信に失敗したメール": 0,
    }


@pytest.mark.parametrize("trait", ["submitted", "withdrawal_submitted", "withdrawal_accepted", None])
def test_each_count_leads_to_a_list_of_so_many(browser: Client, trait: str | None) -> None:
    for _ in range(2):
        RenewalFactory(**({trait: True} if trait else {}))
    [count] = [count for count in load_today(now=NOW).counts if count.number == 2]
    assert len(browser.get(count.url).context["cl"].result_list) == 2


def test_after_the_deadline_the_unanswered_are_a_work_list(clock: Any, login: Any) -> None:
    later = at(date(2027, 2, 11), 9)
    clock.set(later)
    RenewalFactory()
    RenewalFactory(reopened=True)  # has time until 20 February
    assert numbers(later)["未回答"] == 1
    [count] = [count for count in load_today(now=later).counts if count.label == "未回答"]
    shown = login(UserFactory(read_only=True)).get(count.url)
    assert len(shown.context["cl"].result_list) == 1


def test_the_oldest_that_waits_is_told() -> None:
    renewals = [RenewalFactory(submitted=True) for _ in range(2)]
    Renewal.objects.filter(pk=renewals[1].pk).update(submitted_at=NOW - timedelta(days=3))
    Renewal.objects.filter(pk=renewals[0].pk).update(submitted_at=NOW)
    assert load_today(now=NOW).counts[0].note == "いちばん古い申請：3日前"


def test_each_kind_of_waiting_tells_its_own_oldest() -> None:
    RenewalFactory(withdrawal_submitted=True)
    notes = {count.label: count.note for count in load_today(now=NOW).counts}
    assert notes["審査待ち（変更なし）"] == ""
    assert notes["審査待ち（退会）"] == "いちばん古い申請：12日前"


def test_failed_mails_are_counted_and_linked(browser: Client) -> None:
    RenewalFactory()
    OutboxMessage.objects.update(status=MessageStatus.FAILED)
    [count] = [count for count in load_today(now=NOW).counts if count.label == "送信に失敗したメール"]
    assert (count.number, count.tone) == (1, "error")
    assert count.note.startswith("再送は、同じ宛先に送ります。")
    assert len(browser.get(count.url).context["cl"].result_list) == 1


def test_an_opening_that_is_not_finished_is_told() -> None:
    CampaignFactory(open=True)
    assert headings() == ["2027年度の更新手続の開始処理が終わっていません"]
    finish_opening()
    assert headings() == []


@pytest.mark.parametrize(("today", "told"), [(date(2027, 1, 14), False), (date(2027, 1, 15), True)])
def test_a_season_whose_day_has_come_but_is_not_open_is_told(today: date, told: bool) -> None:
    CampaignFactory()
    assert (headings(at(today, 9)) == ["2027年度の更新手続の受付を開始していません"]) is told


def test_what_waits_after_the_debit_files_cutoff_is_told() -> None:
    RenewalFactory(submitted=True)
    finish_opening()
    assert headings(at(date(2027, 2, 19), 9)) == []
    assert headings(at(date(2027, 2, 20), 9)) == ["審査が口座振替に間に合っていません"]


def test_fees_are_fixed_and_declared() -> None:
    RenewalFactory(approved=True, establishment=EstablishmentFactory(sme=True))
    RenewalFactory(submitted=True)
    RenewalFactory(withdrawal_submitted=True)
    RenewalFactory(reopened=True)  # its fee was fixed and taken back
    figures = count_season(RenewalCampaign.objects.get(), now=NOW)
    assert (figures.fees_fixed, figures.fees_declared, figures.fees_expected) == (63_000, 83_000, 146_000)


def test_answers_by_day_have_every_day_and_add_up() -> None:
    for _ in range(3):
        RenewalFactory(submitted=True)  # 20 January
    late = RenewalFactory(submitted=True)
    Renewal.objects.filter(pk=late.pk).update(submitted_at=at(date(2027, 1, 22), 0))
    RenewalFactory()
    days = count_season(RenewalCampaign.objects.get(), now=at(date(2027, 2, 12), 9)).days
    assert [day.day for day in days][:2] == [date(2027, 1, 15), date(2027, 1, 16)]
    assert {day.day: day.answers for day in days if day.answers} == {
        date(2027, 1, 20): 3,
        date(2027, 1, 22): 1,
    }
    assert days[-1].total == 4
    assert [day.day for day in days if day.is_deadline] == [date(2027, 2, 10)]


def test_figures_are_kept_for_a_minute_and_say_when_they_were_counted(browser: Client) -> None:
    renewal = RenewalFactory()
    first = season_figures(renewal.campaign, now=NOW)
    RenewalFactory()
    assert season_figures(renewal.campaign, now=NOW + timedelta(seconds=30)).total == first.total == 1
    assert "10:00時点" in browser.get(reverse("admin:index")).content.decode()


def test_without_a_season_the_page_says_what_to_do(browser: Client) -> None:
    shown = browser.get(reverse("admin:index")).content.decode()
    assert "受付中の更新手続はありません" in shown
    assert "会員名簿を取り込む" in shown


def test_tools_are_shown_to_those_who_may_use_them(clock: Any, login: Any) -> None:
    clock.set(NOW)
    shown = login(UserFactory(read_only=True)).get(reverse("admin:index")).content.decode()
    assert "会員名簿を取り込む" not in shown


@pytest.mark.parametrize("role", StaffRole.values)
def test_every_role_has_the_page(clock: Any, login: Any, role: str) -> None:
    clock.set(NOW)
    RenewalFactory(submitted=True)
    assert login(UserFactory(role=role)).get(reverse("admin:index")).status_code == 200


@pytest.mark.parametrize(
    ("role", "may_review"),
    [(StaffRole.MANAGER, True), (StaffRole.REVIEWER, True), (StaffRole.BILLING, False)],
)
def test_it_leads_to_bulk_approval_and_to_the_season(
    clock: Any, login: Any, role: str, may_review: bool
) -> None:
    clock.set(NOW)
    campaign = CampaignFactory(open=True)
    shown = login(UserFactory(role=role)).get(reverse("admin:index")).content.decode()
    assert f'href="{reverse("admin:renewals_renewalcampaign_change", args=[campaign.pk])}"' in shown
    assert (f'href="{reverse("admin:renewals_renewal_bulk", args=[campaign.pk])}"' in shown) is may_review


def test_the_same_queries_for_three_and_for_thirty(
    browser: Client, django_assert_max_num_queries: Any
) -> None:
    from django.core.cache import cache

    counts = []
    for more in (3, 27):
        for _ in range(more):
            RenewalFactory(submitted=True)
        cache.clear()
        with django_assert_max_num_queries(15) as queries:
            browser.get(reverse("admin:index"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_newly_opened_season_takes_the_page() -> None:
    CampaignFactory(fiscal_year=2026, open=True, opened_at=at(date(2026, 1, 15), 9))
    newer = CampaignFactory(fiscal_year=2027)
    assert load_today(now=NOW).campaign.fiscal_year == 2026
    open_campaign(campaign_id=newer.pk, by=JOB, now=NOW)
    assert load_today(now=NOW).campaign.fiscal_year == 2027
