"""Fees and discounts in the admin: the account number never leaves, used rates never change."""

from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from discounts.models import AppliedDiscounts
from fees.models import DebitMandate, FeeSchedule, FixedFee
from members.models import StaffRole
from tests.admin.test_members import form_of, last_event
from tests.factories import EstablishmentFactory, IndustryGroupFactory, RenewalFactory, UserFactory

pytestmark = pytest.mark.django_db
STORED = "5706306"


@pytest.fixture
def browser(login: Any) -> Client:
    return login(UserFactory(manager=True))


def mandate_url(mandate: DebitMandate) -> str:
    return reverse("admin:fees_debitmandate_change", args=[mandate.pk])


def schedule_url(schedule: FeeSchedule) -> str:
    return reverse("admin:fees_feeschedule_change", args=[schedule.pk])


# --- the account --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", StaffRole.values)
def test_no_page_shows_the_number(login: Any, role: str) -> None:
    establishment = EstablishmentFactory()
    browser = login(UserFactory(role=role))
    for address in (
        mandate_url(establishment.debit_mandate),
        reverse("admin:fees_debitmandate_changelist"),
        reverse("admin:members_establishment_change", args=[establishment.pk]),
    ):
        shown = browser.get(address)
        assert shown.status_code == 200
        assert STORED not in shown.content.decode()
    assert "••••306" in browser.get(mandate_url(establishment.debit_mandate)).content.decode()


def test_an_empty_field_keeps_the_number(browser: Client) -> None:
    mandate = EstablishmentFactory().debit_mandate
    data = {**form_of(browser.get(mandate_url(mandate))), "holder_kana": "ｱﾀﾗｼｲ"}
    assert browser.post(mandate_url(mandate), data).status_code == 302
    mandate.refresh_from_db()
    assert (mandate.account_number, mandate.holder_kana) == (STORED, "ｱﾀﾗｼｲ")


@pytest.mark.parametrize(("typed", "stored"), [("7654321", "7654321"), ("７６５", "0000765")])
def test_a_new_number_replaces_it_and_is_not_in_the_trail(browser: Client, typed: str, stored: str) -> None:
    mandate = EstablishmentFactory().debit_mandate
    data = {**form_of(browser.get(mandate_url(mandate))), "new_account_number": typed}
    browser.post(mandate_url(mandate), data)
    mandate.refresh_from_db()
    assert mandate.account_number == stored
    event = last_event()
    assert event.details == {"fields": ["new_account_number"]}
    assert event.member_number == mandate.establishment.member_number


def test_it_can_be_replaced_on_the_establishments_page_too(browser: Client) -> None:
    establishment = EstablishmentFactory()
    address = reverse("admin:members_establishment_change", args=[establishment.pk])
    data = {**form_of(browser.get(address)), "debit_mandate-0-new_account_number": "1112223"}
    response = browser.post(address, data)
    assert response.status_code == 302, response.context["errors"]
    assert DebitMandate.objects.get().account_number == "1112223"
    assert last_event().details == {"debitmandate.changed": ["new_account_number"]}


def test_an_account_is_taken_as_the_import_takes_it(browser: Client) -> None:
    mandate = EstablishmentFactory().debit_mandate
    typed = {"bank_code": "1", "branch_code": "３", "holder_kana": "カ）レイ ー"}
    browser.post(mandate_url(mandate), {**form_of(browser.get(mandate_url(mandate))), **typed})
    mandate.refresh_from_db()
    assert (mandate.bank_code, mandate.branch_code, mandate.holder_kana) == ("0001", "003", "ｶ)ﾚｲ -")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"new_account_number": "12345678"}, "7"),
        ({"new_account_number": "12a"}, "口座番号は7桁の数字です。"),
        ({"new_account_number": "0"}, "口座番号は7桁の数字です。"),
        ({"bank_code": "みずほ"}, "銀行コードは4桁の数字です。"),
        ({"branch_code": "本店"}, "支店コードは3桁の数字です。"),
        ({"holder_kana": "髙橋 太郎"}, "銀行で使えない文字があります。"),
        ({"holder_kana": ""}, "「登録済」にするには、この項目が必要です。"),
    ],
)
def test_what_is_wrong_is_said(browser: Client, changes: dict, error: str) -> None:
    mandate = EstablishmentFactory().debit_mandate
    data = {**form_of(browser.get(mandate_url(mandate))), **changes}
    shown = browser.post(mandate_url(mandate), data)
    assert shown.status_code == 200
    assert error in shown.content.decode()
    assert not AuditEvent.objects.exists()


def test_a_mandate_cannot_be_ready_without_a_number(browser: Client) -> None:
    mandate = EstablishmentFactory(mandate__pending=True).debit_mandate
    data = {
        **form_of(browser.get(mandate_url(mandate))),
        "status": "ready",
        "bank_code": "0001",
        "branch_code": "001",
        "account_type": "1",
        "holder_kana": "ｶ)ﾚｲ",
    }
    shown = browser.post(mandate_url(mandate), data).content.decode()
    assert "「登録済」にするには、口座番号が必要です。" in shown
    browser.post(mandate_url(mandate), {**data, "new_account_number": "1234567"})
    mandate.refresh_from_db()
    assert mandate.status == "ready"


def test_a_mandate_can_be_added_by_its_own_page(browser: Client) -> None:
    establishment = EstablishmentFactory(without_mandate=True)
    data = {"establishment": establishment.pk, "status": "pending"}
    assert browser.post(reverse("admin:fees_debitmandate_add"), data).status_code == 302
    assert DebitMandate.objects.get().establishment == establishment


@pytest.mark.parametrize(
    ("role", "status"), [(StaffRole.BILLING, 302), (StaffRole.REVIEWER, 403), (StaffRole.READ_ONLY, 403)]
)
def test_who_may_change_an_account(login: Any, role: str, status: int) -> None:
    mandate = EstablishmentFactory().debit_mandate
    browser = login(UserFactory(role=role))
    data = {
        "status": "ready",
        "bank_code": "0001",
        "branch_code": "003",
        "account_type": "2",
        "holder_kana": "ｱ",
    }
    assert browser.post(mandate_url(mandate), data).status_code == status


# --- rates --------------------------------------------------------------------------------------------------

RATES = {"valid_from": 2026, "small_in_group": 1, "small": 2, "large_in_group": 3, "large": 4}


def test_rates_nobody_was_billed_by_can_be_corrected(browser: Client) -> None:
    schedule = FeeSchedule.objects.get()
    browser.post(schedule_url(schedule), RATES)
    schedule.refresh_from_db()
    assert schedule.large == 4
    assert last_event().details["large"] == 4


def test_used_rates_are_shown_only_and_refused_in_words(browser: Client) -> None:
    RenewalFactory(approved=True)
    schedule = FeeSchedule.objects.get()
    assert 'name="_save"' not in browser.get(schedule_url(schedule)).content.decode()
    response = browser.post(schedule_url(schedule), RATES, follow=True)
    assert "新しい会費規程を登録してください。" in response.content.decode()
    schedule.refresh_from_db()
    assert schedule.large == 83_000


def test_rates_that_came_into_use_meanwhile_are_refused_in_words(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fee is fixed between our look and the save: the trigger refuses, the person reads why."""
    RenewalFactory(approved=True)
    schedule = FeeSchedule.objects.get()
    monkeypatch.setattr("fees.admin.FeeScheduleAdmin._used", lambda self, schedule: False)
    response = browser.post(schedule_url(schedule), RATES, follow=True)
    assert "新しい会費規程を登録してください。" in response.content.decode()
    schedule.refresh_from_db()
    assert schedule.large == 83_000
    with pytest.raises(IntegrityError):
        FeeSchedule.objects.filter(pk=schedule.pk).update(large=1)


def test_later_rates_can_be_added(browser: Client) -> None:
    browser.post(reverse("admin:fees_feeschedule_add"), {**RATES, "valid_from": 2030})
    assert FeeSchedule.objects.filter(valid_from=2030).exists()
    assert not FixedFee.objects.exists()


@pytest.mark.parametrize("role", [StaffRole.REVIEWER, StaffRole.BILLING, StaffRole.READ_ONLY])
def test_only_a_manager_changes_rates(login: Any, role: str) -> None:
    schedule = FeeSchedule.objects.get()
    assert login(UserFactory(role=role)).post(schedule_url(schedule), RATES).status_code == 403


# --- discounts ----------------------------------------------------------------------------------------------


def test_discounts_are_changed_and_traced(browser: Client) -> None:
    establishment = EstablishmentFactory()
    applied = establishment.applied_discounts.get()
    address = reverse("admin:discounts_applieddiscounts_change", args=[applied.pk])
    browser.post(address, {**form_of(browser.get(address)), "sme": "on"})
    assert AppliedDiscounts.objects.get().sme
    event = last_event()
    assert (event.member_number, event.details) == (
        establishment.member_number,
        {"fields": ["sme"], "sme": True},
    )


def test_a_certificate_needs_its_group(browser: Client) -> None:
    applied = EstablishmentFactory().applied_discounts.get()
    address = reverse("admin:discounts_applieddiscounts_change", args=[applied.pk])
    shown = browser.post(address, {"certificate_valid_until": "2027-03-31"}).content.decode()
    assert "所属団体を選んでください。" in shown
    group = IndustryGroupFactory()
    browser.post(address, {"certificate_valid_until": "2027-03-31", "group": group.pk})
    assert AppliedDiscounts.objects.get().group == group
