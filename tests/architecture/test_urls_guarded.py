"""Every page asks who comes, but for those that somebody who is not logged in needs."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from members.models import StaffRole
from tests.architecture.addresses import pages
from tests.factories import EstablishmentFactory, RenewalFactory, UserFactory, clerk_of

OPEN_TO_EVERYBODY = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "password_link",
    "password_link_done",
    "mfa_authenticate",
    "admin:login",
}
PAGES = list(pages())
WITH_AN_ADDRESS = sorted(
    {page.name: page for page in PAGES if page.url()}.values(), key=lambda page: page.name
)
OF_AN_ESTABLISHMENT = [page for page in WITH_AN_ADDRESS if "establishment_id" in page.arguments]
OF_THE_SECRETARIAT = [
    page for page in WITH_AN_ADDRESS if page.name.startswith("admin:") and page.name not in OPEN_TO_EVERYBODY
]


def test_the_walk_finds_the_pages() -> None:
    assert len(OF_AN_ESTABLISHMENT) >= 12
    assert len(OF_THE_SECRETARIAT) >= 40
    assert {page.name for page in WITH_AN_ADDRESS} >= OPEN_TO_EVERYBODY


def test_logging_in_is_asked_for_everywhere_by_middleware() -> None:
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE


def test_only_these_pages_are_exempt() -> None:
    exempt = {page.name for page in PAGES if not getattr(page.pattern.callback, "login_required", True)}
    assert exempt == OPEN_TO_EVERYBODY


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_is_not_logged_in_is_sent_to_the_login(method: str) -> None:
    logins = (reverse("account_login"), reverse("admin:login"))
    guarded = [page for page in WITH_AN_ADDRESS if page.name not in OPEN_TO_EVERYBODY]
    responses = {page.name: getattr(Client(), method)(page.url()) for page in guarded}
    assert not {
        name: response.status_code
        for name, response in responses.items()
        if response.status_code != 302 or not response["Location"].startswith(logins)
    }


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_member_sees_nothing_of_the_secretariats_pages(method: str, login) -> None:
    renewal = RenewalFactory()
    client = login(clerk_of(renewal))
    answers = {page.name: getattr(client, method)(page.url()).status_code for page in OF_THE_SECRETARIAT}
    assert {name: status for name, status in answers.items() if status not in (302, 403, 404)} == {}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["", *StaffRole.values], ids=lambda role: role or "member")
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_members_pages_do_not_exist_for_anybody_else(method: str, role: str, login) -> None:
    renewal = RenewalFactory(submitted=True)
    others = renewal.establishment
    user = UserFactory(role=role, acts_for=[EstablishmentFactory()])
    client = login(user)
    given = {
        "establishment_id": others.pk,
        "fiscal_year": renewal.campaign.fiscal_year,
        "version": renewal.version,
    }
    answers = {
        page.name: getattr(client, method)(page.url(**given)).status_code for page in OF_AN_ESTABLISHMENT
    }
    allowed = (404,) if method == "get" else (404, 405)
    assert {name: status for name, status in answers.items() if status not in allowed} == {}
