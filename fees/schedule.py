"""The annual fee as arithmetic: rates and discounts in, a quote that shows its working out. Yen throughout."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FeeRates:
    """Annual fee per establishment in yen, by company size and group membership."""

    small_in_group: int
    small: int
    large_in_group: int
    large: int

    @property
    def lowest(self) -> int:
        return min(self.small_in_group, self.small, self.large_in_group, self.large)

    @property
    def highest(self) -> int:
        return max(self.small_in_group, self.small, self.large_in_group, self.large)

    def amount(self, *, sme: bool, in_group: bool) -> int:
        if sme:
            return self.small_in_group if in_group else self.small
        return self.large_in_group if in_group else self.large


@dataclass(frozen=True)
class Quote:
    """What one establishment pays for one fiscal year and why, in yen.

    ``sme_discount`` and ``group_discount`` are what each discount takes off the full fee, the SME discount first.
    """

    fiscal_year: int
    sme: bool
    in_group: bool
    full_fee: int
    sme_discount: int
    group_discount: int

    @property
    def amount(self) -> int:
        return self.full_fee - self.sme_discount - self.group_discount


def quote(*, rates: FeeRates, fiscal_year: int, sme: bool, in_group: bool) -> Quote:
    """The fee under ``rates`` (賛助会員会費規程, annual fee table in the renewal manual, step 3)."""
    after_sme = rates.amount(sme=sme, in_group=False)
    return Quote(
        fiscal_year=fiscal_year,
        sme=sme,
        in_group=in_group,
        full_fee=rates.large,
        sme_discount=rates.large - after_sme,
        group_discount=after_sme - rates.amount(sme=sme, in_group=in_group),
    )
