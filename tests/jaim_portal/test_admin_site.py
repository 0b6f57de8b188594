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
@pytest.mark.parametrize("role", ["", "reviewer"])
def test_staff_who_also_act_for_a_member_find_the_way_to_the_secretariat(role: str, login: Any) -> None:
    user = UserFactory(role=role, acts_for=[EstablishmentFactory()])
    shown = login(user).get("/", follow=True).content.decode()
    assert ("事務局の画面" in shown) is bool(role)
    assert (f'href="{reverse("admin:index")}"' in shown) is bool(role)
