"""What happens at the edges: a withdrawal completed too early, days beyond the year, a second season, late approval."""

import re
from datetime import date

import pytest
from django.core import mail

from fees.models import FeeSchedule
from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from mailing.sending import deliver_due
from members.models import Establishment
from renewals.campaign import add_establishment, open_campaign
from renewals.deciding import approve
from renewals.leaving import accept_withdrawal, complete_withdrawal
from renewals.lifecycle import answer_on_behalf, reopen
from renewals.models import Renewal
from renewals.refusals import NotAllowed
from renewals.status import Channel, Status
from renewals.todo import todo
from tests.factories import (
    JOB,
    CampaignFactory,
    EstablishmentFactory,
    RenewalFactory,
    UserFactory,
    staff,
    unchanged,
    withdrawal,
)

pytestmark = pytest.mark.django_db
FEBRUARY = at(date(2027, 2, 15), 10)
YEAR_END = date(2027, 3, 31)
LATER = date(2027, 2, 26)
NEW_YEAR = at(date(2027, 4, 1), 9)


def reopened(renewal, *, until=date(2027, 3, 10), now=FEBRUARY):
    return reopen(renewal_id=renewal.pk, until=until, reason="会員からの依頼", by=staff(), now=now)


def test_a_withdrawal_completed_too_early_can_be_undone_while_the_membership_lasts():
    renewal = RenewalFactory(withdrawal_accepted=True)
    complete_withdrawal(renewal_id=renewal.pk, by=JOB, now=FEBRUARY)
    assert reopened(renewal).status == Status.NOT_STARTED
    establishment = Establishment.objects.get(pk=renewal.establishment_id)
    assert establishment.left_on is None
    assert Establishment.objects.on_roster(date(2027, 4, 1)).filter(pk=establishment.pk).exists()
    assert OutboxMessage.objects.filter(kind="reopened").count() == 1


def test_after_the_year_a_withdrawal_stands():
    renewal = RenewalFactory(withdrawn=True)
    with pytest.raises(NotAllowed):
        reopened(renewal, until=date(2027, 4, 2), now=at(date(2027, 4, 1), 9))
    renewal.refresh_from_db()
    assert renewal.status == Status.WITHDRAWN


@pytest.mark.parametrize("until", [date(2027, 4, 1), date(2030, 5, 1), date(9999, 12, 31)])
def test_nobody_is_given_time_beyond_the_year(until):
    with pytest.raises(NotAllowed, match="年度末（2027年3月31日（水））"):
        reopened(RenewalFactory(), until=until)


def test_the_last_day_of_the_year_can_be_given():
    assert reopened(RenewalFactory(), until=YEAR_END).answer_until == YEAR_END


@pytest.mark.parametrize(
    "days", [{"left_on": date(2026, 3, 31)}, {"left_on": YEAR_END}, {"joined_on": date(2027, 2, 16)}]
)
def test_whoever_is_no_member_is_not_taken_into_the_season(days):
    campaign = CampaignFactory(open=True)
    establishment = EstablishmentFactory(**days)
    with pytest.raises(NotAllowed, match="退会した事業所"):
        add_establishment(
            campaign_id=campaign.pk, establishment=establishment, until=LATER, by=JOB, now=FEBRUARY
        )


def test_who_is_taken_in_after_the_deadline_gets_a_last_day_of_its_own_and_is_told_of_it():
    campaign = CampaignFactory(open=True)
    renewal = add_establishment(
        campaign_id=campaign.pk, establishment=EstablishmentFactory(), until=LATER, by=JOB, now=FEBRUARY
    )
    assert renewal.may_answer(campaign, LATER)
    deliver_due(now=FEBRUARY)
    [letter] = mail.outbox
    assert "2月26日締切" in letter.subject
    assert "締切日：2027年2月26日（金）" in letter.body


@pytest.mark.parametrize(
    ("until", "now", "reason"),
    [
        (None, FEBRUARY, "回答期限として入力してください"),
        (date(2027, 2, 14), FEBRUARY, "回答期限として入力してください"),
        (date(2027, 2, 9), at(date(2027, 2, 1), 9), "締切日（2027年2月10日（水））以降"),
        (date(2027, 4, 1), FEBRUARY, "年度末（2027年3月31日（水））まで"),
        (date(2027, 4, 2), NEW_YEAR, "すでに始まっている"),
    ],
)
def test_nobody_is_taken_in_who_could_not_answer(until, now, reason):
    campaign = CampaignFactory(open=True)
    establishment = EstablishmentFactory()
    with pytest.raises(NotAllowed, match=re.escape(reason)):
        add_establishment(campaign_id=campaign.pk, establishment=establishment, until=until, by=JOB, now=now)
    assert not Renewal.objects.exists()


def test_nobody_is_made_to_have_left_on_a_day_that_is_past():
    asked_too_late = RenewalFactory(withdrawal_submitted=True)
    with pytest.raises(NotAllowed, match="2027年3月31日"):
        accept_withdrawal(renewal_id=asked_too_late.pk, version=1, by=staff(), now=NEW_YEAR)
    with pytest.raises(NotAllowed, match="2027年3月31日"):
        answer_on_behalf(
            renewal_id=RenewalFactory().pk,
            answer=withdrawal(),
            channel=Channel.PHONE,
            note="電話",
            by=staff(),
            now=NEW_YEAR,
        )


def test_a_second_season_waits_for_the_first():
    CampaignFactory(open=True)
    second = CampaignFactory(fiscal_year=2028)
    with pytest.raises(NotAllowed, match="2027年度の更新手続がまだ続いています。2027年4月1日（木）以降"):
        open_campaign(campaign_id=second.pk, by=JOB, now=at(date(2027, 3, 31), 23))
    opened = open_campaign(campaign_id=second.pk, by=JOB, now=at(date(2028, 1, 17), 9))
    assert opened.is_open


def page(login, clock, renewal, path: str, now) -> str:
    clock.set(now)
    client = login(UserFactory(acts_for=[renewal.establishment]))
    return client.get(f"/establishments/{renewal.establishment_id}/{path}", follow=True).content.decode()


def test_the_receipt_names_the_fee_as_it_was_fixed(login, clock):
    renewal = RenewalFactory(submitted=True, establishment__sme=True)
    FeeSchedule.objects.create(
        valid_from=2027, small_in_group=65_000, small=70_000, large_in_group=85_000, large=90_000
    )
    approve(renewal_id=renewal.pk, version=1, by=staff(), now=FEBRUARY)
    shown = page(login, clock, renewal, "receipts/2027/1/", FEBRUARY)
    assert "70,000円" in shown
    assert "63,000円" not in shown


def test_nobody_is_promised_a_debit_on_a_day_that_is_past(login, clock):
    late = at(date(2027, 3, 5), 10)
    renewal = RenewalFactory()
    answer_on_behalf(
        renewal_id=renewal.pk, answer=unchanged(), channel=Channel.PHONE, note="", by=staff(), now=late
    )
    approve(renewal_id=renewal.pk, version=1, by=staff(), now=late)
    for path in ("", "receipts/2027/1/"):
        shown = page(login, clock, renewal, path, late)
        assert "お引き落とし" not in shown
        assert "銀行振込" in shown


def test_a_departed_member_is_not_asked_to_renew(login, clock):
    renewal = RenewalFactory(withdrawn=True)
    shown = page(login, clock, renewal, "", at(date(2027, 4, 2), 9))
    assert "退会済みです" in shown
    assert "ご案内します" not in shown
    assert "退会する</a>" not in shown


def test_a_withdrawal_that_came_too_late_says_that_it_was_not_taken(login, clock):
    renewal = RenewalFactory()
    clock.set(at(date(2027, 1, 25), 9))
    client = login(UserFactory(acts_for=[renewal.establishment]))
    base = f"/establishments/{renewal.establishment_id}/renewal/"
    from renewals.withdrawal import STATEMENTS

    client.post(f"{base}withdrawal/", {"confirmed": list(STATEMENTS)})
    client.post(f"{base}unchanged/", {"token": "7f0c2f52-6c1c-4f5d-9d0c-0c0f5f1f3a11"})
    answer = client.post(
        f"{base}withdrawal/check/", {"token": "7f0c2f52-6c1c-4f5d-9d0c-0c0f5f1f3a12"}, follow=True
    )
    assert "「継続しない（退会希望）」の申請は、受け付けていません" in answer.content.decode()
    renewal.refresh_from_db()
    assert renewal.intent == "unchanged"


def test_one_token_for_two_establishments_is_two_submissions(login, clock):
    renewals = [RenewalFactory(), RenewalFactory()]
    clock.set(at(date(2027, 1, 25), 9))
    client = login(UserFactory(acts_for=[renewal.establishment for renewal in renewals]))
    for renewal in renewals:
        client.post(
            f"/establishments/{renewal.establishment_id}/renewal/unchanged/",
            {"token": "7f0c2f52-6c1c-4f5d-9d0c-0c0f5f1f3a13"},
        )
        renewal.refresh_from_db()
        assert renewal.status == Status.SUBMITTED


def test_a_strange_digit_among_the_chosen_is_no_error(login, clock):
    renewal = RenewalFactory()
    clock.set(at(date(2027, 1, 25), 9))
    client = login(UserFactory(acts_for=[renewal.establishment]))
    assert client.post("/renewals/unchanged/check/", {"establishment": "²"}).status_code == 200


def test_logins_are_counted_by_the_address_before_the_proxy(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    wrong = {"login": "nobody@example.jp", "password": "wrong"}
    for place in range(12):
        response = client.post("/account/login/", wrong, HTTP_X_FORWARDED_FOR=f"203.0.113.{place}")
        wrong["login"] = f"nobody{place}@example.jp"
        assert response.status_code == 200


@pytest.mark.parametrize(
    ("fixed_on", "debited"),
    [
        (
            date(2027, 2, 19),
            True,
        ),  # five business days before the debit day, 1 March: the file goes to the bank
        (date(2027, 2, 22), False),
        (date(2027, 2, 28), False),
    ],
)
def test_the_debit_is_promised_only_while_the_fee_can_get_into_the_file(fixed_on, debited):
    renewal = RenewalFactory(submitted=True)
    approved = approve(renewal_id=renewal.pk, version=1, by=staff(), now=at(fixed_on, 17))
    deliver_due(now=at(fixed_on, 18))
    [letter] = [letter for letter in mail.outbox if "次年度年会費のご案内" in letter.subject]
    assert ("3月1日口座振替" in letter.subject) is debited
    assert ("銀行振込の請求書が届きましたら" in letter.body) is not debited
    card = todo(campaign=approved.campaign, upcoming=None, renewal=approved, today=date(2027, 2, 28))
    assert ("お引き落とし" in card.text) is debited
    assert ("銀行振込です" in card.text) is not debited


def test_a_fee_that_got_into_the_file_is_still_debited_when_its_mail_was_late():
    renewal = RenewalFactory(submitted=True)
    approve(renewal_id=renewal.pk, version=1, by=staff(), now=at(date(2027, 2, 19), 17))
    deliver_due(now=at(date(2027, 2, 24), 9))
    [letter] = [letter for letter in mail.outbox if "次年度年会費のご案内" in letter.subject]
    assert "3月1日口座振替" in letter.subject
