"""The secretariat looks at a certificate that came outside the season, confirms it or returns it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from discounts.models import AppliedDiscounts, CertificateUpdate
from fiscal_calendar.tokyo import at
from members.models import User
from renewals.review.certificates import certificate_counts
from tests.conftest import Clock
from tests.factories import CertificateUpdateFactory, EstablishmentFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2027, 2, 1)
LIST = "admin:discounts_certificateupdate_changelist"


@pytest.fixture
def browser(clock: Clock, login: Callable[[User], Client]) -> Client:
    clock.set(at(TODAY, 10))
    return login(UserFactory(reviewer=True))


def page_of(update: CertificateUpdate, page: str = "change") -> str:
    return reverse(f"admin:discounts_certificateupdate_{page}", args=[update.pk])


def text(answer: Any) -> str:
    return answer.content.decode()


def test_the_page_shows_what_was_claimed_beside_what_was_read(browser: Client) -> None:
    update = CertificateUpdateFactory(remark="再発行です。")
    page = text(browser.get(page_of(update)))
    assert update.evidence is not None
    assert reverse("evidence_page", args=[update.evidence.key, 1, 1200]) in page
    assert "2028年3月31日（金）" in page
    assert "会員証から読み取った有効期限（2027年3月31日（水））と、入力した日付が違います。" in page
    assert "再発行です。" in page


def test_a_confirmed_one_is_on_record_and_the_next_one_is_shown(browser: Client) -> None:
    update, following = CertificateUpdateFactory(), CertificateUpdateFactory()
    answer = browser.post(page_of(update, "accept"), follow=True)
    assert answer.redirect_chain[-1][0] == page_of(following)
    assert "確認済みにしました" in text(answer)
    applied = AppliedDiscounts.objects.get(establishment=update.establishment)
    assert applied.certificate_valid_until == date(2028, 3, 31)


def test_the_last_one_leads_back_to_the_list(browser: Client) -> None:
    answer = browser.post(page_of(CertificateUpdateFactory(), "accept"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse(LIST)


def test_a_returned_one_needs_a_reason(browser: Client) -> None:
    update = CertificateUpdateFactory()
    refused = text(browser.post(page_of(update, "refuse"), {"reason": ""}))
    assert "差し戻す理由を入力してください。" in refused
    update.refresh_from_db()
    assert update.status == "waiting"
    browser.post(page_of(update, "refuse"), {"reason": "期限切れです。"})
    update.refresh_from_db()
    assert (update.status, update.reason) == ("returned", "期限切れです。")


@pytest.mark.parametrize("page", ["accept", "refuse"])
def test_what_is_decided_already_says_so(browser: Client, page: str) -> None:
    update = CertificateUpdateFactory(status="accepted")
    answer = browser.post(page_of(update, page), {"reason": "期限切れです。"}, follow=True)
    assert "現在の状態は「確認済み」です。" in text(answer)


@pytest.mark.parametrize("role", ["billing", "read_only"])
def test_who_does_not_confirm_may_look(role: str, login: Callable[[User], Client]) -> None:
    update = CertificateUpdateFactory()
    client = login(UserFactory(**{role: True}))
    assert "確認済みにする" not in text(client.get(page_of(update)))
    for page in ("accept", "refuse"):
        assert client.post(page_of(update, page), {"reason": "期限切れ"}).status_code == 403
    update.refresh_from_db()
    assert update.status == "waiting"


def test_what_a_member_still_fills_in_is_not_shown(browser: Client) -> None:
    update = CertificateUpdateFactory(status="draft")
    assert browser.get(page_of(update)).status_code == 404
    assert update.establishment.member_number not in text(browser.get(reverse(LIST)))


def test_the_list_is_narrowed_and_searched(browser: Client) -> None:
    waiting, decided = CertificateUpdateFactory(), CertificateUpdateFactory(status="accepted")
    for query in ({"status": "waiting"}, {"q": waiting.establishment.member_number}):
        page = text(browser.get(reverse(LIST), query))
        assert waiting.establishment.member_number in page
        assert decided.establishment.member_number not in page


def test_each_count_of_the_day_leads_to_its_list(browser: Client) -> None:
    waits = CertificateUpdateFactory(
        establishment=EstablishmentFactory(in_group=True, applied__certificate_valid_until=date(2027, 12, 31))
    ).establishment
    soon = EstablishmentFactory(in_group=True, applied__certificate_valid_until=date(2027, 2, 28))
    over = EstablishmentFactory(in_group=True, applied__certificate_valid_until=date(2027, 1, 31))
    EstablishmentFactory(in_group=True)
    counts = certificate_counts(today=TODAY)
    assert [count.number for count in counts] == [1, 1, 1]
    for count, member in zip(counts, (waits, soon, over), strict=True):
        page = text(browser.get(count.url))
        found = {one.member_number for one in (waits, soon, over) if one.member_number in page}
        assert found == {member.member_number}
    assert "確認待ちの会員証" in text(browser.get(reverse("admin:index")))
