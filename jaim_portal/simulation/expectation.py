"""What must come of a season, worked out from its script and the rules alone: nothing here asks the portal."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from fiscal_calendar.tokyo import day_of
from jaim_portal.simulation import expected_mail as mail
from jaim_portal.simulation.expected_mail import NOTHING, Facts, Matter, Pending, Post
from jaim_portal.simulation.population import Member
from jaim_portal.simulation.script import Script
from jaim_portal.simulation.season import Season
from jaim_portal.simulation.standing import (
    ABSENT,
    ACCEPTED,
    ANSWERED,
    NOT_ALLOWED,
    NOT_STARTED,
    WITHDRAWN,
    Standing,
    fee_of,
)
from jaim_portal.simulation.steps import DONE, UNCHANGED, Act, Step

LADDER = (14, 7, 3, 1)  # days before the last day (domain: mail)
INTERRUPTED = "Interrupted"


class Entry(NamedTuple):
    """An entry that the audit trail must hold. ``actor`` is ``desk:0``, ``clerk:12`` or ``job:…``."""

    day: date
    actor: str
    verb: str
    member: int
    amount: int | None = None


@dataclass(frozen=True)
class Expectation:
    """``outcomes`` says of each step what it must come to: done (empty), or how it is refused."""

    outcomes: Sequence[str]
    standings: Sequence[Standing]
    post: Post
    trail: Mapping[Entry, int]


def expect(season: Season, people: Sequence[Member], script: Script) -> Expectation:
    """Work through the script."""
    world = _World(season, people, script)
    outcomes = [world.take(step) for step in script.steps]
    return Expectation(outcomes, world.standings, world.post, world.trail)


class _World:
    def __init__(self, season: Season, people: Sequence[Member], script: Script) -> None:
        self.season = season
        self.standings = [Standing(member) for member in people]
        self.post = Post(script.refused, season.server_down)
        self.trail: Counter[Entry] = Counter()
        self.deadline = season.calendar.deadline
        self.told_on = season.calendar.opens_on
        self.moves = 1
        self.open = False
        self._takes: Mapping[Act, Callable[[Step], str]] = {
            Act.PLAN: self._plan,
            Act.OPEN: self._open,
            Act.OPENING_INTERRUPTED: lambda step: INTERRUPTED,
            Act.MOVE_DEADLINE: self._move_deadline,
            Act.RUN_JOBS: self._run_jobs,
            Act.DELIVER: lambda step: self._deliver(step.at),
            Act.BULK_APPROVE: self._bulk_approve,
            Act.ADMIT: lambda step: DONE,
            Act.ADD: self._add,
            Act.SUBMIT: self._submit,
            Act.ON_BEHALF: self._on_behalf,
            Act.TAKE_BACK: self._take_back,
            Act.BEGIN_REVIEW: self._begin_review,
            Act.APPROVE: self._approve,
            Act.ACCEPT_WITHDRAWAL: self._accept_withdrawal,
            Act.COMPLETE_WITHDRAWAL: self._complete_withdrawal,
            Act.REOPEN: self._reopen,
        }

    def take(self, step: Step) -> str:
        return self._takes[step.act](step)

    # --- the season ---

    def _plan(self, step: Step) -> str:
        return self._note(step, "campaign.plan")

    def _open(self, step: Step) -> str:
        self.open = True
        return self._note(step, "campaign.open")

    def _enrol(self, standing: Standing, now: datetime, actor: str) -> None:
        standing.status, standing.enrolled_on = NOT_STARTED, day_of(now)
        self._queue(mail.OPENED, standing, now)
        self.trail[Entry(day_of(now), actor, "renewal.enrol", standing.member.index)] += 1

    def _move_deadline(self, step: Step) -> str:
        previous = self.deadline
        self.deadline, self.told_on = step.until, day_of(step.at)
        self.moves += 1
        for standing in self.standings:
            moved = standing.last_day(previous) != standing.last_day(self.deadline)
            if standing.status == NOT_STARTED and moved:
                self._queue(mail.MOVED, standing, step.at, occasion=self.moves)
        return self._note(step, "campaign.move_deadline")

    def _run_jobs(self, step: Step) -> str:
        if self.open:
            for standing in self.standings:
                if standing.status == ABSENT and standing.member.in_season:
                    self._enrol(standing, step.at, "job:opening")
            self._remind(step.at)
            if day_of(step.at) >= self.season.calendar.withdrawal_effective_on:
                for standing in self.standings:
                    if standing.status == ACCEPTED:
                        self._complete(standing, step.at, "job:completion")
        return self._deliver(step.at) if step.send else DONE

    def _remind(self, now: datetime) -> None:
        """Everyone who has not answered gets the latest step that is due and was not sent yet; earlier steps that
        were missed are noted. What fell on or before the day on which the member was told of this last day (by the
        opening, the move, its invitation, its reopening) needs no reminder."""
        today = day_of(now)
        for standing in self.standings:
            if standing.status != NOT_STARTED:
                continue
            last_day = standing.last_day(self.deadline)
            days = [standing.enrolled_on, standing.reopened_on]
            if last_day == self.deadline:
                days.append(self.told_on)
            told_on = max(day for day in days if day)
            due = [step for step in LADDER if told_on < last_day - timedelta(days=step) <= today <= last_day]
            if not due or (last_day, due[-1]) in standing.reminded:
                continue
            standing.reminded.add((last_day, due[-1]))
            self._queue(mail.REMINDER, standing, now, occasion=(last_day, due[-1]))
            for step in due[:-1]:
                if (last_day, step) not in standing.reminded:
                    standing.reminded.add((last_day, step))
                    for address in standing.member.addresses:
                        self.post.supersede(Matter(mail.REMINDER, standing.member.index, address))

    def _bulk_approve(self, step: Step) -> str:
        approved = [standing for standing in self.standings if standing.may_be_bulk_approved(by=step.by)]
        for standing in approved:
            standing.approve(by=step.by, version=standing.version)
            self._approved(standing, step)
        return f"{len(approved)}件、{sum(fee_of(standing.member) for standing in approved):,}円"

    def _add(self, step: Step) -> str:
        standing = self.standings[step.member]
        if standing.status != ABSENT:
            return NOT_ALLOWED
        self._enrol(standing, step.at, f"desk:{step.by}")
        return DONE

    # --- one member ---

    def _submit(self, step: Step) -> str:
        standing = self.standings[step.member]
        known = step.press in standing.presses
        outcome = standing.submit(
            intent=step.intent,
            press=step.press,
            ticked=step.ticked,
            today=day_of(step.at),
            deadline=self.deadline,
            now=step.at,
        )
        if outcome == DONE and not known:
            self._received(standing, step, "renewal.submit", f"clerk:{standing.member.clerk}")
        return outcome

    def _on_behalf(self, step: Step) -> str:
        standing = self.standings[step.member]
        outcome = standing.answer_on_behalf(
            intent=step.intent, press=step.press, channel=step.channel, today=day_of(step.at), now=step.at
        )
        if outcome == DONE:
            self._received(standing, step, "renewal.answer_on_behalf", f"desk:{step.by}")
        return outcome

    def _received(self, standing: Standing, step: Step, verb: str, actor: str) -> None:
        amount = fee_of(standing.member) if step.intent == UNCHANGED else None
        self._queue(mail.RECEIPT, standing, step.at, Facts(amount=amount), standing.version)
        self._note(step, verb, actor=actor, amount=amount)

    def _take_back(self, step: Step) -> str:
        standing = self.standings[step.member]
        outcome = standing.take_back(today=day_of(step.at), deadline=self.deadline, now=step.at)
        return outcome or self._note(step, "renewal.take_back", actor=f"clerk:{standing.member.clerk}")

    def _begin_review(self, step: Step) -> str:
        standing = self.standings[step.member]
        known = standing.reviewer == step.by
        outcome = standing.begin_review(by=step.by)
        return outcome or (DONE if known else self._note(step, "renewal.begin_review"))

    def _approve(self, step: Step) -> str:
        standing = self.standings[step.member]
        outcome = standing.approve(by=step.by, version=step.version)
        if outcome == DONE:
            self._approved(standing, step)
        return outcome

    def _approved(self, standing: Standing, step: Step) -> None:
        fee = fee_of(standing.member)
        self._queue(mail.APPROVED, standing, step.at, Facts(amount=fee), standing.fee)
        self.trail[
            Entry(day_of(step.at), f"desk:{step.by}", "renewal.approve", standing.member.index, fee)
        ] += 1

    def _accept_withdrawal(self, step: Step) -> str:
        standing = self.standings[step.member]
        if refusal := standing.accept_withdrawal(by=step.by, version=step.version):
            return refusal
        self._queue(mail.GUIDANCE, standing, step.at, occasion=standing.version)
        return self._note(step, "renewal.accept_withdrawal")

    def _complete_withdrawal(self, step: Step) -> str:
        return self._complete(self.standings[step.member], step.at, f"desk:{step.by}")

    def _complete(self, standing: Standing, now: datetime, actor: str) -> str:
        if refusal := standing.complete_withdrawal(leaves_on=self.season.calendar.withdrawal_effective_on):
            return refusal
        self._queue(mail.COMPLETE, standing, now, occasion=standing.version)
        self.trail[Entry(day_of(now), actor, "renewal.complete_withdrawal", standing.member.index)] += 1
        return DONE

    def _reopen(self, step: Step) -> str:
        standing = self.standings[step.member]
        refusal = standing.reopen(
            until=step.until,
            today=day_of(step.at),
            deadline=self.deadline,
            year_ends_on=self.season.calendar.withdrawal_effective_on,
            now=step.at,
        )
        if refusal:
            return refusal
        self._queue(mail.REOPENED, standing, step.at, occasion=standing.reopenings)
        return self._note(step, "renewal.reopen")

    # --- mail and trail ---

    def _queue(
        self, kind: str, standing: Standing, now: datetime, facts: Facts = NOTHING, occasion: object = None
    ) -> None:
        for address in standing.member.addresses:
            matter = Matter(kind, standing.member.index, address)
            self.post.queue(Pending(matter, facts, occasion), now=now)

    def _deliver(self, now: datetime) -> str:
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
        waiting = standing.status == NOT_STARTED and today <= last_day
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
            case mail.GUIDANCE:
                return standing.status in (ACCEPTED, WITHDRAWN) and pending.occasion == standing.version
            case mail.COMPLETE:
                return standing.status == WITHDRAWN and pending.occasion == standing.version
            case kind:
                raise ValueError(f"no rule says when {kind} loses its reason")

    def _note(self, step: Step, verb: str, *, actor: str = "", amount: int | None = None) -> str:
        self.trail[Entry(day_of(step.at), actor or f"desk:{step.by}", verb, step.member, amount)] += 1
        return DONE
