from dataclasses import replace

import pytest

from fees.schedule import FeeRates, Quote, quote

RATES_OF_2026 = FeeRates(small_in_group=60_000, small=63_000, large_in_group=80_000, large=83_000)

# The annual fee table of the fee regulation: 中小企業 or not, in a regular-member group or not.
TABLE = [
    # sme, in a group, full fee, SME discount, group discount, to pay
    (True, True, 83_000, 20_000, 3_000, 60_000),
    (True, False, 83_000, 20_000, 0, 63_000),
    (False, True, 83_000, 0, 3_000, 80_000),
    (False, False, 83_000, 0, 0, 83_000),
]


@pytest.mark.parametrize(("sme", "in_group", "full", "sme_discount", "group_discount", "amount"), TABLE)
def test_the_fee_of_every_cell_and_how_it_comes_about(
    sme: bool, in_group: bool, full: int, sme_discount: int, group_discount: int, amount: int
) -> None:
    quoted = quote(rates=RATES_OF_2026, fiscal_year=2027, sme=sme, in_group=in_group)
    assert quoted == Quote(2027, sme, in_group, full, sme_discount, group_discount)
    assert quoted.amount == amount
    assert RATES_OF_2026.amount(sme=sme, in_group=in_group) == amount


# Rates in which belonging to a group is worth more to a large company than to a small one.
UNEVEN = FeeRates(small_in_group=50_000, small=51_000, large_in_group=70_000, large=90_000)


@pytest.mark.parametrize(
    ("sme", "in_group", "sme_discount", "group_discount", "amount"),
    [
        (True, True, 39_000, 1_000, 50_000),
        (True, False, 39_000, 0, 51_000),
        (False, True, 0, 20_000, 70_000),
        (False, False, 0, 0, 90_000),
    ],
)
def test_the_discounts_add_up_under_other_rates_too(
    sme: bool, in_group: bool, sme_discount: int, group_discount: int, amount: int
) -> None:
    quoted = quote(rates=UNEVEN, fiscal_year=2030, sme=sme, in_group=in_group)
    assert (quoted.sme_discount, quoted.group_discount) == (sme_discount, group_discount)
    assert quoted.amount == amount


def test_yen_are_whole() -> None:
    quoted = quote(rates=RATES_OF_2026, fiscal_year=2027, sme=True, in_group=True)
    assert all(
        type(yen) is int
        for yen in (quoted.full_fee, quoted.sme_discount, quoted.group_discount, quoted.amount)
    )


def test_a_quote_cannot_be_changed() -> None:
    quoted = quote(rates=RATES_OF_2026, fiscal_year=2027, sme=True, in_group=True)
    assert replace(quoted, sme_discount=0).amount == 80_000
    with pytest.raises(AttributeError):
        quoted.sme_discount = 0  # type: ignore[misc]
