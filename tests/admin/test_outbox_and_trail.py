"""Mails and the audit trail in the admin."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from audit.trail import Actor, Event, record
from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from mailing.status import MessageStatus
from members.models import StaffRole
from tests.factories import RenewalFactory, UserFactory

pytestmark = pytest.mark.django_db
OUTBOX = "admin:mailing_outboxmessage_changelist"
TRAIL = "admin:audit_auditevent_changelist"


@pytest.fixture
def browser(clock: Any, login: Any) -> Client:
    clock.set(at(date(2027, 2, 1), 10))
    return login(UserFactory(manager=True))


def found(browser: Client, name: str, **query: str) -> list[Any]:
    return list(browser.get(reverse(name), query).context["cl"].result_list)


def send_again(browser: Client, *messages: OutboxMessage) -> str:
    data = {"action": "send_again", "_selected_action": [str(m.pk) for m in messages], "index": 0}
    return browser.post(reverse(OUTBOX), data, follow=True).content.decode()


# --- the outbox ---------------------------------------------------------------------------------------------


def test_failed_mails_are_sent_again_and_traced_others_stay(browser: Client) -> None:
    RenewalFactory(submitted=True)
    failed, waiting = OutboxMessage.objects.order_by("kind")[:2]
    OutboxMessage.objects.filter(pk=failed.pk).update(
        status=MessageStatus.FAILED, attempts=7, last_error="SMTPRecipientsRefused 550"
    )
    assert "SMTPRecipientsRefused 550" in browser.get(reverse(OUTBOX)).content.decode()
    assert "1通を送信待ちに戻しました。" in send_again(browser, failed, waiting)
    failed.refresh_from_db()
    assert (failed.status, failed.attempts) == (MessageStatus.QUEUED, 0)
    event = AuditEvent.objects.get(verb="mail.requeue")
    assert event.member_number == failed.member_number
    assert failed.recipient not in str(event.details)


def test_nothing_failed_nothing_sent_again(browser: Client) -> None:
    RenewalFactory()
    assert "再送できるのは、送信に失敗したメールだけです。" in send_again(
        browser, OutboxMessage.objects.get()
    )
    assert not AuditEvent.objects.filter(verb="mail.requeue").exists()


@pytest.mark.parametrize("role", [StaffRole.REVIEWER, StaffRole.BILLING, StaffRole.READ_ONLY])
def test_only_a_manager_sends_again(login: Any, role: str) -> None:
    RenewalFactory()
    OutboxMessage.objects.update(status=MessageStatus.FAILED)
    send_again(login(UserFactory(role=role)), OutboxMessage.objects.get())
    assert OutboxMessage.objects.get().status == MessageStatus.FAILED


def test_mails_are_found_by_member_address_kind_and_state(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True)
    RenewalFactory()
    number = renewal.establishment.member_number
    recipient = OutboxMessage.objects.filter(member_number=number).first().recipient
    assert {m.kind for m in found(browser, OUTBOX, q=number.lower())} == {
        "campaign_opened",
        "submission_receipt",
    }
    assert len(found(browser, OUTBOX, q=recipient)) == 2
    assert len(found(browser, OUTBOX, kind="submission_receipt")) == 1
    assert found(browser, OUTBOX, status__exact="failed") == []


def test_a_mail_is_shown_and_cannot_be_changed(browser: Client) -> None:
    RenewalFactory()
    message = OutboxMessage.objects.get()
    address = reverse("admin:mailing_outboxmessage_change", args=[message.pk])
    assert "更新手続のご案内" in browser.get(address).content.decode()
    assert browser.post(address, {"recipient": "x@example.jp"}).status_code == 403


def test_a_mail_is_titled_by_its_subject_or_by_whose_it_is(browser: Client) -> None:
    renewal = RenewalFactory()
    message = OutboxMessage.objects.get()
    number = renewal.establishment.member_number
    assert str(message) == f"メール {number}"
    address = reverse("admin:mailing_outboxmessage_change", args=[message.pk])
    shown = browser.get(address).content.decode()
    assert f"<h2>メール {number}</h2>" in shown
    assert "メッセージID" in shown
    assert "Message id" not in shown
    message.subject = "【JAIM】次年度更新のお手続き"
    assert str(message) == "【JAIM】次年度更新のお手続き"


# --- the trail ----------------------------------------------------------------------------------------------


def test_the_trail_names_people_jobs_and_verbs(browser: Client) -> None:
    UserFactory(reviewer=True, name="審査 花子")
    RenewalFactory(approved=True)
    shown = browser.get(reverse(TRAIL)).content.decode()
    for words in ("審査 花子", "自動処理", "承認", "申請", "受付開始"):
        assert words in shown


@pytest.mark.parametrize(
    ("typed", "verbs"), [("承認", {"renewal.approve"}), ("approve", {"renewal.approve"})]
)
def test_the_trail_is_searched_by_verb(browser: Client, typed: str, verbs: set[str]) -> None:
    RenewalFactory(approved=True)
    assert {event.verb for event in found(browser, TRAIL, q=typed)} == verbs


def test_the_trail_is_searched_by_member_and_subject(browser: Client) -> None:
    renewal = RenewalFactory(approved=True)
    RenewalFactory(approved=True)
    number = renewal.establishment.member_number
    assert {event.member_number for event in found(browser, TRAIL, q=number)} == {number}
    assert {event.subject for event in found(browser, TRAIL, q=f"renewal:{renewal.pk}")} == {
        f"renewal:{renewal.pk}"
    }


def test_the_trail_leads_to_what_an_entry_is_about(browser: Client) -> None:
    renewal = RenewalFactory(approved=True)
    address = reverse("admin:renewals_renewal_change", args=[renewal.pk])
    link = f'<a href="{address}">renewal:{renewal.pk}</a>'
    shown = browser.get(reverse(TRAIL)).content.decode()
    assert link in shown
    assert '<td class="field-subject_link">campaign:2027</td>' in shown
    entry = AuditEvent.objects.get(verb="renewal.approve")
    assert link in browser.get(reverse("admin:audit_auditevent_change", args=[entry.pk])).content.decode()


@pytest.mark.parametrize("subject", ["renewal", "renewal:", "nothing:1"])
def test_a_subject_without_a_page_is_only_named(browser: Client, subject: str) -> None:
    event = Event("renewal.approve", subject, Actor.job("test"))
    with transaction.atomic():
        record(event, now=at(date(2027, 2, 1), 9))
    assert f'<td class="field-subject_link">{subject}</td>' in browser.get(reverse(TRAIL)).content.decode()


def test_the_trail_cannot_be_changed(browser: Client) -> None:
    RenewalFactory()
    event = AuditEvent.objects.first()
    address = reverse("admin:audit_auditevent_change", args=[event.pk])
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"verb": "x"}).status_code == 403
    assert (
        browser.post(reverse("admin:audit_auditevent_delete", args=[event.pk]), {"post": "yes"}).status_code
        == 403
    )


@pytest.mark.parametrize("name", [OUTBOX, TRAIL])
def test_the_lists_queries_do_not_depend_on_their_length(
    browser: Client, django_assert_max_num_queries: Any, name: str
) -> None:
    counts = []
    for more in (1, 9):
        for _ in range(more):
            RenewalFactory(approved=True)
        with django_assert_max_num_queries(12) as queries:
            browser.get(reverse(name))
        counts.append(len(queries))
    assert counts[0] == counts[1]
