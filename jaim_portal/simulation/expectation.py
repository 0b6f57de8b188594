"""What must come of a season, worked out from its script and the rules alone: nothing here asks the portal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fiscal_calendar.tokyo import day_of
from jaim_portal.simulation import expected_mail as mail
from jaim_portal.simulation.declaring import NOT_ALLOWED
from jaim_portal.simulation.expected_mail import Facts, Matter, Post
from jaim_portal.simulation.expected_review import ExpectedReview
from jaim_portal.simulation.ledger import LADDER, Entry, Ledger
from jaim_portal.simulation.population import Member
from jaim_portal.simulation.script import Script
from jaim_portal.simulation.season import Season
from jaim_portal.simulation.standing import ABSENT, ACCEPTED, NOT_ANSWERED, NOT_STARTED, Standing
from jaim_portal.simulation.steps import CHANGED, DONE, Act, Step
from jaim_portal.simulation.wishes import GROUP, SME

INTERRUPTED = "Interrupted"
UNUSED_PAPERS_KEPT = timedelta(days=1)


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
    return Expectation(outcomes, world.standings, world.ledger.post, world.ledger.trail)


class _World:
    def __init__(self, season: Season, people: Sequence[Member], script: Script) -> None:
        self.season = season
        self.standings = [Standing(member) for member in people]
        post = Post(script.refused, season.server_down)
        self.ledger = Ledger(self.standings, post, season.calendar.deadline)
        self.review = ExpectedReview(self.ledger, script.findings)
        self.told_on = season.calendar.opens_on
        self.open = False
        self.enrolled = 0
        self._takes: Mapping[Act, Callable[[Step], str]] = {
            Act.PLAN: self._plan,
            Act.OPEN: self._open,
            Act.OPENING_INTERRUPTED: lambda step: INTERRUPTED,
            Act.MOVE_DEADLINE: self._move_deadline,
            Act.RUN_JOBS: self._run_jobs,
            Act.DELIVER: lambda step: self.ledger.deliver(step.at),
            Act.ADMIT: lambda step: DONE,
            Act.ADD: self._add,
            Act.SAVE_DRAFT: self._save_draft,
            Act.DISCARD_DRAFT: self._discard_draft,
            Act.SUBMIT: self._submit,
            Act.ON_BEHALF: self._on_behalf,
            Act.TAKE_BACK: self._take_back,
            Act.COMPLETE_WITHDRAWAL: self._complete_withdrawal,
            Act.REOPEN: self._reopen,
            **self.review.takes,
        }

    def take(self, step: Step) -> str:
        return self._takes[step.act](step)

    # --- the season ---

    def _plan(self, step: Step) -> str:
        return self.ledger.note(step, "campaign.plan")

    def _open(self, step: Step) -> str:
        self.open = True
        return self.ledger.note(step, "campaign.open")

    def _enrol(self, standing: Standing, now: datetime, actor: str) -> None:
        self.enrolled += 1
        standing.status, standing.enrolled_on, standing.place = NOT_STARTED, day_of(now), self.enrolled
        self.ledger.queue(mail.OPENED, standing, now)
        self.ledger.enter(now, actor, "renewal.enrol", standing.member.index)

    def _move_deadline(self, step: Step) -> str:
        previous = self.ledger.deadline
        self.ledger.deadline, self.told_on = step.until, day_of(step.at)
        self.ledger.moves += 1
        for standing in self.standings:
            moved = standing.last_day(previous) != standing.last_day(self.ledger.deadline)
            if standing.status in NOT_ANSWERED and moved:
                self.ledger.queue(mail.MOVED, standing, step.at, occasion=self.ledger.moves)
        return self.ledger.note(step, "campaign.move_deadline")

    def _run_jobs(self, step: Step) -> str:
        if self.open:
            for standing in self.standings:
                if standing.status == ABSENT and standing.member.in_season:
                    self._enrol(standing, step.at, "job:opening")
            self._remind(step.at)
            self.review.remind_of_corrections(step)
            if day_of(step.at) >= self.season.calendar.withdrawal_effective_on:
                for standing in self.standings:
                    if standing.status == ACCEPTED:
                        self._complete(standing, step.at, "job:completion")
        self._discard_unused_papers(step.at)
        return self.ledger.deliver(step.at) if step.send else DONE

    def _remind(self, now: datetime) -> None:
        """Everyone who has not answered gets the latest step that is due and was not sent yet; earlier steps that
        were missed are noted. What fell on or before the day on which the member was told of this last day (by the
        opening, the move, its invitation, its reopening) needs no reminder."""
        today = day_of(now)
        for standing in self.standings:
            if standing.status not in NOT_ANSWERED:
                continue
            last_day = standing.last_day(self.ledger.deadline)
            days = [standing.enrolled_on, standing.reopened_on]
            if last_day == self.ledger.deadline:
                days.append(self.told_on)
            told_on = max(day for day in days if day)
            due = [step for step in LADDER if told_on < last_day - timedelta(days=step) <= today <= last_day]
            if not due or (last_day, due[-1]) in standing.reminded:
                continue
            standing.reminded.add((last_day, due[-1]))
            self.ledger.queue(mail.REMINDER, standing, now, occasion=(last_day, due[-1]))
            for step in due[:-1]:
                if (last_day, step) not in standing.reminded:
                    standing.reminded.add((last_day, step))
                    for address in standing.member.addresses:
                        self.ledger.post.supersede(Matter(mail.REMINDER, standing.member.index, address))

    def _discard_unused_papers(self, now: datetime) -> None:
        before = now - UNUSED_PAPERS_KEPT
        discarded = False
        for standing in self.standings:
            if any(moment < before for moment in standing.unused):
                standing.unused = [moment for moment in standing.unused if moment >= before]
                discarded = True
        if discarded:
            self.ledger.enter(now, "job:evidence", "evidence.discard", -1)

    def _add(self, step: Step) -> str:
        standing = self.standings[step.member]
        if standing.status != ABSENT:
            return NOT_ALLOWED
        self._enrol(standing, step.at, f"desk:{step.by}")
        return DONE

    # --- one member ---

    def _save_draft(self, step: Step) -> str:
        standing = self.standings[step.member]
        begins = standing.status == NOT_STARTED
        if step.wish is None:
            raise ValueError("a draft is saved without a wish")
        if refusal := standing.save_draft(wish=step.wish, deadline=self.ledger.deadline, now=step.at):
            return refusal
        clerk = f"clerk:{standing.member.clerk}"
        if begins:
            self.ledger.note(step, "renewal.begin_draft", actor=clerk)
        if step.for_real:
            for _ in (*step.wish.papers(SME), *step.wish.papers(GROUP)):
                self.ledger.note(step, "evidence.hand_in", actor=clerk)
        return DONE

    def _discard_draft(self, step: Step) -> str:
        standing = self.standings[step.member]
        refusal = standing.discard_draft()
        clerk = f"clerk:{standing.member.clerk}"
        return refusal or self.ledger.note(step, "renewal.discard_draft", actor=clerk)

    def _submit(self, step: Step) -> str:
        standing = self.standings[step.member]
        known = step.press in standing.presses
        outcome = standing.submit(
            intent=step.intent,
            press=step.press,
            ticked=step.ticked,
            seen=step.seen,
            deadline=self.ledger.deadline,
            now=step.at,
        )
        if outcome == DONE and not known:
            self._received(standing, step, "renewal.submit", f"clerk:{standing.member.clerk}")
        return outcome

    def _on_behalf(self, step: Step) -> str:
        standing = self.standings[step.member]
        outcome = standing.answer_on_behalf(
            intent=step.intent, press=step.press, channel=step.channel, now=step.at
        )
        if outcome == DONE:
            self._received(standing, step, "renewal.answer_on_behalf", f"desk:{step.by}")
        return outcome

    def _received(self, standing: Standing, step: Step, verb: str, actor: str) -> None:
        if step.intent == CHANGED:
            self.review.submitted(standing)
        amount = standing.declared.amount
        self.ledger.queue(mail.RECEIPT, standing, step.at, Facts(amount=amount), standing.version)
        self.ledger.note(step, verb, actor=actor, amount=amount)

    def _take_back(self, step: Step) -> str:
        standing = self.standings[step.member]
        outcome = standing.take_back(today=day_of(step.at), deadline=self.ledger.deadline, now=step.at)
        return outcome or self.ledger.note(step, "renewal.take_back", actor=f"clerk:{standing.member.clerk}")

    def _complete_withdrawal(self, step: Step) -> str:
        return self._complete(self.standings[step.member], step.at, f"desk:{step.by}")

    def _complete(self, standing: Standing, now: datetime, actor: str) -> str:
        if refusal := standing.complete_withdrawal(leaves_on=self.season.calendar.withdrawal_effective_on):
            return refusal
        self.ledger.queue(mail.COMPLETE, standing, now, occasion=standing.version)
        return self.ledger.enter(now, actor, "renewal.complete_withdrawal", standing.member.index)

    def _reopen(self, step: Step) -> str:
        standing = self.standings[step.member]
        refusal = standing.reopen(
            until=step.until,
            today=day_of(step.at),
            deadline=self.ledger.deadline,
            year_ends_on=self.season.calendar.withdrawal_effective_on,
            now=step.at,
        )
        if refusal:
            return refusal
        self.ledger.queue(mail.REOPENED, standing, step.at, occasion=standing.reopenings)
        return self.ledger.note(step, "renewal.reopen")
