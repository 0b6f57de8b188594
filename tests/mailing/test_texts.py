"""Every mail as a member reads it. After a wanted change: ``pytest tests/mailing/test_texts.py --snapshot-update``,
and read what changed aloud."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from pytest_django import Settings
from syrupy.assertion import SnapshotAssertion

from discounts import certificates
from discounts.certificate_notices import queue_certificate_notices
from discounts.kinds import Discount
from discounts.models import AppliedDiscounts, IndustryGroup
from discounts.requirements import ProofOfBelonging
from fiscal_calendar.tokyo import at
from mailing.kinds import all_kinds
from mailing.models import OutboxMessage
from mailing.preparing import prepare, write
from mailing.rendering import Letter
from members.invitations import invite, send_password_reset
from members.models import Establishment
from renewals import deciding, drafting, lifecycle
from renewals.campaign import move_deadline
from renewals.corrections import queue_correction_reminders
from renewals.reminders import queue_reminders
from renewals.status import Channel, Intent
from tests.factories import (
    COMPLETED_AT,
    DECIDED_AT,
    JOB,
    OPENED_AT,
    REOPENED_AT,
    SUBMITTED_AT,
    CertificateUpdateFactory,
    EstablishmentFactory,
    IndustryGroupFactory,
    RenewalFactory,
    UserFactory,
    clerk_of,
    filled,
    staff,
    told,
    unchanged,
)

pytestmark = pytest.mark.django_db
AFTER_THE_DEBIT = at(date(2027, 3, 10), 9)


@pytest.fixture(autouse=True)
def portal_address(settings: Settings) -> None:
    settings.PORTAL_URL = "http://localhost:8000"


@pytest.fixture
def factory() -> Establishment:
    """A member with both discounts."""
    return EstablishmentFactory(
        member_number="S100123",
        corporation__name="株式会社𠮷田製作所㈱",
        name="第一工場",
        applied__sme=True,
        applied__group=IndustryGroupFactory(name="一般社団法人日本金属プレス工業協会"),
    )


def letter(kind: str, now: object) -> Letter:
    """The newest mail of ``kind`` as it would go out at ``now``, with what chance put into it made plain."""
    message = OutboxMessage.objects.filter(kind=kind, status="queued").latest("queued_at", "topic")
    prepared = prepare([message], now=now)
    assert prepared.reasons_gone == {}
    written = write(message, prepared.contexts[message.id])
    body = re.sub(r"\d\d-\d{3}-\d{4}-\d", "27-000-0123-4", written.body)
    return Letter(written.subject, re.sub(r"link/\w+/\w+-\w+/", "link/MQ/c0ffee-0123456789abcdef/", body))


def opened(factory: Establishment) -> Letter:
    RenewalFactory(establishment=factory)
    return letter("campaign_opened", OPENED_AT)


def deadline_moved(factory: Establishment) -> Letter:
    renewal = RenewalFactory(establishment=factory)
    OutboxMessage.objects.update(status="sent", sent_at=OPENED_AT)
    move_deadline(
        campaign_id=renewal.campaign_id,
        deadline=date(2027, 2, 8),
        reason="審査の日程を見直したため",
        by=staff("manager"),
        now=SUBMITTED_AT,
    )
    return letter("deadline_moved", SUBMITTED_AT)


def reminded(factory: Establishment, days: int, sent_later: int = 0) -> Letter:
    renewal = RenewalFactory(establishment=factory)
    morning = at(date(2027, 2, 10) - timedelta(days=days), 8)
    queue_reminders(campaign=renewal.campaign, now=morning)
    return letter("reminder", morning + timedelta(days=sent_later))


def receipt(factory: Establishment) -> Letter:
    RenewalFactory(establishment=factory, submitted=True)
    return letter("submission_receipt", SUBMITTED_AT)


def receipt_of_a_change(factory: Establishment) -> Letter:
    renewal = RenewalFactory(establishment=factory)
    group = IndustryGroupFactory(name="日本機械加工団体連合会", proof=ProofOfBelonging.NONE)
    drafting.save_draft(
        renewal_id=renewal.pk,
        filled=filled(in_group=True, group=group.pk),
        by=clerk_of(renewal),
        now=SUBMITTED_AT,
    )
    answer = lifecycle.Answer(Intent.CHANGED, uuid4())
    lifecycle.submit(renewal_id=renewal.pk, answer=answer, by=clerk_of(renewal), now=SUBMITTED_AT)
    return letter("submission_receipt", SUBMITTED_AT)


def receipt_of_withdrawal(factory: Establishment) -> Letter:
    RenewalFactory(establishment=factory, withdrawal_submitted=True)
    return letter("submission_receipt", SUBMITTED_AT)


def receipt_on_behalf_after_the_debit(factory: Establishment) -> Letter:
    renewal = RenewalFactory(establishment=factory)
    lifecycle.answer_on_behalf(
        renewal_id=renewal.pk,
        answer=unchanged(),
        channel=Channel.PHONE,
        note="",
        by=staff(),
        now=AFTER_THE_DEBIT,
    )
    return letter("submission_receipt", AFTER_THE_DEBIT)


def approved(factory: Establishment) -> Letter:
    RenewalFactory(establishment=factory, approved=True)
    return letter("approved", DECIDED_AT)


def approved_without_discounts(factory: Establishment) -> Letter:
    RenewalFactory(approved=True, establishment__member_number="S100124")
    message = letter("approved", DECIDED_AT)
    return Letter(message.subject, re.sub("株式会社第.*製作所", "株式会社山田製作所", message.body))


def approved_after_the_debit(factory: Establishment) -> Letter:
    renewal = RenewalFactory(establishment=factory, submitted=True)
    deciding.approve(renewal_id=renewal.pk, version=1, by=staff(), now=AFTER_THE_DEBIT)
    return letter("approved", AFTER_THE_DEBIT)


def approved_with_a_discount_that_does_not_apply(factory: Establishment) -> Letter:
    renewal = RenewalFactory(establishment=factory, submitted=True)
    deciding.approve(
        renewal_id=renewal.pk,
        version=1,
        refused=[told(text="資本金も従業員数も上限を超えています。")],
        by=staff(),
        now=DECIDED_AT,
    )
    return letter("approved", DECIDED_AT)


def returned(factory: Establishment) -> Letter:
    renewal = RenewalFactory(establishment=factory, submitted=True)
    deciding.return_for_correction(
        renewal_id=renewal.pk,
        version=1,
        items=[told(), told(Discount.GROUP, "会員証の有効期限が切れています。")],
        note="書類がそろわないときは、お電話ください。",
        by=staff(),
        now=DECIDED_AT,
    )
    return letter("returned", DECIDED_AT)


def reminded_of_a_correction(factory: Establishment, days: int) -> Letter:
    renewal = RenewalFactory(establishment=factory, returned=True)
    later = DECIDED_AT + timedelta(days=days)
    queue_correction_reminders(campaign=renewal.campaign, now=later)
    return letter("correction_reminder", later)


def reopened(factory: Establishment) -> Letter:
    RenewalFactory(establishment=factory, reopened=True)
    return letter("reopened", REOPENED_AT)


def reopened_before_any_answer(factory: Establishment) -> Letter:
    renewal = RenewalFactory(establishment=factory)
    lifecycle.reopen(
        renewal_id=renewal.pk, until=date(2027, 2, 20), reason="長期の休業のため", by=staff(), now=REOPENED_AT
    )
    return letter("reopened", REOPENED_AT)


def withdrawal_guidance(factory: Establishment) -> Letter:
    RenewalFactory(establishment=factory, withdrawal_accepted=True)
    return letter("withdrawal_guidance", DECIDED_AT)


def withdrawal_complete(factory: Establishment) -> Letter:
    RenewalFactory(establishment=factory, withdrawn=True)
    return letter("withdrawal_complete", COMPLETED_AT)


def certificate_received(factory: Establishment) -> Letter:
    CertificateUpdateFactory(establishment=factory, status="draft")
    clerk = UserFactory(acts_for=[factory])
    certificates.submit_certificate(establishment=factory, by=clerk, now=SUBMITTED_AT)
    return letter("certificate_received", SUBMITTED_AT)


def certificate_accepted(factory: Establishment) -> Letter:
    update = CertificateUpdateFactory(establishment=factory)
    certificates.accept_certificate(update_id=update.pk, by=staff(), now=DECIDED_AT)
    return letter("certificate_accepted", DECIDED_AT)


def certificate_returned(factory: Establishment) -> Letter:
    update = CertificateUpdateFactory(establishment=factory)
    certificates.refuse_certificate(
        update_id=update.pk,
        reason="会員証の文字が読めません。もう一度スキャンしてください。",
        by=staff(),
        now=DECIDED_AT,
    )
    return letter("certificate_returned", DECIDED_AT)


def certificate_expiring(factory: Establishment, days: int) -> Letter:
    last_day = date(2027, 3, 20)
    AppliedDiscounts.objects.update(certificate_valid_until=last_day)
    morning = at(last_day - timedelta(days=days), 8)
    queue_certificate_notices(now=morning)
    return letter("certificate_expiring", morning)


def dues_expiring(factory: Establishment) -> Letter:
    IndustryGroup.objects.update(proof=ProofOfBelonging.DUES)
    return certificate_expiring(factory, 30)


def invitation(factory: Establishment) -> Letter:
    invite(contact=factory.contacts.get(role="primary"), by=JOB, now=OPENED_AT)
    return letter("invitation", OPENED_AT)


def password_reset(factory: Establishment) -> Letter:
    send_password_reset(user=UserFactory(), now=OPENED_AT)
    return letter("password_reset", OPENED_AT)


OCCASIONS: dict[str, Callable[[Establishment], Letter]] = {
    "invitation": invitation,
    "password_reset": password_reset,
    "campaign_opened": opened,
    "deadline_moved": deadline_moved,
    "reminder, 14 days": lambda factory: reminded(factory, 14),
    "reminder, 1 day": lambda factory: reminded(factory, 1),
    "reminder, sent on the last day": lambda factory: reminded(factory, 1, sent_later=1),
    "submission_receipt": receipt,
    "submission_receipt of a change": receipt_of_a_change,
    "submission_receipt of a withdrawal": receipt_of_withdrawal,
    "submission_receipt by phone, after the debit": receipt_on_behalf_after_the_debit,
    "approved": approved,
    "approved without discounts": approved_without_discounts,
    "approved after the debit": approved_after_the_debit,
    "approved with a discount that does not apply": approved_with_a_discount_that_does_not_apply,
    "returned": returned,
    "correction_reminder, 3 days": lambda factory: reminded_of_a_correction(factory, 3),
    "correction_reminder, 14 days": lambda factory: reminded_of_a_correction(factory, 14),
    "reopened": reopened,
    "reopened before any answer": reopened_before_any_answer,
    "certificate_received": certificate_received,
    "certificate_accepted": certificate_accepted,
    "certificate_returned": certificate_returned,
    "certificate_expiring, 30 days": lambda factory: certificate_expiring(factory, 30),
    "certificate_expiring, on the last day": lambda factory: certificate_expiring(factory, 0),
    "certificate_expiring, expired": lambda factory: certificate_expiring(factory, -1),
    "certificate_expiring, dues": dues_expiring,
    "withdrawal_guidance": withdrawal_guidance,
    "withdrawal_complete": withdrawal_complete,
}
CARRIES_A_TOKEN = {"invitation", "password_reset"}

each_occasion = pytest.mark.parametrize("occasion", OCCASIONS)


def test_every_kind_is_read_here() -> None:
    kinds = {kind.code for kind in all_kinds()}
    assert {re.split("[, ]", occasion)[0] for occasion in OCCASIONS} == kinds


@each_occasion
def test_the_text(occasion: str, factory: Establishment, snapshot: SnapshotAssertion) -> None:
    written = OCCASIONS[occasion](factory)
    assert f"{written.subject}\n\n{written.body}" == snapshot


@each_occasion
def test_what_every_mail_keeps_to(occasion: str, factory: Establishment) -> None:
    written = OCCASIONS[occasion](factory)
    assert written.subject.startswith("【JAIM】")
    assert len(written.subject) <= 34
    lines = written.body.splitlines()
    assert lines[0].endswith(("ご担当者様", "ご利用の方へ"))
    assert "いつもお世話になっております。" in lines
    assert "03-6838-0077" in written.body
    assert "10:00〜17:30（土日・祝日・年末年始を除く）" in written.body
    assert "企業名、住所、電話番号、氏名（ふりがな）、問合せ内容" in lines
    assert "このメールは送信専用です。" in lines
    assert "\n\n\n" not in written.body
    assert "{" not in written.body
    assert all(width(line) <= 38 for line in lines if "://" not in line), "lines fold on narrow screens"
    links = re.findall(r"https?://\S+", written.body)
    assert len(links) <= 1
    if occasion in CARRIES_A_TOKEN:
        assert "/password/link/" in links[0]
    else:
        assert set(links) <= {"http://localhost:8000/"}


def width(line: str) -> float:
    """In full-width characters."""
    return sum(1 if unicodedata.east_asian_width(letter) in "WFA" else 0.5 for letter in line)
