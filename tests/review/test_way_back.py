"""A case opened from a filtered list leads back to that very list, whatever is done with the case."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from fiscal_calendar.tokyo import at
from renewals import lifecycle
from renewals.models import Renewal
from renewals.review.lists import WayBack
from renewals.status import Status
from tests.factories import RenewalFactory, UserFactory, clerk_of, unchanged

pytestmark = pytest.mark.django_db
NOW = at(date(2027, 2, 1), 10)
LIST = reverse("admin:renewals_renewal_changelist")


@pytest.fixture
def browser(clock: Any, login: Any) -> Client:
    clock.set(NOW)
    return login(UserFactory(reviewer=True))


def opened_from(browser: Client, filters: str) -> str:
    """The address behind the first row of the list."""
    shown = browser.get(f"{LIST}?{filters}").content.decode()
    return unescape(re.findall(r'<th class="field-member_number"><a href="([^"]+)"', shown)[0])


def addresses(response: Any) -> set[str]:
    return {unescape(found) for found in re.findall(r'(?:href|action)="([^"]+)"', response.content.decode())}


def test_every_link_and_form_of_a_case_keeps_the_way_back(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True)
    page = browser.get(opened_from(browser, "status=submitted&intent=unchanged"))
    kept = urlencode({"_changelist_filters": "status=submitted&intent=unchanged"})
    case = reverse("admin:renewals_renewal_change", args=[renewal.pk]).removesuffix("change/")
    within = {address for address in addresses(page) if address.startswith(case)}
    assert len(within) == 3  # begin the review, approve, reopen
    assert all(address.endswith(f"?{kept}") for address in within)
    assert f"{LIST}?status=submitted&intent=unchanged" in addresses(page)


@pytest.mark.parametrize(
    ("trait", "name", "data"),
    [
        ("submitted", "approve", {"version": 1, "amount": 83_000}),
        ("withdrawal_submitted", "accept_withdrawal", {"version": 1}),
        ("withdrawal_accepted", "complete_withdrawal", {}),
        ("approved", "reopen", {"until": "2027-02-20", "reason": "電話"}),
    ],
)
def test_a_decision_offers_the_way_back_to_the_list(
    browser: Client, trait: str, name: str, data: dict
) -> None:
    renewal = RenewalFactory(**{trait: True})
    filters = f"status={renewal.status}&p=2"
    address = reverse(f"admin:renewals_renewal_{name}", args=[renewal.pk])
    query = urlencode({"_changelist_filters": filters})
    seen = {"seen": Renewal.objects.get().stamp}
    done = browser.post(f"{address}?{query}", data | seen, follow=True).content.decode()
    label = Status(renewal.status).label
    assert f'<a href="{LIST}?status={renewal.status}&amp;p=2">{label}の一覧に戻る</a>' in done


def test_a_second_press_offers_it_too(browser: Client) -> None:
    renewal = RenewalFactory(approved=True)
    address = reverse("admin:renewals_renewal_approve", args=[renewal.pk])
    done = browser.post(address, {"version": 1, "amount": 83_000}, follow=True).content.decode()
    assert f'<a href="{LIST}">年度更新の一覧に戻る</a>' in done


def test_a_stale_decision_keeps_it(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True)
    lifecycle.take_back(renewal_id=renewal.pk, by=clerk_of(renewal), now=NOW)
    lifecycle.submit(renewal_id=renewal.pk, answer=unchanged(), by=clerk_of(renewal), now=NOW)
    query = urlencode({"_changelist_filters": "status=submitted"})
    address = reverse("admin:renewals_renewal_approve", args=[renewal.pk])
    shown = browser.post(f"{address}?{query}", {"version": 1, "amount": 83_000}, follow=True)
    assert "申請はやり直されましたが" in shown.content.decode()
    assert f"{LIST}?status=submitted" in addresses(shown)


@pytest.mark.parametrize(
    ("filters", "label"),
    [
        ("", "年度更新の一覧"),
        ("q=JA-1", "年度更新の一覧"),
        ("status=nonsense", "年度更新の一覧"),
        ("campaign=1&status=submitted", "審査待ちの一覧"),
        ("status=unanswered", "未回答の一覧"),
    ],
)
def test_the_list_is_named_by_the_state_it_shows(filters: str, label: str) -> None:
    assert WayBack(filters).label == label


def test_a_page_that_the_list_no_longer_has_is_its_last(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last case of a page was decided: back on the list the filters must still hold."""
    monkeypatch.setattr("renewals.admin.RenewalAdmin.list_per_page", 2)
    renewals = [RenewalFactory(submitted=True) for _ in range(3)]
    RenewalFactory()
    shown = browser.get(LIST, {"status": "submitted", "p": "9"})
    assert list(shown.context["cl"].result_list) == [Renewal.objects.get(pk=renewals[2].pk)]
