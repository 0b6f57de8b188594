"""Mail previews with a member's data, and test sends."""

from datetime import date, datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from audit.models import AuditEvent
from fees.models import FeeSchedule
from fiscal_calendar.tokyo import at
from mailing.kinds import all_kinds
from mailing.models import OutboxMessage
from mailing.rendering import render
from members.models import User
from renewals import deciding
from renewals.messages import APPROVED
from renewals.models import Renewal
from renewals.review.previews import Preview, preview_all, preview_one
from tests.factories import (
    DECIDED_AT,
    CampaignFactory,
    EstablishmentFactory,
    RenewalFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NOW = at(date(2027, 1, 10), 9)


@pytest.fixture
def manager() -> User:
    return UserFactory(manager=True)


@pytest.fixture
def browser(clock: Any, login: Any, manager: User) -> Client:
    clock.set(NOW)
    return login(manager)


def previews(browser: Client, campaign: Any, **query: str) -> Any:
    return browser.get(reverse("admin:renewals_renewalcampaign_mails", args=[campaign.pk]), query)


def preview_of(renewal: Renewal, code: str, *, now: datetime) -> Preview:
    return preview_one(code=code, campaign=renewal.campaign, establishment=renewal.establishment, now=now)


def send(browser: Client, campaign: Any, **data: str) -> Any:
    address = reverse("admin:renewals_renewalcampaign_test_send", args=[campaign.pk])
    return browser.post(address, data, follow=True)


def test_every_registered_kind_has_a_preview() -> None:
    shown = preview_all(campaign=CampaignFactory(), establishment=EstablishmentFactory(), now=NOW)
    assert {preview.kind.code for preview in shown} == {kind.code for kind in all_kinds()}


@pytest.mark.parametrize(
    "trait", [None, "submitted", "approved", "withdrawal_accepted", "withdrawn", "reopened"]
)
def test_a_preview_never_stores_or_queues_anything(trait: str | None) -> None:
    if trait:
        renewal = RenewalFactory(**{trait: True})
        campaign, establishment = renewal.campaign, renewal.establishment
    else:
        campaign, establishment = CampaignFactory(), EstablishmentFactory()
    before = (Renewal.objects.count(), OutboxMessage.objects.count(), AuditEvent.objects.count())
    shown = preview_all(campaign=campaign, establishment=establishment, now=NOW)
    assert (Renewal.objects.count(), OutboxMessage.objects.count(), AuditEvent.objects.count()) == before
    for preview in shown:
        assert preview.letter.subject.startswith("【JAIM】")
        assert establishment.full_name in preview.letter.body


def test_the_fee_is_the_members_own() -> None:
    establishment = EstablishmentFactory(sme=True, in_group=True)
    shown = preview_all(campaign=CampaignFactory(), establishment=establishment, now=NOW)
    [approved] = [preview for preview in shown if preview.kind.code == "approved"]
    assert "60,000円" in approved.letter.body


@pytest.mark.parametrize(("sme", "in_group"), [(True, True), (True, False), (False, True), (False, False)])
def test_the_fee_mail_reads_as_the_one_that_is_sent(sme: bool, in_group: bool) -> None:
    establishment = EstablishmentFactory(sme=sme, in_group=in_group)
    renewal = RenewalFactory(submitted=True, establishment=establishment)
    preview = preview_of(renewal, "approved", now=DECIDED_AT)
    deciding.approve(renewal_id=renewal.pk, version=1, by=UserFactory(reviewer=True), now=DECIDED_AT)
    message = OutboxMessage.objects.get(kind="approved")
    sent = render(APPROVED, APPROVED.contexts([message], DECIDED_AT)[message.id])
    assert preview.letter == sent


@pytest.mark.parametrize("today", [date(2027, 1, 10), date(2027, 2, 27)])
def test_a_reminder_is_shown_as_a_week_ahead_of_the_last_day(today: date) -> None:
    renewal = RenewalFactory()
    reminder = preview_of(renewal, "reminder", now=at(today, 9))
    assert "締切まで、あと7日です。" in reminder.letter.body


def test_no_preview_carries_a_working_link() -> None:
    UserFactory(invited=True)
    shown = preview_all(campaign=CampaignFactory(), establishment=EstablishmentFactory(), now=NOW)
    assert not any("/password/link/" in preview.letter.body for preview in shown)


def test_a_member_whom_no_mail_reaches_has_no_preview(browser: Client) -> None:
    campaign = CampaignFactory()
    establishment = EstablishmentFactory(member_number="A1", contacts=[])
    EstablishmentFactory(member_number="B2")
    shown = previews(browser, campaign, member_number=establishment.member_number)
    assert "担当者の連絡先が登録されていません" in shown.content.decode()
    assert "B2" in previews(browser, campaign).content.decode()


def test_the_member_can_be_chosen(browser: Client) -> None:
    EstablishmentFactory(member_number="A1")
    chosen = EstablishmentFactory(member_number="B2")
    shown = previews(browser, CampaignFactory(), member_number="b2")
    assert chosen.full_name in shown.content.decode()


def test_an_unknown_member_is_said_and_nothing_shown(browser: Client) -> None:
    shown = previews(browser, CampaignFactory(), member_number="Z9")
    assert "会員番号「Z9」の事業所は見つかりません。" in shown.content.decode()
    assert shown.context["previews"] == []


def test_without_members_the_page_says_what_to_do(browser: Client) -> None:
    assert "会員が登録されていません" in previews(browser, CampaignFactory()).content.decode()


def test_without_rates_the_page_says_so(browser: Client) -> None:
    FeeSchedule.objects.all().delete()
    EstablishmentFactory()
    assert "会費規程が登録されていません" in previews(browser, CampaignFactory()).content.decode()


@override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")
def test_a_test_send_goes_to_oneself_marked_past_the_outbox_and_as_often_as_one_likes(
    browser: Client, manager: User
) -> None:
    campaign, establishment = CampaignFactory(), EstablishmentFactory()
    for _ in range(2):
        send(browser, campaign, kind="campaign_opened", member_number=establishment.member_number)
    assert [message.to for message in mail.outbox] == [[manager.email]] * 2
    assert mail.outbox[0].subject.startswith("【テスト送信】【JAIM】")
    assert establishment.full_name in mail.outbox[0].body
    assert OutboxMessage.objects.count() == 0
    assert AuditEvent.objects.filter(verb="campaign.test_send").count() == 2


@override_settings(
    EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=9
)
def test_a_mail_server_that_is_down_is_said(browser: Client) -> None:
    response = send(
        browser, CampaignFactory(), kind="reminder", member_number=EstablishmentFactory().member_number
    )
    assert "メールサーバーに接続できなかったため" in response.content.decode()
    assert not AuditEvent.objects.filter(verb="campaign.test_send").exists()


def test_an_unknown_kind_is_said(browser: Client) -> None:
    response = send(browser, CampaignFactory(), kind="x", member_number=EstablishmentFactory().member_number)
    assert "この種類のメールはテスト送信できません。" in response.content.decode()
