from django.test import Client

from tests.factories import EstablishmentFactory, UserFactory


def test_a_page_of_somebody_logged_in_is_kept_by_no_cache(db, login):
    page = login(UserFactory(acts_for=[EstablishmentFactory()])).get("/")
    assert {"no-store", "private"} <= {part.strip() for part in page["Cache-Control"].split(",")}


def test_the_error_pages_neither(db, login):
    assert "no-store" in login(UserFactory()).get("/nowhere/")["Cache-Control"]


def test_nothing_is_said_about_pages_that_everybody_may_see(db):
    assert "no-store" not in Client().get("/account/password/link/done/").get("Cache-Control", "")
