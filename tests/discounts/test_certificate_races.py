"""Two people at one certificate at the same moment: one of them wins, and nothing happens twice."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from audit.models import AuditEvent
from discounts import certificates
from discounts.certificates import NotNow
from discounts.models import CertificateUpdate
from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from tests.factories import CertificateUpdateFactory, UserFactory
from tests.races import meet_before, race, refusals

pytestmark = pytest.mark.django_db(transaction=True)
NOW = at(date(2027, 1, 20), 10)


def submitting(update: CertificateUpdate) -> Callable[[], Any]:
    by = UserFactory()
    return lambda: certificates.submit_certificate(establishment=update.establishment, by=by, now=NOW)


def filling_in(update: CertificateUpdate) -> Callable[[], Any]:
    by = UserFactory()
    return lambda: certificates.fill_in(establishment=update.establishment, remark="再発行", by=by, now=NOW)


def accepting(update: CertificateUpdate) -> Callable[[], Any]:
    by = UserFactory(reviewer=True)
    return lambda: certificates.accept_certificate(update_id=update.pk, by=by, now=NOW)


def refusing(update: CertificateUpdate) -> Callable[[], Any]:
    by = UserFactory(reviewer=True)
    return lambda: certificates.refuse_certificate(update_id=update.pk, reason="期限切れ", by=by, now=NOW)


def test_a_double_click_submits_once_and_mails_once(monkeypatch: pytest.MonkeyPatch) -> None:
    update = CertificateUpdateFactory(status="draft")
    meet_before(monkeypatch, certificates, "problems_of")
    [refusal] = refusals(race(submitting(update), submitting(update)))
    assert isinstance(refusal, NotNow)
    assert CertificateUpdate.objects.get().status == "waiting"
    assert OutboxMessage.objects.filter(kind="certificate_received").count() == 1
    assert AuditEvent.objects.filter(verb="certificate.submit").count() == 1


def test_what_was_submitted_is_not_filled_in_again(monkeypatch: pytest.MonkeyPatch) -> None:
    update = CertificateUpdateFactory(status="draft")
    meet_before(monkeypatch, certificates, "_change")
    race(submitting(update), filling_in(update))
    update.refresh_from_db()
    assert update.status == "waiting"
    assert update.evidence is not None


def test_of_two_decisions_at_once_one_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    update = CertificateUpdateFactory()
    meet_before(monkeypatch, certificates, "_move")
    [refusal] = refusals(race(accepting(update), refusing(update)))
    assert isinstance(refusal, NotNow)
    update.refresh_from_db()
    assert update.status in {"accepted", "returned"}
    kinds = {"certificate_accepted", "certificate_returned"}
    assert OutboxMessage.objects.filter(kind__in=kinds).count() == 1


def test_the_first_word_of_two_tabs_makes_one_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    update = CertificateUpdateFactory(status="accepted")
    meet_before(monkeypatch, certificates, "draft_of")
    assert refusals(race(filling_in(update), filling_in(update))) == []
    assert CertificateUpdate.objects.filter(status="draft").count() == 1
