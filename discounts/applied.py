"""Writing down which discounts an establishment enjoys in a fiscal year."""

from datetime import date

from discounts.claims import Terms
from discounts.models import AppliedDiscounts, IndustryGroup
from members.models import Establishment


def terms_of(applied: AppliedDiscounts | None) -> Terms:
    """What is recorded of a year, as the rules of claiming take it; no discount where there is no record."""
    if applied is None:
        return Terms()
    return Terms(applied.sme, applied.group_id, applied.certificate_valid_until)


def set_discounts(
    *,
    establishment: Establishment,
    fiscal_year: int,
    sme: bool,
    group: IndustryGroup | None,
    certificate_valid_until: date | None,
) -> AppliedDiscounts:
    """Record the discounts of ``fiscal_year``, replacing what was recorded for it."""
    applied = AppliedDiscounts(
        establishment=establishment,
        fiscal_year=fiscal_year,
        sme=sme,
        group=group,
        certificate_valid_until=certificate_valid_until if group else None,
    )
    [recorded] = AppliedDiscounts.objects.bulk_create(
        [applied],
        update_conflicts=True,
        unique_fields=["establishment", "fiscal_year"],
        update_fields=["sme", "group", "certificate_valid_until"],
    )
    return recorded


def forget_discounts(*, establishment: Establishment, fiscal_year: int) -> None:
    """Take back what an approval recorded for ``fiscal_year``: the approval was undone."""
    AppliedDiscounts.objects.filter(establishment=establishment, fiscal_year=fiscal_year).delete()
