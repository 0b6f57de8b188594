import pytest
from django.http import Http404

from members.access import establishment_of
from tests.factories import EstablishmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_whoever_acts_for_an_establishment_may_open_its_pages(django_assert_num_queries) -> None:
    establishment = EstablishmentFactory()
    user = UserFactory(acts_for=[establishment])
    with django_assert_num_queries(1):
        assert establishment_of(user, establishment.pk).full_name == establishment.full_name


def test_the_pages_of_others_do_not_exist() -> None:
    establishment, other = EstablishmentFactory.create_batch(2)
    user = UserFactory(acts_for=[establishment])
    for key in (other.pk, 0):
        with pytest.raises(Http404):
            establishment_of(user, key)


def test_a_role_in_the_secretariat_opens_no_member_page() -> None:
    with pytest.raises(Http404):
        establishment_of(UserFactory(manager=True), EstablishmentFactory().pk)
