"""What a member would read of a decision that is not made yet: the mail and the card on its my-page."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime

from fees.schedule import quote
from fiscal_calendar.tokyo import day_of
from mailing.rendering import Letter
from renewals.corrections import told_in_words
from renewals.deciding import Told
from renewals.messages import APPROVED, RETURNED, decision_drafts, items_in_words, return_values
from renewals.models import Decision, DecisionItem, Renewal, Submission
from renewals.quoting import schedule_for
from renewals.review.previews import letter_of, working_of
from renewals.status import Outcome, Status
from renewals.todo import Todo, todo


@dataclass(frozen=True)
class ReturnPreview:
    """``letter`` is None where nobody is registered whom a mail could go to."""

    letter: Letter | None
    card: Todo
    told: Sequence[str]


def preview_return(
    renewal: Renewal, items: Sequence[Told], *, note: str, mend_by: date, now: datetime
) -> ReturnPreview:
    """The mail and the card of a return. ``renewal`` comes with its campaign and establishment."""
    decision = Decision(
        renewal=renewal,
        version=renewal.version,
        outcome=Outcome.RETURNED,
        note=note,
        mend_by=mend_by,
        decided_at=now,
    )
    said = _items(items)
    drafts = decision_drafts(RETURNED, renewal, **return_values(decision, said))
    returned = copy(renewal)
    returned.status = Status.RETURNED
    return ReturnPreview(
        letter=letter_of(RETURNED, drafts[0], now=now) if drafts else None,
        card=todo(
            campaign=renewal.campaign,
            upcoming=None,
            renewal=returned,
            today=day_of(now),
            mend_by=mend_by,
        ),
        told=told_in_words(said),
    )


def preview_approval(
    renewal: Renewal, submission: Submission, refused: Sequence[Told], *, now: datetime
) -> Letter | None:
    """The mail of an approval without the claims ``refused``. Raises ``NoFeeSchedule``."""
    not_applying = {told.discount for told in refused}
    fiscal_year = renewal.campaign.fiscal_year
    group = submission.group if "group" not in not_applying else None
    quoted = quote(
        rates=schedule_for(fiscal_year).rates,
        fiscal_year=fiscal_year,
        sme=submission.sme and "sme" not in not_applying,
        in_group=group is not None,
    )
    drafts = decision_drafts(
        APPROVED,
        renewal,
        amount=quoted.amount,
        fixed_fee=0,
        sme=quoted.sme,
        group=group.name if group else "",
        refused=items_in_words(_items(refused)),
    )
    return letter_of(APPROVED, drafts[0], now=now, **working_of(quoted)) if drafts else None


def _items(told: Sequence[Told]) -> list[DecisionItem]:
    return [DecisionItem(discount=item.discount, text=item.text, reason=item.reason) for item in told]
