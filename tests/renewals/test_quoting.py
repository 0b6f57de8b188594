import pytest

from discounts.models import AppliedDiscounts
from fees.models import FeeSchedule
from renewals.quoting import NoFeeSchedule, applied_by_establishment, carried_over, schedule_for
from tests.factories import (
    SEASON,
    THIS_YEAR,
    AppliedDiscountsFactory,
    EstablishmentFactory,
    FeeScheduleFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fiscal_year", "valid_from"),
    [(2026, 2026), (2027, 2026), (2029, 2026), (2030, 2030), (2099, 2030)],
)
def test_a_schedule_holds_until_the_next_begins(fiscal_year: int, valid_from: int) -> None:
    FeeScheduleFactory(valid_from=2030)
    assert schedule_for(fiscal_year).valid_from == valid_from


def test_before_the_first_schedule_there_are_no_rates_to_guess() -> None:
    with pytest.raises(NoFeeSchedule, match="2025年度に適用する会費規程が登録されていません"):
        schedule_for(2025)


@pytest.mark.parametrize(
    ("traits", "amount"),
    [
        ({"sme": True, "in_group": True}, 60_000),
        ({"sme": True}, 63_000),
        ({"in_group": True}, 80_000),
        ({}, 83_000),
    ],
)
def test_this_years_discounts_lead_to_next_years_fee(traits: dict[str, bool], amount: int) -> None:
    applied = AppliedDiscountsFactory(**traits)
    carried = carried_over(applied=applied, schedule=schedule_for(SEASON), fiscal_year=SEASON)
    assert (carried.sme, carried.group) == (applied.sme, applied.group)
    assert (carried.quote.amount, carried.quote.fiscal_year) == (amount, SEASON)


def test_no_record_of_this_year_means_no_discount() -> None:
    carried = carried_over(applied=None, schedule=FeeSchedule.objects.get(), fiscal_year=SEASON)
    assert (carried.sme, carried.group, carried.quote.amount) == (False, None, 83_000)


def test_the_discounts_of_many_in_one_query(django_assert_num_queries) -> None:
    members = EstablishmentFactory.create_batch(3, in_group=True)
    without = EstablishmentFactory(applied=False)
    AppliedDiscountsFactory(establishment=without, fiscal_year=SEASON, sme=True)
    with django_assert_num_queries(1):
        found = applied_by_establishment(
            [*(member.pk for member in members), without.pk], fiscal_year=THIS_YEAR
        )
        assert all(applied.group.name for applied in found.values())
    assert found == {
        applied.establishment_id: applied
        for applied in AppliedDiscounts.objects.filter(establishment__in=members)
    }
