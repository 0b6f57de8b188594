"""The my-page of somebody who acts for several establishments: one card for all, and a row for each."""

import re
from datetime import date

import pytest
from django.urls import reverse

from discounts.models import AppliedDiscounts
from fiscal_calendar.tokyo import at
from renewals.campaign import move_deadline
from renewals.lifecycle import reopen
from renewals.models import RenewalCampaign
from tests.factories import (
    AssignmentFactory,
    CampaignFactory,
    EstablishmentFactory,
    RenewalFactory,
    UserFactory,
    staff,
)

TODAY = at(date(2027, 2, 1), 10)


@pytest.fixture(autouse=True)
def in_season(clock, db):
    clock.set(TODAY)


def several(*steps: dict) -> tuple:
    """A clerk and the renewals that the clerk answers for, in the order of their member numbers."""
    renewals = [RenewalFactory(**step) for step in steps]
    return UserFactory(acts_for=[renewal.establishment for renewal in renewals]), renewals


def card(page: str) -> str:
    return page.split('<section class="todo')[1].split("</section>")[0]


def row_of(renewal, page: str) -> str:
    [row] = [row for row in page.split("<tr>")[1:] if renewal.establishment.member_number in row]
    return row


def has_more_time(renewal) -> None:
    reopen(renewal_id=renewal.pk, until=date(2027, 2, 20), reason="電話での依頼", by=staff(), now=TODAY)


def test_the_card_shows_the_earliest_deadline_and_says_that_they_differ(login):
    clerk, (first, second) = several({}, {})
    has_more_time(first)
    page = login(clerk).get("/").content.decode()
    assert "締切：2027年2月10日（水）" in card(page)
    assert "事業所によって締切日が違います。いちばん早い締切日を表示しています。" in card(page)
    assert "2027年2月20日（土）" in row_of(first, page)
    assert "2027年2月10日（水）" in row_of(second, page)


def test_one_deadline_for_all_is_not_remarked_upon(login):
    clerk, _ = several({}, {})
    assert "締切日が違います" not in login(clerk).get("/").content.decode()


def test_the_list_to_choose_from_shows_each_deadline(login):
    clerk, (first, second) = several({}, {})
    has_more_time(first)
    page = login(clerk).get(reverse("many_select")).content.decode()
    assert "2027年2月20日（土）" in row_of(first, page)
    assert "2027年2月10日（水）" in row_of(second, page)


def test_an_answered_one_has_no_deadline_any_more(login):
    clerk, (answered, _) = several({"submitted": True}, {})
    page = login(clerk).get("/").content.decode()
    assert re.search(r'data-label="締切"[^>]*>—<', row_of(answered, page))


def test_the_day_announced_first_stays_in_sight(login):
    clerk, (one, _) = several({}, {})
    move_deadline(
        campaign_id=CampaignFactory(open=True).pk,
        deadline=date(2027, 2, 15),
        reason="大雪のため",
        by=UserFactory(manager=True),
        now=TODAY,
    )
    client = login(clerk)
    moved = "受付開始時にご案内した2027年2月10日（水）から変更になりました"
    assert moved in card(client.get("/").content.decode())
    assert moved in client.get(reverse("renewal_choose", args=[one.establishment_id])).content.decode()


def test_a_receipt_number_that_is_void_is_not_shown(login):
    clerk, (taken_back, answered) = several({"taken_back": True}, {"submitted": True})
    page = login(clerk).get("/").content.decode()
    assert answered.receipt_number in row_of(answered, page)
    assert taken_back.receipt_number not in row_of(taken_back, page)


def test_the_fee_of_an_answered_one_is_the_one_declared(login):
    clerk, (answered, _) = several({"submitted": True, "establishment__sme": True}, {})
    AppliedDiscounts.objects.filter(establishment=answered.establishment).update(sme=False)
    assert "63,000円" in row_of(answered, login(clerk).get("/").content.decode())


def test_while_the_opening_runs_nobody_is_called_left_out(login):
    CampaignFactory(open=True)
    clerk = UserFactory(acts_for=EstablishmentFactory.create_batch(2))
    page = login(clerk).get("/").content.decode()
    assert "更新手続の受付を準備しています" in page
    assert page.count("準備中") == 2
    assert "対象外" not in page


def test_after_the_opening_whoever_is_left_out_reads_so(login):
    clerk, _ = several({}, {})
    AssignmentFactory(user=clerk)
    RenewalCampaign.objects.update(opening_finished_at=TODAY)
    assert login(clerk).get("/").content.decode().count("対象外") == 1


# --- filled in half-way, or returned ------------------------------------------------------------------------------


def test_a_draft_is_still_to_be_answered_and_the_card_leads_on_to_it(login):
    clerk, (draft, other) = several({"draft_begun": True}, {})
    page = login(clerk).get("/").content.decode()
    assert "2事業所のうち、2事業所がまだ回答していません" in card(page)
    assert f'href="{reverse("renewal_changed", args=[draft.establishment_id])}"' in card(page)
    assert reverse("renewal_changed", args=[other.establishment_id]) not in card(page)
    assert "入力中" in row_of(draft, page)


def test_what_was_returned_stands_first_and_is_not_among_those_to_answer(login):
    clerk, (returned, _) = several({"returned": True}, {})
    page = login(clerk).get("/").content.decode()
    assert "申請内容の修正をお願いします" in card(page)
    assert f'href="{reverse("renewal_changed", args=[returned.establishment_id])}"' in card(page)
    assert "2事業所のうち、1事業所がまだ回答していません" in page
    assert "修正待ち" in row_of(returned, page)


def test_when_all_else_is_answered_what_was_returned_is_the_one_thing_to_do(login):
    clerk, _ = several({"returned": True}, {"submitted": True})
    page = login(clerk).get("/").content.decode()
    assert "申請内容の修正をお願いします" in card(page)
    assert "いま回答が必要な事業所はありません" not in page


def test_the_fee_of_what_was_returned_is_the_one_declared(login):
    clerk, (returned, _) = several({"returned": True, "establishment__sme": True}, {})
    AppliedDiscounts.objects.filter(establishment=returned.establishment).update(sme=False)
    assert "63,000円" in row_of(returned, login(clerk).get("/").content.decode())
