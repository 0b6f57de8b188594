"""The door of the secretariat's site."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from members.models import StaffRole
from tests.factories import EstablishmentFactory, UserFactory

pytestmark = pytest.mark.django_db
LISTS = [
    f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in admin.site._registry
]


def test_nobody_in_particular_is_sent_to_the_one_login() -> None:
    response = Client().get(reverse("admin:index"), follow=True)
    assert response.redirect_chain[-1] == (f"{reverse('account_login')}?next=%2Fadmin%2F", 302)


@pytest.mark.parametrize("name", ["admin:index", "admin:login", "admin:renewals_renewal_changelist"])
def test_to_a_member_the_secretariats_pages_do_not_exist(login: Any, name: str) -> None:
    clerk = UserFactory(acts_for=[EstablishmentFactory()])
    assert login(clerk).get(reverse(name)).status_code == 404


def test_djangos_own_login_and_password_pages_lead_to_the_portals(login: Any) -> None:
    browser = login(UserFactory(manager=True))
    assert browser.get(reverse("admin:login"))["Location"] == reverse("admin:index")
    assert browser.get(reverse("admin:password_change"))["Location"] == reverse("account_change_password")


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("role", StaffRole.values)
def test_every_role_sees_every_list(login: Any, role: str, name: str) -> None:
    assert login(UserFactory(role=role)).get(reverse(name)).status_code == 200


def test_only_the_portals_own_rooms_are_administered() -> None:
    rooms = {model._meta.app_label for model in admin.site._registry}
    assert rooms == {"renewals", "fees", "discounts", "members", "mailing", "audit"}


@pytest.mark.parametrize("name", LISTS)
def test_nobody_deletes_from_a_list(login: Any, name: str) -> None:
    response = login(UserFactory(manager=True)).get(reverse(name))
    assert "delete_selected" not in response.content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_every_list_leads_back_to_the_days_work(login: Any, name: str) -> None:
    shown = login(UserFactory(manager=True)).get(reverse(name)).content.decode()
    assert f'<div class="breadcrumbs"><a href="{reverse("admin:index")}">今日の仕事</a> › ' in shown
    assert "ホーム" not in shown


def test_what_is_opened_from_a_list_leads_back_to_it(login: Any) -> None:
    establishment = EstablishmentFactory()
    browser = login(UserFactory(manager=True))
    address = reverse("admin:members_establishment_change", args=[establishment.pk])
    shown = browser.get(address).content.decode()
    assert f'<a href="{reverse("admin:members_establishment_changelist")}">事業所</a> › ' in shown
    rooms = browser.get(reverse("admin:app_list", args=["members"])).content.decode()
    assert "ホーム" not in shown + rooms


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label_lower)
def test_a_list_is_narrowed_by_its_filters_alone(login: Any, rf: Any, model: Any) -> None:
    """Or anybody who sees it could guess what it does not show, letter by letter."""
    listed = admin.site._registry[model]
    filters = {getattr(each, "parameter_name", each) for each in listed.list_filter}
    fields = {field.name for field in model._meta.get_fields()} - filters - {*listed.linked_lookups}
    assert fields
    for lookup in (f"{name}{suffix}" for name in fields for suffix in ("", "__regex", "__password__regex")):
        assert not listed.lookup_allowed(lookup, "a", rf.get("/")), lookup


@pytest.mark.parametrize(
    "address",
    [
        "admin:members_user_changelist?password__regex=^argon2",
        "admin:fees_debitmandate_changelist?account_number__startswith=a",
        "admin:members_establishment_changelist?assignments__user__password__regex=a",
    ],
)
def test_nothing_hidden_can_be_asked_for(login: Any, address: str) -> None:
    name, _, query = address.partition("?")
    assert login(UserFactory(read_only=True)).get(f"{reverse(name)}?{query}").status_code == 400


@pytest.mark.django_db
def test_staff_have_the_secretariats_pages_and_no_members(login: Any) -> None:
    establishment = EstablishmentFactory()
    browser = login(UserFactory(role="reviewer", acts_for=[establishment]))
    assert browser.get("/").url == reverse("admin:index")
    assert browser.get(reverse("establishment_home", args=[establishment.pk])).status_code == 404
