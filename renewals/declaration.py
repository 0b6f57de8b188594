"""What an answer declares for next year: an unchanged continuation carries this year's discounts over as they are."""

from datetime import date
from typing import Any

from discounts.models import AppliedDiscounts
from renewals.models import Renewal, Submission
from renewals.quoting import applied_by_establishment, carried_over, schedule_for
from renewals.refusals import NotAllowed
from renewals.status import Intent
from renewals.withdrawal import STATEMENTS, Unconfirmed


def declared(renewal: Renewal, intent: Intent, *, confirmed: frozenset[str]) -> dict[str, Any]:
    """The discounts and the fee in yen that a submission states; a withdrawal states neither.

    ``confirmed`` holds the withdrawal statements that were ticked. Raises ``Unconfirmed`` if one is missing,
    :class:`NotAllowed` for changed discounts, ``NoFeeSchedule``.
    """
    if intent == Intent.WITHDRAW:
        if confirmed != STATEMENTS.keys():
            raise Unconfirmed(STATEMENTS.keys() - confirmed)
        return {}
    if intent != Intent.UNCHANGED:
        raise NotAllowed("割引の変更はこの画面では受け付けていません。相談窓口へお電話ください。")
    fiscal_year = renewal.campaign.fiscal_year
    carried = carried_over(
        applied=_applied_this_year(renewal),
        schedule=schedule_for(fiscal_year),
        fiscal_year=fiscal_year,
    )
    return {"sme": carried.sme, "group": carried.group, "amount": carried.quote.amount}


def _applied_this_year(renewal: Renewal) -> AppliedDiscounts | None:
    this_year = renewal.campaign.fiscal_year - 1
    return applied_by_establishment([renewal.establishment_id], fiscal_year=this_year).get(
        renewal.establishment_id
    )


def certificate_of(renewal: Renewal, submission: Submission) -> date | None:
    """The certificate's last day, carried over with the group it belongs to."""
    if submission.group_id is None:
        return None
    applied = _applied_this_year(renewal)
    same_group = applied is not None and applied.group_id == submission.group_id
    return applied.certificate_valid_until if applied and same_group else None
