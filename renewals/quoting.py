"""Where discounts and fees meet: the fee an establishment would pay next year if nothing changed."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from discounts.models import AppliedDiscounts, IndustryGroup
from fees.models import FeeSchedule
from fees.schedule import Quote, quote


class NoFeeSchedule(Exception):
    """No fee schedule holds for the fiscal year; the secretariat has to enter one first."""

    def __init__(self, fiscal_year: int) -> None:
        super().__init__(f"{fiscal_year}年度に適用する会費規程が登録されていません。")


@dataclass(frozen=True)
class CarriedOver:
    """This year's discounts as they would be carried over, and the fee they lead to."""

    sme: bool
    group: IndustryGroup | None
    quote: Quote


def schedule_for(fiscal_year: int) -> FeeSchedule:
    """The schedule that holds in ``fiscal_year``. Raises :class:`NoFeeSchedule`."""
    return _holding(FeeSchedule.objects.all(), fiscal_year)


def schedule_to_fix_under(fiscal_year: int) -> FeeSchedule:
    """The schedule that holds, locked: nobody edits its rates until the fee that is fixed under them is written.

    Raises :class:`NoFeeSchedule`. Needs a transaction.
    """
    return _holding(FeeSchedule.objects.select_for_update(no_key=True), fiscal_year)


def _holding(schedules: QuerySet[FeeSchedule], fiscal_year: int) -> FeeSchedule:
    schedule = schedules.filter(valid_from__lte=fiscal_year).order_by("-valid_from").first()
    if schedule is None:
        raise NoFeeSchedule(fiscal_year)
    return schedule


def carried_over(*, applied: AppliedDiscounts | None, schedule: FeeSchedule, fiscal_year: int) -> CarriedOver:
    """This year's ``applied`` discounts, none where there is no record, quoted for ``fiscal_year``."""
    sme = bool(applied and applied.sme)
    group = applied.group if applied else None
    return CarriedOver(
        sme=sme,
        group=group,
        quote=quote(
            rates=schedule.rates,
            fiscal_year=fiscal_year,
            sme=sme,
            in_group=group is not None,
        ),
    )


def applied_by_establishment(
    establishment_ids: Iterable[int], *, fiscal_year: int
) -> dict[int, AppliedDiscounts]:
    """The discounts of ``fiscal_year`` by establishment, with their groups, in one query."""
    found = AppliedDiscounts.objects.filter(
        establishment__in=list(establishment_ids), fiscal_year=fiscal_year
    )
    return {applied.establishment_id: applied for applied in found.select_related("group").order_by()}
