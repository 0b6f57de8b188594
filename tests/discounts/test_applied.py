from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from discounts.applied import forget_discounts, set_discounts, terms_of
from discounts.claims import Terms
from discounts.models import AppliedDiscounts
from tests.factories import EstablishmentFactory, IndustryGroupFactory

pytestmark = pytest.mark.django_db
CERTIFICATE = date(2028, 3, 31)


def test_what_is_recorded_for_a_year_replaces_what_was() -> None:
    establishment, group = EstablishmentFactory(applied=False), IndustryGroupFactory()
    for sme in (True, False):
        set_discounts(
            establishment=establishment,
            fiscal_year=2027,
            sme=sme,
            group=group,
            certificate_valid_until=CERTIFICATE,
        )
    applied = AppliedDiscounts.objects.get(establishment=establishment)
    assert (applied.sme, applied.group, applied.certificate_valid_until) == (False, group, CERTIFICATE)


def test_leaving_the_group_leaves_the_certificate() -> None:
    applied = set_discounts(
        establishment=EstablishmentFactory(),
        fiscal_year=2027,
        sme=True,
        group=None,
        certificate_valid_until=CERTIFICATE,
    )
    applied.refresh_from_db()
    assert (applied.group, applied.certificate_valid_until) == (None, None)


def test_forgetting_a_year_touches_no_other_year_and_nobody_else() -> None:
    establishment, other = EstablishmentFactory(sme=True), EstablishmentFactory(sme=True)
    for member in (establishment, other):
        set_discounts(
            establishment=member, fiscal_year=2027, sme=True, group=None, certificate_valid_until=None
        )
    forget_discounts(establishment=establishment, fiscal_year=2027)
    left = AppliedDiscounts.objects.values_list("establishment", "fiscal_year")
    assert sorted(left) == [(establishment.pk, 2026), (other.pk, 2026), (other.pk, 2027)]


def test_recording_takes_one_query(django_assert_num_queries: Callable[..., Any]) -> None:
    """Approvals wait for one another: each should be short."""
    establishment = EstablishmentFactory(applied=False)
    for sme in (True, False):
        with django_assert_num_queries(1):
            set_discounts(
                establishment=establishment,
                fiscal_year=2027,
                sme=sme,
                group=None,
                certificate_valid_until=None,
            )


def test_what_is_recorded_becomes_the_terms_of_a_claim() -> None:
    applied = AppliedDiscounts.objects.get(establishment=EstablishmentFactory(sme=True, in_group=True))
    assert terms_of(applied) == Terms(True, applied.group_id, date(2027, 3, 31))
    assert terms_of(None) == Terms()
