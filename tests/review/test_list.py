"""The renewal list: filters, search, order, and that it costs the same however long it is."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from discounts.models import AppliedDiscounts
from fiscal_calendar.tokyo import at
from members.models import StaffRole
from renewals import lifecycle, reviewing
from renewals.models import Renewal
from renewals.status import Channel
from tests.factories import (
    CampaignFactory,
    CorporationFactory,
    EstablishmentFactory,
    RenewalFactory,
    UserFactory,
    unchanged,
)

pytestmark = pytest.mark.django_db
LIST = "admin:renewals_renewal_changelist"


@pytest.fixture
def browser(clock: Any, login: Any) -> Client:
    clock.set(at(date(2027, 2, 1), 10))
    return login(UserFactory(reviewer=True))


def found(browser: Client, **query: Any) -> list[Renewal]:
    response = browser.get(reverse(LIST), query)
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


# --- filters ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trait", "status"),
    [
        ("submitted", "submitted"),
        ("approved", "approved"),
        ("withdrawal_accepted", "withdrawal_accepted"),
        ("withdrawn", "withdrawn"),
    ],
)
def test_by_status(browser: Client, trait: str, status: str) -> None:
    wanted = RenewalFactory(**{trait: True})
    RenewalFactory()
    assert found(browser, status=status) == [wanted]


@pytest.mark.parametrize("season", ["99999999999999999999", "9" * 5_000, "987654"])
def test_a_season_that_does_not_exist_has_no_renewals(browser: Client, season: str) -> None:
    RenewalFactory()
    assert found(browser, campaign=season) == []


def test_by_intent(browser: Client) -> None:
    RenewalFactory(submitted=True)
    leaving = RenewalFactory(withdrawal_submitted=True)
    assert found(browser, intent="withdraw") == [leaving]


@pytest.mark.parametrize(
    ("today", "count"), [(date(2027, 2, 10), 0), (date(2027, 2, 11), 1), (date(2027, 2, 21), 2)]
)
def test_unanswered_follows_each_members_own_last_day(
    clock: Any, login: Any, today: date, count: int
) -> None:
    RenewalFactory()
    RenewalFactory(reopened=True)  # until 20 February
    RenewalFactory(submitted=True)
    clock.set(at(today, 9))
    assert len(found(login(UserFactory(read_only=True)), status="unanswered")) == count


def test_the_unanswered_are_listed_with_their_phone_and_as_such(clock: Any, login: Any) -> None:
    RenewalFactory(establishment=EstablishmentFactory(phone="03-1234-5678"))
    RenewalFactory(establishment=EstablishmentFactory(phone=""))
    RenewalFactory(reopened=True)  # has time until 20 February
    clock.set(at(date(2027, 2, 11), 9))
    browser = login(UserFactory(read_only=True))
    shown = browser.get(reverse(LIST), {"status": "unanswered"}).content.decode()
    assert '<td class="field-phone">03-1234-5678</td>' in shown
    assert '<td class="field-phone">登録なし</td>' in shown
    chips = browser.get(reverse(LIST)).content.decode()
    assert chips.count('<span class="chip chip--error">未回答</span>') == 2
    assert "field-phone" not in chips


def test_by_expired_certificate(browser: Client) -> None:
    expired = RenewalFactory(submitted=True, establishment=EstablishmentFactory(in_group=True))
    RenewalFactory(submitted=True, establishment=EstablishmentFactory(in_group=True))
    not_answered = RenewalFactory(establishment=EstablishmentFactory(in_group=True))
    for renewal, day in [(expired, date(2027, 1, 19)), (not_answered, date(2027, 1, 31))]:
        AppliedDiscounts.objects.filter(establishment=renewal.establishment).update(
            certificate_valid_until=day
        )
    assert found(browser, certificate="expired") == [expired, not_answered]


def test_by_channel(browser: Client) -> None:
    RenewalFactory(submitted=True)
    by_phone = RenewalFactory()
    lifecycle.answer_on_behalf(
        renewal_id=by_phone.pk,
        answer=unchanged(),
        channel=Channel.PHONE,
        note="電話",
        by=UserFactory(reviewer=True),
        now=at(date(2027, 1, 30), 10),
    )
    assert found(browser, channel="phone") == [by_phone]


def test_by_reviewer(clock: Any, login: Any) -> None:
    clock.set(at(date(2027, 2, 1), 10))
    me = UserFactory(reviewer=True)
    mine, others, nobodys = (RenewalFactory(submitted=True) for _ in range(3))
    reviewing.begin_review(renewal_id=mine.pk, by=me, now=at(date(2027, 2, 1), 9))
    reviewing.begin_review(renewal_id=others.pk, by=UserFactory(reviewer=True), now=at(date(2027, 2, 1), 9))
    browser = login(me)
    assert found(browser, review="mine") == [mine]
    assert found(browser, review="others") == [others]
    assert found(browser, review="none") == [nobodys]


def test_the_newest_opened_season_is_chosen_by_itself(browser: Client) -> None:
    old = RenewalFactory(
        campaign=CampaignFactory(fiscal_year=2026, open=True, opened_at=at(date(2026, 1, 15), 9)),
    )
    new = RenewalFactory(campaign=CampaignFactory(fiscal_year=2027, open=True))
    CampaignFactory(fiscal_year=2028)  # planned only
    assert found(browser) == [new]
    assert found(browser, campaign=old.campaign_id) == [old]
    assert found(browser, campaign="all") == [new, old]


def test_without_a_season_the_list_is_empty_and_stands(browser: Client) -> None:
    assert found(browser) == []


# --- search -------------------------------------------------------------------------------------------------


@pytest.fixture
def yoshida() -> Renewal:
    corporation = CorporationFactory(name="株式会社𠮷田キンゾク", name_kana="ヨシダキンゾク")
    establishment = EstablishmentFactory(
        member_number="JA-20001", corporation=corporation, name="燕工場", name_kana="ツバメコウジョウ"
    )
    return RenewalFactory(submitted=True, establishment=establishment)


@pytest.mark.parametrize(
    "typed",
    [
        "JA-20001",
        "ja-200",
        "ＪＡ－２０００１",
        "JA‐20001",
        "𠮷田",
        "キンゾク",
        "ｷﾝｿﾞｸ",
        "きんぞく",
        "よしだ",
        "燕工場",
        "𠮷田 燕",
        "つばめ",
    ],
)
def test_it_finds_by_number_and_name_however_typed(browser: Client, yoshida: Renewal, typed: str) -> None:
    RenewalFactory(submitted=True)
    assert found(browser, q=typed) == [yoshida]


def test_it_finds_by_receipt_number_however_typed(browser: Client, yoshida: Renewal) -> None:
    RenewalFactory(submitted=True)
    number = yoshida.receipt_number
    assert number
    wide = number.translate(str.maketrans("0123456789-", "０１２３４５６７８９ー"))
    for typed in (number, number.replace("-", ""), number.replace("-", " "), wide):
        assert found(browser, q=typed) == [yoshida]


def test_it_finds_by_corporate_number(browser: Client, yoshida: Renewal) -> None:
    RenewalFactory(submitted=True)
    assert found(browser, q=yoshida.establishment.corporation.corporate_number) == [yoshida]


@pytest.mark.parametrize("typed", ["存在しない会社", "27-000-9999-9", "%", "_", "'", '"; drop table'])
def test_it_finds_nothing_calmly(browser: Client, yoshida: Renewal, typed: str) -> None:
    assert found(browser, q=typed) == []


# --- cost ---------------------------------------------------------------------------------------------------


def test_the_same_queries_for_three_and_for_thirty(
    browser: Client, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for more in (3, 27):
        for _ in range(more):
            RenewalFactory(approved=True)
        with django_assert_max_num_queries(12) as queries:
            response = browser.get(reverse(LIST))
        counts.append(len(queries))
    assert len(response.context["cl"].result_list) == 30
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "query",
    [
        {"q": "製作所"},
        {"q": "27-000-0001-0"},
        {"status": "submitted", "intent": "unchanged"},
        {"status": "unanswered"},
        {"certificate": "expired"},
        {"channel": "phone", "review": "mine"},
        {"campaign": "all"},
    ],
)
def test_at_most_twelve_queries_with_any_filter(
    browser: Client, django_assert_max_num_queries: Any, query: dict[str, str]
) -> None:
    for _ in range(3):
        RenewalFactory(submitted=True)
    with django_assert_max_num_queries(12):
        browser.get(reverse(LIST), query)


def test_it_never_counts_beyond_its_cap(
    browser: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    for _ in range(4):
        RenewalFactory()
    monkeypatch.setattr("audit.paging.CAP", 3)
    with django_assert_max_num_queries(12) as queries:
        response = browser.get(reverse(LIST))
    assert "3件以上" in response.content.decode()
    counting = [query["sql"] for query in queries.captured_queries if "COUNT(" in query["sql"]]
    assert len(counting) == 1
    assert "LIMIT 4" in counting[0]


def test_waiting_submissions_come_oldest_first(browser: Client) -> None:
    first, second = RenewalFactory(submitted=True), RenewalFactory(submitted=True)
    Renewal.objects.filter(pk=second.pk).update(submitted_at=at(date(2027, 1, 16), 9))
    assert found(browser, status="submitted") == [second, first]


# --- what cannot be done ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", StaffRole.values)
def test_nobody_adds_or_deletes_a_renewal(login: Any, role: str) -> None:
    renewal = RenewalFactory()
    browser = login(UserFactory(role=role))
    assert browser.get(reverse("admin:renewals_renewal_add")).status_code == 403
    assert (
        browser.post(reverse("admin:renewals_renewal_delete", args=[renewal.pk]), {"post": "yes"}).status_code
        == 403
    )
    assert Renewal.objects.filter(pk=renewal.pk).exists()
