import pytest
from django.test import Client
from django.urls import reverse

from members.models import StaffRole
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", StaffRole.values)
def test_staff_with_a_password_alone_are_sent_to_set_up_a_second_factor(role: str) -> None:
    client = Client()
    client.force_login(UserFactory(role=role))
    response = client.get(reverse("admin:index"))
    assert (response.status_code, response["Location"]) == (302, reverse("mfa_index"))


@pytest.mark.parametrize("role", StaffRole.values)
def test_staff_who_used_it_get_in(role: str, login) -> None:
    assert login(UserFactory(role=role)).get(reverse("admin:index")).status_code == 200


def test_a_second_factor_that_somebody_else_used_in_this_browser_does_not_count(login) -> None:
    client = login(UserFactory(manager=True))
    session = client.session
    session["account_authentication_methods_user"] = "0"
    session.save()
    assert client.get(reverse("admin:index")).status_code == 302
