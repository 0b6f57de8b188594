"""Fixing the fee of one establishment for one fiscal year."""

from datetime import datetime

from fees.models import FeeSchedule, FixedFee
from members.models import Establishment


def fix_fee(
    *,
    establishment: Establishment,
    fiscal_year: int,
    schedule: FeeSchedule,
    sme: bool,
    in_group: bool,
    now: datetime,
) -> FixedFee:
    """Write down the fee in yen under ``schedule``. From now on the schedule can no longer be edited."""
    return FixedFee.objects.create(
        establishment=establishment,
        fiscal_year=fiscal_year,
        schedule=schedule,
        sme=sme,
        in_group=in_group,
        amount=schedule.rates.amount(sme=sme, in_group=in_group),
        fixed_at=now,
    )
