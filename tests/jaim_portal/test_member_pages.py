"""The my-page: what each page shows, and that it costs the same however many members there are."""

from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fiscal_calendar.tokyo import at
from mailing.sending import deliver_due
from renewals.campaign import continue_opening, move_deadline
from tests.factories import (
    CampaignFactory,
    EstablishmentFactory,
    IndustryGroupFactory,
    RenewalFactory,
    UserFactory,
)

TODAY = at(date(2027, 2, 1), 10)
PAGES_OF_ONE = [
    "renewal_choose",
    "renewal_unchanged",
    "renewal_changed",
    "renewal_withdrawal",
    "registered",
    "messages_of",
]


@pytest.fixture(autouse=True)
def in_season(clock, db):
    clock.set(TODAY)


def crowd(count: int) -> None:
    EstablishmentFactory.create_batch(count, sme=True)
    campaign = CampaignFactory(open=True)
    continue_opening(campaign_id=campaign.pk, now=campaign.opened_at)
    deliver_due(now=campaign.opened_at)


def queries(client, url: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200, url
    return len(captured)


def test_home_of_one_establishment_takes_at_most_eight_queries(login):
    establishment = EstablishmentFactory(sme=True, in_group=True)
    client = login(UserFactory(acts_for=[establishment]))
    crowd(3)
    assert queries(client, "/") <= 8


def test_home_takes_no_more_after_the_deadline_moved(login):
    establishment = EstablishmentFactory(sme=True, in_group=True)
    client = login(UserFactory(acts_for=[establishment]))
    crowd(3)
    move_deadline(
        campaign_id=CampaignFactory(open=True).pk,
        deadline=date(2027, 2, 15),
        reason="大雪のため",
        by=UserFactory(manager=True),
        now=TODAY,
    )
    assert queries(client, "/") <= 8


@pytest.mark.parametrize("name", ["home", *PAGES_OF_ONE])
def test_a_page_costs_the_same_however_many_members_there_are(login, name):
    establishment = EstablishmentFactory(sme=True, in_group=True)
    client = login(UserFactory(acts_for=[establishment]))
    url = reverse(name, args=[] if name == "home" else [establishment.pk])
    crowd(2)
    few = queries(client, url)
    EstablishmentFactory.create_batch(20)
    for other in EstablishmentFactory._meta.model.objects.exclude(pk=establishment.pk).filter(renewals=None):
        RenewalFactory(establishment=other, campaign=CampaignFactory(open=True))
    assert queries(client, url) == few


@pytest.mark.parametrize("name", ["home", "many_select"])
def test_a_list_costs_the_same_however_many_establishments_one_acts_for(login, name):
    group = IndustryGroupFactory()

    def clerk(count: int):
        mine = EstablishmentFactory.create_batch(count, sme=True, applied__group=group)
        return login(UserFactory(acts_for=mine))

    few, many = clerk(2), clerk(25)
    crowd(0)
    assert queries(few, reverse(name)) == queries(many, reverse(name))


def test_confirming_for_many_costs_the_same_however_many(login):
    def clerk(count: int):
        mine = EstablishmentFactory.create_batch(count, sme=True)
        return login(UserFactory(acts_for=mine)), [establishment.pk for establishment in mine]

    (few, two), (many, twenty) = clerk(2), clerk(20)
    crowd(0)
    counts = []
    for client, keys in ((few, two), (many, twenty)):
        with CaptureQueriesContext(connection) as captured:
            page = client.post(reverse("many_check"), {"establishment": keys}, follow=True)
        assert page.content.decode().count("63,000円") == len(keys)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_home_before_any_season_says_what_still_works(login):
    client = login(UserFactory(acts_for=[EstablishmentFactory()]))
    page = client.get("/").content.decode()
    assert "現在、お手続きいただくことはありません" in page
    assert "登録内容を確認する" in page


def test_home_of_somebody_without_establishments_is_not_empty(login):
    page = login(UserFactory()).get("/").content.decode()
    assert "担当している事業所がありません" in page
    assert "03-6838-0077" in page


def test_a_mail_to_two_contacts_is_one_message_and_mail_with_tokens_is_none(login):
    establishment = EstablishmentFactory(several_contacts=True)
    client = login(UserFactory(acts_for=[establishment]))
    crowd(0)
    page = client.get(reverse("messages_of", args=[establishment.pk])).content.decode()
    assert page.count("<article") == 1


def test_account_numbers_are_masked(login):
    establishment = EstablishmentFactory()
    client = login(UserFactory(acts_for=[establishment]))
    crowd(0)
    for name in ("registered", "renewal_unchanged"):
        page = client.get(reverse(name, args=[establishment.pk])).content.decode()
        assert "••••306" in page
        assert "5706306" not in page


def test_the_changed_choice_says_which_day_and_whom_to_call(login):
    establishment = EstablishmentFactory()
    client = login(UserFactory(acts_for=[establishment]))
    crowd(0)
    page = client.get(reverse("renewal_changed", args=[establishment.pk])).content.decode()
    assert "2027年2月10日（水）" in page
    assert "03-6838-0077" in page
    assert "様式5だけでは受け付けられません" in page
    assert "発行から3か月以内" in page
    assert "新しい会員証" in page


def test_after_hours_on_the_last_day_the_changed_choice_names_no_day(login, clock):
    establishment = EstablishmentFactory()
    crowd(0)
    clock.set(at(date(2027, 2, 10), 18))
    client = login(UserFactory(acts_for=[establishment]))
    page = client.get(reverse("renewal_changed", args=[establishment.pk])).content.decode()
    assert "17:30までに" not in page
    assert "相談窓口の受付時間は残っていません" in page


@pytest.mark.parametrize(
    "name", ["renewal_choose", "renewal_unchanged", "renewal_changed", "renewal_withdrawal"]
)
def test_after_answering_old_links_lead_to_the_receipt(login, name):
    renewal = RenewalFactory(submitted=True)
    client = login(UserFactory(acts_for=[renewal.establishment]))
    response = client.get(reverse(name, args=[renewal.establishment_id]))
    assert response.url == reverse("renewal_receipt", args=[renewal.establishment_id, 2027, 1])


@pytest.mark.parametrize(
    "name", ["renewal_choose", "renewal_unchanged", "renewal_changed", "renewal_withdrawal"]
)
def test_after_the_deadline_old_links_lead_home(login, clock, name):
    renewal = RenewalFactory()
    clock.set(at(date(2027, 2, 11), 0))
    client = login(UserFactory(acts_for=[renewal.establishment]))
    response = client.get(reverse(name, args=[renewal.establishment_id]), follow=True)
    assert "締切日を過ぎました" in response.content.decode()
