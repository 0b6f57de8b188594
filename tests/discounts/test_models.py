from datetime import date

import pytest

from discounts.models import AppliedDiscounts
from tests.constraints import violates
from tests.factories import AppliedDiscountsFactory, EstablishmentFactory, IndustryGroupFactory

pytestmark = pytest.mark.django_db


def test_discounts_are_recorded_once_per_year() -> None:
    applied = AppliedDiscountsFactory(fiscal_year=2026)
    AppliedDiscountsFactory(establishment=applied.establishment, fiscal_year=2027)
    with violates("discounts_once_per_fiscal_year"):
        AppliedDiscountsFactory(establishment=applied.establishment, fiscal_year=2026)


def test_a_certificate_belongs_to_a_group() -> None:
    with violates("certificate_belongs_to_a_group"):
        AppliedDiscountsFactory(certificate_valid_until=date(2027, 3, 31))


def test_each_group_asks_for_a_known_proof() -> None:
    with violates("proof_of_belonging_is_known"):
        IndustryGroupFactory(proof="hearsay")


@pytest.mark.parametrize(
    ("traits", "sme", "in_group"),
    [
        ({}, False, False),
        ({"sme": True}, True, False),
        ({"in_group": True}, False, True),
        ({"sme": True, "in_group": True}, True, True),
    ],
)
def test_the_two_discounts_are_independent(traits: dict[str, bool], sme: bool, in_group: bool) -> None:
    applied = AppliedDiscounts.objects.get(establishment=EstablishmentFactory(**traits))
    assert (applied.sme, applied.group is not None) == (sme, in_group)
