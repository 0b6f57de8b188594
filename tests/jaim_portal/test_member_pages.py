"""The my-page: what each page shows, and that it costs the same however many members there are."""

from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from discounts.kinds import Discount
from discounts.models import AppliedDiscounts
from fiscal_calendar.tokyo import at
from mailing.sending import deliver_due
from renewals.campaign import continue_opening, move_deadline
from renewals.lifecycle import submit
from tests.changes import BY_CERTIFICATE, papers, submits_change
from tests.factories import (
    CampaignFactory,
    EstablishmentFactory,
    IndustryGroupFactory,
    RenewalFactory,
    UserFactory,
    clerk_of,
    unchanged,
)

TODAY = at(date(2027, 2, 1), 10)
PAGES_OF_ONE = [
    "renewal_choose",
    "renewal_unchanged",
    "renewal_changed",
    "renewal_withdrawal",
    "registered",
    "messages_of",
    "receipts",
    "leaving",
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


def test_home_takes_one_more_after_the_deadline_moved(login):
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
    assert queries(client, "/") <= 9


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


# --- the fee once it was declared -----------------------------------------------------------------------------------


def test_after_submission_the_fee_is_the_one_declared(login):
    """The secretariat corrects this year's discounts: what the member declared stays what it declared."""
    renewal = RenewalFactory(submitted=True, establishment__sme=True)
    AppliedDiscounts.objects.filter(establishment=renewal.establishment).update(sme=False)
    page = login(clerk_of(renewal)).get("/").content.decode()
    assert "申請した次年度の年会費（事務局の確認後に確定）" in page
    assert "63,000円" in page
    assert "83,000円" not in page


@pytest.mark.parametrize("state", ["submitted", "approved", "withdrawal_submitted", "taken_back", "reopened"])
def test_home_takes_at_most_eight_queries_in_every_state(login, state):
    renewal = RenewalFactory(**{state: True}, establishment__in_group=True)
    assert queries(login(clerk_of(renewal)), "/") <= 8


# --- receipts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", [TODAY, at(date(2027, 4, 1), 9), at(date(2029, 6, 1), 9)])
def test_every_receipt_can_be_reached_in_and_out_of_season_newest_first(login, clock, moment):
    renewal = RenewalFactory(taken_back=True)
    submit(renewal_id=renewal.pk, answer=unchanged(), by=clerk_of(renewal), now=at(date(2027, 1, 22), 9))
    clock.set(moment)
    client = login(clerk_of(renewal))
    address = reverse("receipts", args=[renewal.establishment_id])
    assert address in client.get("/").content.decode()
    page = client.get(address).content.decode()
    first, second = (
        page.index(reverse("renewal_receipt", args=[renewal.establishment_id, 2027, version]))
        for version in (1, 2)
    )
    assert second < first
    assert page.count("取り消し済み") == 1


def test_before_any_answer_the_list_of_receipts_says_so(login):
    renewal = RenewalFactory()
    page = login(clerk_of(renewal)).get(reverse("receipts", args=[renewal.establishment_id]))
    assert "受け付けた申請はまだありません" in page.content.decode()


# --- leaving --------------------------------------------------------------------------------------------------------

MID_YEAR = "年度の途中で退会したい場合</span>"


def test_while_the_season_is_open_the_page_about_leaving_points_to_the_withdrawal(login, clock):
    renewal = RenewalFactory()
    client = login(clerk_of(renewal))
    page, withdrawal_page = (
        reverse(name, args=[renewal.establishment_id]) for name in ("leaving", "renewal_withdrawal")
    )
    assert withdrawal_page in client.get(page).content.decode()
    clock.set(at(date(2027, 2, 11), 0))
    client = login(clerk_of(renewal))
    assert withdrawal_page not in client.get(page).content.decode()


@pytest.mark.parametrize(("state", "offered"), [("submitted", True), ("withdrawal_submitted", False)])
def test_whoever_leaves_already_is_not_offered_to_leave_again(login, state, offered):
    renewal = RenewalFactory(**{state: True})
    assert (MID_YEAR in login(clerk_of(renewal)).get("/").content.decode()) is offered


def test_while_the_opening_runs_home_says_that_it_is_being_prepared(login):
    establishment = EstablishmentFactory()
    CampaignFactory(open=True)
    page = login(UserFactory(acts_for=[establishment])).get("/").content.decode()
    assert "更新手続の受付を準備しています" in page


# --- the certificate ------------------------------------------------------------------------------------------------


def near_its_last_day():
    group = IndustryGroupFactory(proof="certificate")
    fields = {"applied__group": group, "applied__certificate_valid_until": date(2027, 2, 10)}
    return RenewalFactory(establishment=EstablishmentFactory(**fields)), group


def test_home_asks_for_a_newer_certificate(login):
    renewal, _ = near_its_last_day()
    assert "会員証の有効期限が近づいています" in login(clerk_of(renewal)).get("/").content.decode()


@pytest.mark.parametrize(("until", "asks"), [(date(2028, 3, 31), False), (date(2027, 2, 10), True)])
def test_home_asks_for_no_certificate_that_came_with_the_renewal(login, until, asks):
    renewal, group = near_its_last_day()
    paper = papers(renewal.establishment, Discount.GROUP, **BY_CERTIFICATE)
    submits_change(renewal, group=group, group_papers=paper, valid_until=until, now=TODAY)
    page = login(clerk_of(renewal)).get("/").content.decode()
    assert ("会員証の有効期限が近づいています" in page) is asks
