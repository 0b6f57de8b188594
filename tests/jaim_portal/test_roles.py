"""The table of roles, against a list written by hand."""

import pytest
from django.contrib.auth.models import AnonymousUser

from jaim_portal.roles import PERMISSIONS, RoleBackend
from mailing.permissions import SEND_MAIL
from members.models import StaffRole
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
