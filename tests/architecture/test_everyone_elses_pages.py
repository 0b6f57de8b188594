"""All addresses × all roles: one's own answers, another's does not exist, what a role may not do is refused.

An address that is not in these tables fails the test: decide whose it is, and write it down here.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from discounts.models import CertificateUpdate
from discounts.permissions import CONFIRM_CERTIFICATES, IMPORT_GROUP_LISTS
from fiscal_calendar.tokyo import at
from jaim_portal.roles import PERMISSIONS
from mailing.models import OutboxMessage
from mailing.permissions import SEND_MAIL
from members.models import StaffRole, User
from members.permissions import IMPORT_MEMBERS
from renewals.models import Renewal, RenewalCampaign
from renewals.permissions import ANSWER_ON_BEHALF, MANAGE_SEASON, REOPEN, REVIEW
from tests.architecture.addresses import Page, pages
from tests.factories import (
    CertificateUpdateFactory,
    EstablishmentFactory,
    RenewalFactory,
    UserFactory,
    clerk_of,
)

OPEN_TO_EVERYBODY = {
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "mfa_authenticate",
    "password_link",
    "password_link_done",
}
# Shows nothing but what belongs to whoever asks.
OF_WHOEVER_ASKS = {
    "account_change_password",
    "account_reauthenticate",
    "home",
    "many_check",
    "many_done",
    "many_select",
    "many_send",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
}
OF_ONES_PASSKEY = {"mfa_edit_webauthn", "mfa_remove_webauthn"}
OF_ONES_ESTABLISHMENT = {
    "certificate",
    "certificate_received",
    "establishment_home",
    "leaving",
    "messages_of",
    "receipts",
    "registered",
    "renewal_changed",
    "renewal_changed_check",
    "renewal_choose",
    "renewal_receipt",
    "renewal_receipt_copy",
    "renewal_take_back",
    "renewal_unchanged",
    "renewal_withdrawal",
    "renewal_withdrawal_check",
}
# Files by keys of their own: the establishment's and the secretariat's. tests/discounts/test_serving.py tries them all.
OF_ONES_EVIDENCE = {"evidence_file", "evidence_original", "evidence_page", "evidence_pdf"}
# The secretariat's pages: which permission each takes; None where every role may look.
VIEW = None
OF_THE_SECRETARIAT: dict[str, str | None] = {
    "admin:autocomplete": VIEW,
    "admin:discounts_certificateupdate_accept": CONFIRM_CERTIFICATES,
    "admin:discounts_certificateupdate_refuse": CONFIRM_CERTIFICATES,
    "admin:group_list_import": IMPORT_GROUP_LISTS,
    "admin:group_list_import_preview": IMPORT_GROUP_LISTS,
    "admin:group_list_import_rejects": IMPORT_GROUP_LISTS,
    "admin:group_list_import_store": IMPORT_GROUP_LISTS,
    "admin:index": VIEW,
    "admin:jsi18n": VIEW,
    "admin:login": VIEW,
    "admin:logout": VIEW,
    "admin:member_import": IMPORT_MEMBERS,
    "admin:member_import_preview": IMPORT_MEMBERS,
    "admin:member_import_rejects": IMPORT_MEMBERS,
    "admin:member_import_store": IMPORT_MEMBERS,
    "admin:password_change": VIEW,
    "admin:password_change_done": VIEW,
    "admin:renewals_renewal_accept_withdrawal": REVIEW,
    "admin:renewals_renewal_answer_on_behalf": ANSWER_ON_BEHALF,
    "admin:renewals_renewal_approve": REVIEW,
    "admin:renewals_renewal_begin_review": REVIEW,
    "admin:renewals_renewal_approve_checked": REVIEW,
    "admin:renewals_renewal_begin": REVIEW,
    "admin:renewals_renewal_change_on_behalf": ANSWER_ON_BEHALF,
    "admin:renewals_renewal_hold": REVIEW,
    "admin:renewals_renewal_keep": REVIEW,
    "admin:renewals_renewal_mark": REVIEW,
    "admin:renewals_renewal_next": REVIEW,
    "admin:renewals_renewal_queue": VIEW,
    "admin:renewals_renewal_refuse": REVIEW,
    "admin:renewals_renewal_release": REVIEW,
    "admin:renewals_renewal_return": REVIEW,
    "admin:renewals_renewal_undo": REVIEW,
    "admin:renewals_renewal_workbench": VIEW,
    "admin:renewals_returnreason_counts": VIEW,
    "admin:renewals_renewal_bulk": REVIEW,
    "admin:renewals_renewal_bulk_approve": REVIEW,
    "admin:renewals_renewal_bulk_complete": REVIEW,
    "admin:renewals_renewal_bulk_result": REVIEW,
    "admin:renewals_renewal_complete_withdrawal": REVIEW,
    "admin:renewals_renewal_reopen": REOPEN,
    "admin:renewals_renewalcampaign_add": MANAGE_SEASON,
    "admin:renewals_renewalcampaign_add_establishment": MANAGE_SEASON,
    "admin:renewals_renewalcampaign_deadline": MANAGE_SEASON,
    "admin:renewals_renewalcampaign_mails": VIEW,
    "admin:renewals_renewalcampaign_open": MANAGE_SEASON,
    "admin:renewals_renewalcampaign_replan": MANAGE_SEASON,
    "admin:renewals_renewalcampaign_test_send": SEND_MAIL,
    "admin:view_on_site": VIEW,
}
# Lists that nobody edits by hand.
WRITTEN_BY_VERBS_ALONE = {AuditEvent, CertificateUpdate, OutboxMessage, Renewal, RenewalCampaign}
ONLY_POST = {
    "admin:discounts_certificateupdate_accept",
    "admin:discounts_certificateupdate_refuse",
    "admin:group_list_import_store",
    "admin:member_import_store",
    "admin:renewals_renewal_approve",
    "admin:renewals_renewal_approve_checked",
    "admin:renewals_renewal_begin",
    "admin:renewals_renewal_begin_review",
    "admin:renewals_renewal_keep",
    "admin:renewals_renewal_mark",
    "admin:renewals_renewal_next",
    "admin:renewals_renewal_release",
    "admin:renewals_renewal_undo",
    "admin:renewals_renewal_bulk_approve",
    "admin:renewals_renewal_bulk_complete",
    "admin:renewals_renewalcampaign_test_send",
}
ANSWERS = {200, 204, 302}
HIDDEN = {404}
REFUSED = {403}
ROLES = list(StaffRole.values)


def pages_of_models() -> dict[str, tuple[type, str]]:
    """The admin's own five pages of each model that are not written out above: which model, which action."""
    found = {}
    for model in admin.site._registry:
        stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for page, action in {
            "changelist": "view",
            "history": "view",
            "change": "view",
            "add": "add",
            "delete": "delete",
        }.items():
            if f"{stem}_{page}" not in OF_THE_SECRETARIAT:
                found[f"{stem}_{page}"] = (model, action)
    return found


OF_MODELS = pages_of_models()
BY_NAME: dict[str, Page] = {page.name: page for page in pages() if page.url()}


def test_every_address_is_somebodys() -> None:
    known = (
        OPEN_TO_EVERYBODY
        | OF_WHOEVER_ASKS
        | OF_ONES_PASSKEY
        | OF_ONES_ESTABLISHMENT
        | OF_ONES_EVIDENCE
        | OF_THE_SECRETARIAT.keys()
        | OF_MODELS.keys()
    )
    assert set(BY_NAME) - known == set(), "say in this file whose page it is"
    assert known - set(BY_NAME) == set(), "these addresses are gone"


@pytest.fixture
def renewal(clock, db) -> Renewal:
    clock.set(at(date(2027, 2, 1), 10))
    return RenewalFactory()


@pytest.fixture
def submitted(clock, db) -> Renewal:
    clock.set(at(date(2027, 2, 1), 10))
    return RenewalFactory(submitted=True)


def address(name: str, about: Renewal, **given: Any) -> str:
    url = BY_NAME[name].url(
        **{
            "establishment_id": about.establishment_id,
            "fiscal_year": about.campaign.fiscal_year,
            "version": about.version,
            "renewal_id": about.pk,
            "campaign_id": about.campaign_id,
            "update_id": CertificateUpdate.objects.values_list("pk", flat=True).first() or 1,
            **given,
        }
    )
    assert url is not None
    return url


def answers(client: Client, names: set[str], about: Renewal, methods: tuple[str, ...], **given: Any) -> dict:
    return {
        (method, name): getattr(client, method)(address(name, about, **given)).status_code
        for name in names
        for method in methods
    }


def those_not_in(allowed: set[int], found: dict) -> dict:
    return {which: status for which, status in found.items() if status not in allowed}


# --- members ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trait", ["renewal", "submitted"])
def test_ones_own_establishment_answers_everywhere(
    trait: str, request: pytest.FixtureRequest, login: Callable[[User], Client]
) -> None:
    about = request.getfixturevalue(trait)
    names = set(OF_ONES_ESTABLISHMENT)
    if not about.version:
        names -= {"renewal_receipt", "renewal_receipt_copy"}  # nothing was received yet
    found = answers(login(clerk_of(about)), names, about, ("get",))
    assert those_not_in(ANSWERS, found) == {}


@pytest.mark.parametrize("role", ["", *ROLES], ids=lambda role: role or "member")
@pytest.mark.parametrize("trait", ["renewal", "submitted"])
def test_another_establishment_does_not_exist_for_anybody(
    role: str, trait: str, request: pytest.FixtureRequest, login: Callable[[User], Client]
) -> None:
    """Not for other members, and not for the secretariat, which has pages of its own."""
    about = request.getfixturevalue(trait)
    before = Renewal.objects.values().get(pk=about.pk)
    stranger = UserFactory(role=role, acts_for=[EstablishmentFactory()])
    found = answers(login(stranger), OF_ONES_ESTABLISHMENT, about, ("get", "post", "put"))
    assert those_not_in(HIDDEN | {405}, found) == {}
    assert those_not_in(HIDDEN, {key: status for key, status in found.items() if key[0] == "get"}) == {}
    assert Renewal.objects.values().get(pk=about.pk) == before


def test_an_establishment_that_was_taken_away_does_not_exist_any_more(
    submitted: Renewal, login: Callable[[User], Client]
) -> None:
    clerk = clerk_of(submitted)
    client = login(clerk)
    clerk.assignments.all().delete()
    assert those_not_in(HIDDEN, answers(client, OF_ONES_ESTABLISHMENT, submitted, ("get",))) == {}


def test_an_account_that_was_closed_is_logged_out(
    submitted: Renewal, login: Callable[[User], Client]
) -> None:
    clerk = clerk_of(submitted)
    client = login(clerk)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    found = answers(client, OF_ONES_ESTABLISHMENT | {"home", "many_select"}, submitted, ("get",))
    assert those_not_in({302}, found) == {}


def test_another_season_or_version_does_not_exist(
    submitted: Renewal, login: Callable[[User], Client]
) -> None:
    client = login(clerk_of(submitted))
    receipts = {"renewal_receipt", "renewal_receipt_copy"}
    for given in ({"version": 2}, {"version": 0}, {"fiscal_year": 2026}):
        assert those_not_in(HIDDEN, answers(client, receipts, submitted, ("get",), **given)) == {}


@pytest.mark.parametrize("role", ["", *ROLES], ids=lambda role: role or "member")
def test_another_persons_passkey_does_not_exist(role: str, db, login: Callable[[User], Client]) -> None:
    passkey = Authenticator.objects.create(user=UserFactory(), type="webauthn", data={"name": "key"})
    client = login(UserFactory(role=role))
    for name in OF_ONES_PASSKEY:
        for method in ("get", "post"):
            answer = getattr(client, method)(reverse(name, args=[passkey.pk]))
            asked_for_the_password_first = (
                answer.status_code == 302 and "reauthenticate" in answer["Location"]
            )
            assert answer.status_code == 404 or asked_for_the_password_first
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


def test_a_member_finds_no_page_of_the_secretariat(
    submitted: Renewal, login: Callable[[User], Client]
) -> None:
    client = login(clerk_of(submitted))
    redirect_to_the_members_own = {"admin:logout", "admin:password_change"}
    names = (OF_THE_SECRETARIAT.keys() | OF_MODELS.keys()) - redirect_to_the_members_own
    found = answers(client, names, submitted, ("get", "post"), object_id="1")
    assert those_not_in(HIDDEN, found) == {}


# --- the secretariat --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_each_role_does_what_the_table_of_roles_says(
    role: str, submitted: Renewal, login: Callable[[User], Client]
) -> None:
    client = login(UserFactory(role=role))
    CertificateUpdateFactory()
    form = {"kind": "campaign_opened", "member_number": submitted.establishment.member_number}
    for name, permission in OF_THE_SECRETARIAT.items():
        url = address(name, submitted, content_type_id="1", object_id="1")
        status = (client.post(url, form) if name in ONLY_POST else client.get(url)).status_code
        may = permission is VIEW or permission in PERMISSIONS[role]
        if name in {"admin:autocomplete", "admin:view_on_site"}:
            assert status in REFUSED | HIDDEN, name  # nothing is completed without a field to complete
        elif name == "admin:renewals_renewal_undo":
            assert status in (HIDDEN if may else REFUSED), name  # nothing is decided that could be undone
        else:
            assert status in (ANSWERS if may else REFUSED), (name, status)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_looks_at_every_list_and_edits_what_the_table_of_roles_says(
    role: str, submitted: Renewal, login: Callable[[User], Client]
) -> None:
    client = login(UserFactory(role=role))
    wrong = {}
    for name, (model, action) in OF_MODELS.items():
        existing = model._default_manager.order_by("pk").first()
        if existing is None and name.endswith(("change", "history", "delete")):
            continue
        url = BY_NAME[name].url(
            object_id=existing.pk if existing else "",
            renewal_id=submitted.pk,
            campaign_id=submitted.campaign_id,
        )
        may = action == "view" or _may(role, action, model)
        status = client.get(url).status_code
        if status not in (ANSWERS if may else REFUSED):
            wrong[name] = status
    assert wrong == {}


@pytest.mark.parametrize("role", ROLES)
def test_who_may_only_look_cannot_post_a_change(
    role: str, submitted: Renewal, login: Callable[[User], Client]
) -> None:
    client = login(UserFactory(role=role))
    wrong = {}
    for name, (model, action) in OF_MODELS.items():
        existing = model._default_manager.order_by("pk").first()
        own_page = model in {Renewal, RenewalCampaign}  # pages that show; what they do is in the table above
        if not name.endswith("_change") or existing is None or own_page or _may(role, "change", model):
            continue
        status = client.post(BY_NAME[name].url(object_id=existing.pk), {"name": "changed"}).status_code
        if status not in REFUSED:
            wrong[name, action] = status
    assert wrong == {}


@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_open_every_room(role: str, db, login: Callable[[User], Client]) -> None:
    client = login(UserFactory(role=role))
    rooms = {model._meta.app_label for model in admin.site._registry}
    found = {room: client.get(reverse("admin:app_list", args=[room])).status_code for room in rooms}
    assert those_not_in({200}, found) == {}


def _may(role: str, action: str, model: type) -> bool:
    if model in WRITTEN_BY_VERBS_ALONE or action == "delete":  # nothing is deleted by a page of its own
        return False
    return f"{model._meta.app_label}.{action}_{model._meta.model_name}" in PERMISSIONS[role]
