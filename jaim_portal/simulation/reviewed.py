"""What reviewers do to one member's answer, by the rules (domain: states), and when each verb is refused."""

from datetime import datetime, timedelta

from fiscal_calendar.tokyo import day_of
from jaim_portal.simulation.declaring import NOT_ALLOWED
from jaim_portal.simulation.standing import (
    ACCEPTED,
    APPROVED,
    RETURNED,
    STALE,
    SUBMITTED,
    Ruling,
    Standing,
)
from jaim_portal.simulation.steps import CONFIRMED, DONE, WITHDRAW, Desk, Verdict

LEASE = timedelta(minutes=30)


def refusal(standing: Standing, *, by: Desk, version: int, now: datetime) -> str:
    """Why nothing can be decided now; empty if it can."""
    if standing.status != SUBMITTED:
        return NOT_ALLOWED
    if version != standing.version or is_with_another(standing, by=by, now=now):
        return STALE
    return ""


def is_with_another(standing: Standing, *, by: Desk, now: datetime) -> bool:
    leased = standing.leased_until is not None and standing.leased_until > now
    return leased and standing.reviewer != by


def lease(standing: Standing, *, by: Desk, now: datetime) -> None:
    standing.reviewer, standing.leased_until = by, now + LEASE


def begin_review(standing: Standing, *, by: Desk, now: datetime) -> str:
    if standing.status != SUBMITTED:
        return NOT_ALLOWED
    if is_with_another(standing, by=by, now=now):
        return STALE
    if standing.reviewer != by:
        standing.reviewer, standing.leased_until = by, None
    return DONE


def mark(standing: Standing, *, discount: str, mark: str, by: Desk, version: int, now: datetime) -> str:
    if refused := refusal(standing, by=by, version=version, now=now):
        return refused
    if not standing.declared.claims(discount):
        return NOT_ALLOWED
    standing.marks[version, discount] = mark
    return DONE


def hold(standing: Standing, *, by: Desk, version: int, now: datetime) -> str:
    if refused := refusal(standing, by=by, version=version, now=now):
        return refused
    standing.held, standing.reviewer, standing.leased_until = True, by, None
    return DONE


def release(standing: Standing) -> str:
    if not standing.held:
        return NOT_ALLOWED
    standing.held = False
    return DONE


def approve(
    standing: Standing, *, by: Desk, version: int, now: datetime, refused: tuple[str, ...] = ()
) -> str:
    """The fee is that of what is found to apply. What has to be proven must be marked as right."""
    if impossible := refusal(standing, by=by, version=version, now=now):
        return impossible
    declared = standing.declared
    if declared.terms is None or not all(map(declared.claims, refused)):
        return NOT_ALLOWED
    to_confirm = set(declared.to_prove) - set(refused)
    if any(standing.marks.get((version, discount)) != CONFIRMED for discount in to_confirm):
        return NOT_ALLOWED
    _decided(standing, Verdict.APPROVE, by=by, now=now, told=refused)
    standing.status = APPROVED
    standing.fee = len(standing.fees)
    standing.fees.append(declared.terms.without(refused).fee)
    return DONE


def return_for_correction(
    standing: Standing, *, by: Desk, version: int, now: datetime, told: tuple[str, ...]
) -> str:
    if refused := refusal(standing, by=by, version=version, now=now):
        return refused
    if standing.intent == WITHDRAW or not told:
        return NOT_ALLOWED
    _decided(standing, Verdict.RETURN, by=by, now=now, told=told)
    standing.status = RETURNED
    standing.returns.append(now)
    standing.restore_draft(now)
    return DONE


def accept_withdrawal(standing: Standing, *, by: Desk, version: int, now: datetime) -> str:
    if refused := refusal(standing, by=by, version=version, now=now):
        return refused
    if standing.intent != WITHDRAW:
        return NOT_ALLOWED
    standing.status, standing.reviewer = ACCEPTED, by
    return DONE


def undo(standing: Standing) -> str:
    """As long as no mail of the decision has left. A return that is undone never was one."""
    if standing.status not in (APPROVED, RETURNED):
        return NOT_ALLOWED
    ruling = standing.ruling
    if ruling is None or any(mail.was_sent for mail in ruling.mails):
        return STALE
    ruling.undone = True
    if ruling.verdict == Verdict.RETURN:
        standing.returns.pop()
    standing.status, standing.fee = SUBMITTED, None
    return DONE


def _decided(standing: Standing, verdict: Verdict, *, by: Desk, now: datetime, told: tuple[str, ...]) -> None:
    standing.reviewer, standing.leased_until, standing.held = by, None, False
    standing.rulings.append(Ruling(verdict, standing.version, by, day_of(now), told))
