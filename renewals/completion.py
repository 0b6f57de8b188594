"""The end of a season for those who leave: on 31 March accepted withdrawals become complete."""

from datetime import datetime

from audit.trail import Actor
from fiscal_calendar.tokyo import day_of
from renewals.leaving import complete_withdrawal
from renewals.models import Renewal, RenewalCampaign
from renewals.refusals import Refused
from renewals.status import Status


def complete_due_withdrawals(*, campaign: RenewalCampaign, now: datetime) -> int:
    """Complete the accepted withdrawals whose day has come; returns how many. One transaction each."""
    if day_of(now) < campaign.effective_withdrawal_on:
        return 0
    completed = 0
    accepted = Renewal.objects.of_campaign(campaign).filter(status=Status.WITHDRAWAL_ACCEPTED)
    for renewal_id in list(accepted.values_list("pk", flat=True)):
        try:
            complete_withdrawal(renewal_id=renewal_id, by=Actor.job("completion"), now=now)
            completed += 1
        except Refused:
            continue
    return completed
