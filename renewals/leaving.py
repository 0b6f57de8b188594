"""The secretariat's part in a withdrawal: accept it, and complete it when the membership has ended (renewal manual,
withdrawal, steps 2 and 3)."""

from datetime import date, datetime

from django.db import transaction

from audit.trail import Actor
from fiscal_calendar.japanese import format_day
from fiscal_calendar.tokyo import day_of
from mailing.outbox import queue
from members.models import User
from members.roster import leave
from renewals import transition
from renewals.messages import WITHDRAWAL_COMPLETE, WITHDRAWAL_GUIDANCE, decision_drafts
from renewals.models import Renewal
from renewals.refusals import NotAllowed
from renewals.status import Intent


def accept_withdrawal(*, renewal_id: int, version: int, by: User, now: datetime) -> Renewal:
    """The secretariat accepts a withdrawal and sends the guidance (renewal manual, withdrawal, step 2).

    Raises :class:`Stale` as :func:`approve` does, :class:`NotAllowed` for a continuation and after 31 March.
    """
    with transaction.atomic():
        renewal = transition.lock(renewal_id)
        transition.require_target(renewal, "accept_withdrawal")
        submission = transition.under_review(renewal, version, by=by, now=now)
        if submission.intent != Intent.WITHDRAW:
            raise NotAllowed("継続の申請です。退会としては受理できません。")
        require_still_to_leave(renewal, today=day_of(now))
        transition.move(renewal, "accept_withdrawal", **transition.decided(renewal, by=by, now=now))
        queue(decision_drafts(WITHDRAWAL_GUIDANCE, renewal), now=now)
        transition.record(renewal, "accept_withdrawal", by=Actor.user(by.pk), now=now, version=version)
        return renewal


def complete_withdrawal(*, renewal_id: int, by: Actor, now: datetime) -> Renewal:
    """The membership ends on 31 March and the member is told; the roster drops it in April (withdrawal, step 3).

    Raises :class:`NotAllowed` unless the withdrawal was accepted.
    """
    with transaction.atomic():
        renewal = transition.lock(renewal_id)
        transition.require_target(renewal, "complete_withdrawal")
        transition.move(renewal, "complete_withdrawal")
        last_day = renewal.campaign.effective_withdrawal_on
        leave(establishment=renewal.establishment, on=last_day)
        queue(decision_drafts(WITHDRAWAL_COMPLETE, renewal), now=now)
        transition.record(
            renewal,
            "complete_withdrawal",
            by=by,
            now=now,
            left_on=last_day.isoformat(),
        )
        return renewal


def require_still_to_leave(renewal: Renewal, *, today: date) -> None:
    """Nobody is made to have left on a day that is past."""
    last_day = renewal.campaign.effective_withdrawal_on
    if today > last_day:
        raise NotAllowed(
            f"更新手続での退会は{format_day(last_day)}までです。過ぎたあとは、年度途中の退会として扱ってください。"
        )
