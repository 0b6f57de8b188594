"""The table of roles, against a list written by hand."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.urls import reverse

from jaim_portal.roles import PERMISSIONS, RoleBackend
from mailing.permissions import SEND_MAIL
from members.models import StaffRole, User
from members.permissions import IMPORT_MEMBERS, INVITE
from renewals.permissions import (
    ANSWER_ON_BEHALF,
    MANAGE_SEASON,
    REOPEN,
    REVIEW,
    VIEW_CAMPAIGNS,
    VIEW_RENEWALS,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
M, R, B, V = StaffRole.MANAGER, StaffRole.REVIEWER, StaffRole.BILLING, StaffRole.READ_ONLY

WHO_MAY = {
    VIEW_RENEWALS: {M, R, B, V},
    VIEW_CAMPAIGNS: {M, R, B, V},
    "members.view_establishment": {M, R, B, V},
    "audit.view_auditevent": {M, R, B, V},
    "mailing.view_outboxmessage": {M, R, B, V},
    REVIEW: {M, R},
    REOPEN: {M, R},
    ANSWER_ON_BEHALF: {M, R},
    MANAGE_SEASON: {M},
    INVITE: {M, R},
    IMPORT_MEMBERS: {M},
    SEND_MAIL: {M},
    "members.change_establishment": {M, R},
    "members.change_contact": {M, R, B},
    "members.add_user": {M},
    "members.change_user": {M},
    "fees.change_debitmandate": {M, B},
    "fees.add_feeschedule": {M},
    "discounts.change_applieddiscounts": {M},
    # Nobody deletes a member, a renewal, a mail or a trace.
    "members.delete_establishment": set(),
    "members.delete_corporation": set(),
    "members.delete_user": set(),
    "renewals.delete_renewal": set(),
    "renewals.change_renewal": set(),
    "renewals.add_renewal": set(),
    "mailing.delete_outboxmessage": set(),
    "mailing.change_outboxmessage": set(),
    "audit.change_auditevent": set(),
    "audit.delete_auditevent": set(),
    "fees.delete_feeschedule": set(),
    "fees.change_fixedfee": set(),
}


@pytest.mark.parametrize("permission", WHO_MAY)
def test_who_may(permission: str) -> None:
    holders = {role for role in StaffRole.values if UserFactory(role=role).has_perm(permission)}
    assert holders == WHO_MAY[permission]


@pytest.fixture
def first_manager(monkeypatch: pytest.MonkeyPatch) -> User:
    """Made as the operations handbook says."""
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct-horse-battery")
    call_command("createsuperuser", "--noinput", "--email", "first@jaim.example", verbosity=0)
    return User.objects.get(email="first@jaim.example")


def test_the_first_manager_may_what_a_manager_may_and_no_more(first_manager: User) -> None:
    assert (first_manager.role, first_manager.is_staff, first_manager.is_superuser) == (M, True, False)
    held = {permission for permission in WHO_MAY if first_manager.has_perm(permission)}
    assert held == {permission for permission, roles in WHO_MAY.items() if M in roles}
    assert all(first_manager.has_perm(permission) for permission in PERMISSIONS[M])


def test_the_first_manager_reaches_every_list(first_manager: User, login: Any) -> None:
    browser = login(first_manager)
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    ]
    pages = [reverse("admin:index"), reverse("admin:member_import"), *lists]
    assert {page: browser.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


def test_the_first_manager_can_be_demoted(first_manager: User, login: Any) -> None:
    other = login(UserFactory(manager=True))
    page = reverse("admin:members_user_change", args=[first_manager.pk])
    given = {
        "email": first_manager.email,
        "role": V,
        "is_active": "on",
        "assignments-TOTAL_FORMS": 0,
        "assignments-INITIAL_FORMS": 0,
    }
    assert other.post(page, given).status_code == 302
    demoted = User.objects.get(pk=first_manager.pk)
    assert demoted.role == V
    held = {permission for permission in WHO_MAY if demoted.has_perm(permission)}
    assert held == {permission for permission, roles in WHO_MAY.items() if V in roles}
    assert login(demoted).get(reverse("admin:members_user_add")).status_code == 403


def test_every_named_permission_of_the_table_is_in_the_list() -> None:
    named = {permission for held in PERMISSIONS.values() for permission in held}
    own = {permission for permission in named if "_" not in permission.split(".")[1] or permission in WHO_MAY}
    assert own <= set(WHO_MAY)


@pytest.mark.parametrize("permission", WHO_MAY)
def test_a_member_may_nothing_of_it(permission: str) -> None:
    assert not UserFactory().has_perm(permission)


def test_an_account_that_was_closed_may_nothing() -> None:
    closed = UserFactory(role=M, is_active=False)
    assert not closed.has_perm(VIEW_RENEWALS)
    assert not RoleBackend().has_module_perms(closed, "renewals")


def test_nobody_in_particular_may_nothing() -> None:
    assert not AnonymousUser().has_perm(VIEW_RENEWALS)
