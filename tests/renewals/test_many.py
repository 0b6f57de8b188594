"""Answering for many: what was ticked stays ticked, and nothing else becomes so."""

import re
from datetime import date

import pytest
from django.urls import reverse

from fiscal_calendar.tokyo import at
from renewals.lifecycle import submit, take_back
from renewals.models import Renewal, Submission
from tests.factories import RenewalFactory, UserFactory, clerk_of, withdrawal

TODAY = at(date(2027, 2, 1), 10)


@pytest.fixture
def renewals(clock, db) -> list[Renewal]:
    clock.set(TODAY)
    return RenewalFactory.create_batch(4)


@pytest.fixture
def client(renewals, login):
    return login(UserFactory(acts_for=[renewal.establishment for renewal in renewals]))


def keys(*renewals: Renewal) -> list[int]:
    return [renewal.establishment_id for renewal in renewals]


def ticked(page: str) -> list[int]:
    return [int(key) for key in re.findall(r'name="establishment" value="(\d+)"[^>]* checked', page)]


def select_page(client) -> str:
    return client.get(reverse("many_select")).content.decode()


def token_in(page: str) -> str:
    return re.search(r'name="token" value="([^"]+)"', page)[1]


def send(client, *renewals: Renewal):
    page = client.post(reverse("many_check"), {"establishment": keys(*renewals)}, follow=True)
    form = {"establishment": keys(*renewals), "token": token_in(page.content.decode())}
    return client.post(reverse("many_send"), form, follow=True)


def test_at_first_all_are_ticked(client, renewals):
    assert ticked(select_page(client)) == keys(*renewals)


def test_the_way_back_finds_the_list_as_it_was_left(client, renewals):
    chosen = renewals[:2]
    response = client.post(reverse("many_check"), {"establishment": keys(*chosen)})
    assert response.url == reverse("many_check")
    assert ticked(select_page(client)) == keys(*chosen)


def test_the_page_to_check_can_be_reloaded_and_is_still_the_same_press(client, renewals):
    client.post(reverse("many_check"), {"establishment": keys(*renewals[:2])})
    first, second = (client.get(reverse("many_check")).content.decode() for _ in range(2))
    assert "2事業所の申請内容を確認してください" in first
    assert token_in(first) == token_in(second)


def test_unticking_all_is_remembered_as_well(client, renewals):
    page = client.post(reverse("many_check"), {})
    assert "申請する事業所を1つ以上選んでください。" in page.content.decode()
    assert ticked(select_page(client)) == []
    assert client.get(reverse("many_check")).url == reverse("many_select")


def test_what_was_left_out_is_not_ticked_after_the_others_were_sent(client, renewals):
    send(client, *renewals[:3])
    assert Submission.objects.count() == 3
    assert ticked(select_page(client)) == []


def test_sending_an_older_page_ticks_nothing_in_the_newer_list(client, renewals):
    old = client.post(reverse("many_check"), {"establishment": keys(*renewals)}, follow=True)
    client.post(reverse("many_check"), {})
    form = {"establishment": keys(*renewals[:3]), "token": token_in(old.content.decode())}
    client.post(reverse("many_send"), form)
    assert ticked(select_page(client)) == []


def test_without_a_selection_the_page_to_check_leads_to_the_list(client):
    assert client.get(reverse("many_check")).url == reverse("many_select")


def test_what_was_taken_back_is_no_longer_listed_as_received(client, renewals):
    first, second = renewals[:2]
    send(client, first, second)
    take_back(renewal_id=first.pk, by=clerk_of(first), now=TODAY)
    page = client.get(reverse("many_done")).content.decode()
    assert second.establishment.member_number in page
    assert first.establishment.member_number not in page


def test_what_was_answered_otherwise_since_is_no_longer_listed(client, renewals):
    first, second = renewals[:2]
    send(client, first, second)
    take_back(renewal_id=first.pk, by=clerk_of(first), now=TODAY)
    submit(renewal_id=first.pk, answer=withdrawal(), by=clerk_of(first), now=TODAY)
    page = client.get(reverse("many_done")).content.decode()
    assert first.establishment.member_number not in page


def test_when_all_were_taken_back_there_is_nothing_to_list(client, renewals):
    send(client, renewals[0])
    take_back(renewal_id=renewals[0].pk, by=clerk_of(renewals[0]), now=TODAY)
    assert client.get(reverse("many_done")).url == reverse("home")


def test_after_taking_back_the_page_to_check_is_a_new_press(client, renewals):
    send(client, renewals[0])
    take_back(renewal_id=renewals[0].pk, by=clerk_of(renewals[0]), now=TODAY)
    page = client.get(reverse("many_check")).content.decode()
    form = {"establishment": keys(renewals[0]), "token": token_in(page)}
    client.post(reverse("many_send"), form)
    renewals[0].refresh_from_db()
    assert (renewals[0].status, renewals[0].version) == ("submitted", 2)


# --- filled in half-way, or returned ------------------------------------------------------------------------------


@pytest.fixture
def in_between(clock, db) -> list[Renewal]:
    """One untouched, one whose change of discounts is filled in half-way, one returned."""
    clock.set(TODAY)
    return [RenewalFactory(), RenewalFactory(draft_begun=True), RenewalFactory(returned=True)]


@pytest.fixture
def clerk_in_between(in_between, login):
    return login(UserFactory(acts_for=[renewal.establishment for renewal in in_between]))


def test_a_draft_is_left_out_at_first_and_says_why(clerk_in_between, in_between):
    untouched, draft, returned = in_between
    page = select_page(clerk_in_between)
    assert ticked(page) == keys(untouched)
    assert draft.establishment.member_number in page
    assert "変更を入力中" in page
    assert "入力した変更は申請されず" in page
    assert returned.establishment.member_number not in page


def test_a_draft_that_is_ticked_is_answered_unchanged_and_said_so_before(clerk_in_between, in_between):
    draft = in_between[1]
    page = clerk_in_between.post(reverse("many_check"), {"establishment": keys(draft)}, follow=True)
    assert "入力中の変更は申請されません" in page.content.decode()
    send(clerk_in_between, draft)
    assert Submission.objects.get(renewal=draft).intent == "unchanged"


def test_what_was_returned_is_not_answered_by_the_way(clerk_in_between, in_between):
    untouched, _, returned = in_between
    page = clerk_in_between.post(reverse("many_check"), {"establishment": keys(untouched)}, follow=True)
    form = {"establishment": keys(returned), "token": token_in(page.content.decode())}
    clerk_in_between.post(reverse("many_send"), form)
    returned.refresh_from_db()
    assert (returned.status, returned.version) == ("returned", 1)
