"""What a season must leave behind: its letters, and the entries of the audit trail."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from fiscal_calendar.tokyo import day_of
from jaim_portal.simulation import expected_mail as mail
from jaim_portal.simulation.expected_mail import NOTHING, Facts, Matter, Pending, Post
from jaim_portal.simulation.standing import (
    ACCEPTED,
    ANSWERED,
    NOT_ANSWERED,
    RETURNED,
    WITHDRAWN,
    Standing,
)
from jaim_portal.simulation.steps import DONE, Step

LADDER = (14, 7, 3, 1)  # days before the last day (domain: mail)


class Entry(NamedTuple):
    """An entry that the audit trail must hold. ``actor`` is ``desk:0``, ``clerk:12`` or ``job:…``."""

    day: date
    actor: str
    verb: str
    member: int
    amount: int | None = None


class Ledger:
    """``deadline`` is the season's as it holds, ``moves`` counts how often it was set."""

    def __init__(self, standings: Sequence[Standing], post: Post, deadline: date) -> None:
        self.standings = standings
        self.post = post
        self.deadline = deadline
        self.moves = 1
        self.trail: Counter[Entry] = Counter()

    def note(self, step: Step, verb: str, *, actor: str = "", amount: int | None = None) -> str:
        """About the member of the step, by the desk of the step unless ``actor`` says otherwise."""
        return self.enter(step.at, actor or f"desk:{step.by}", verb, step.member, amount)

    def enter(self, now: datetime, actor: str, verb: str, member: int, amount: int | None = None) -> str:
        self.trail[Entry(day_of(now), actor, verb, member, amount)] += 1
        return DONE

    def queue(
        self,
        kind: str,
        standing: Standing,
        now: datetime,
        facts: Facts = NOTHING,
        occasion: object = None,
        *,
        wait: timedelta = timedelta(0),
    ) -> list[Pending]:
        """A mail to each contact, due after ``wait``."""
        mails = [
            Pending(Matter(kind, standing.member.index, address), facts, occasion)
            for address in standing.member.addresses
        ]
        for pending in mails:
            self.post.queue(pending, due=now + wait)
        return mails

    def deliver(self, now: datetime) -> str:
        today = day_of(now)
        return self.post.deliver(
            now=now, has_reason=lambda pending: self._has_reason(pending, today), written=self._written
        )

    def _written(self, pending: Pending) -> Facts:
        """A letter about a last day names the one that holds when it goes; from then on the member knows it."""
        if pending.matter.kind not in mail.SAYS_THE_LAST_DAY:
            return pending.facts
        standing = self.standings[pending.matter.member]
        last_day = standing.last_day(self.deadline)
        standing.told[pending.matter.address] = last_day
        return Facts(last_day=last_day)

    def _has_reason(self, pending: Pending, today: date) -> bool:
        """Nobody who has answered or left is called or reminded, and no letter says what no longer holds."""
        standing = self.standings[pending.matter.member]
        last_day = standing.last_day(self.deadline)
        waiting = standing.status in NOT_ANSWERED and today <= last_day
        match pending.matter.kind:
            case mail.OPENED:
                return waiting
            case mail.MOVED:
                news = standing.told.get(pending.matter.address) != last_day
                return waiting and news and pending.occasion == self.moves
            case mail.REMINDER:
                reached = [step for step in LADDER if last_day - timedelta(days=step) <= today]
                return waiting and bool(reached) and pending.occasion == (last_day, reached[-1])
            case mail.REOPENED:
                return waiting and pending.occasion == standing.reopenings
            case mail.RECEIPT:
                return standing.status in ANSWERED and pending.occasion == standing.version
            case mail.APPROVED:
                return pending.occasion == standing.fee
            case mail.RETURNED | mail.CORRECTION_REMINDER:
                return standing.status == RETURNED and pending.occasion == standing.version
            case mail.GUIDANCE:
                return standing.status in (ACCEPTED, WITHDRAWN) and pending.occasion == standing.version
            case mail.COMPLETE:
                return standing.status == WITHDRAWN and pending.occasion == standing.version
            case kind:
                raise ValueError(f"no rule says when {kind} loses its reason")
