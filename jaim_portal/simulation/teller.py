"""Telling the story of one member: when who of them does what."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from fiscal_calendar.business_days import next_business_day
from fiscal_calendar.tokyo import at, day_of
from jaim_portal.simulation.population import Member
from jaim_portal.simulation.season import ONE_DAY, Season
from jaim_portal.simulation.steps import CHANGED, UNCHANGED, WITHDRAW, Act, Desk, Finding, Step, Verdict
from jaim_portal.simulation.wishes import Wish, any_change, change_with_papers

NO_STEP = (time(4, 50), time(5, 40))  # the mail server may be away: nobody acts meanwhile


@dataclass
class Teller:
    """Tells the story of one member: each method adds a step."""

    member: Member
    season: Season
    rng: random.Random
    steps: list[Step] = field(default_factory=list)
    presses: int = 0
    version: int = 0
    findings: dict[int, list[Finding]] = field(default_factory=dict)

    # --- moments ---

    @property
    def deadline(self) -> date:
        return self.season.deadline

    def in_time(self) -> datetime:
        """Some answer soon, some in between, many in the last days, and those in the last evening."""
        draw = self.rng.random()
        opens = self.season.members_begin
        ends = at(self.deadline, 23, 59) + timedelta(seconds=59)
        if draw < 0.3:
            return self.between(opens, opens + 5 * ONE_DAY)
        if draw < 0.55:
            return self.between(opens, ends)
        if draw < 0.85:
            return self.between(ends - 3 * ONE_DAY, ends)
        return ends - timedelta(seconds=int(self.rng.expovariate(1 / 7200)))

    def between(self, first: datetime, last: datetime) -> datetime:
        moment = first + timedelta(seconds=self.rng.randrange(int((last - first).total_seconds()) + 1))
        if NO_STEP[0] <= moment.timetz().replace(tzinfo=None) < NO_STEP[1]:
            return moment + timedelta(hours=1)
        return moment

    def office(self, earliest: date) -> datetime:
        """A moment in office hours on the first business day from ``earliest`` on."""
        day = next_business_day(earliest)
        return self.between(max(at(day, 9, 50), self.season.members_begin), at(day, 17))

    def afternoon(self, first: int, last: int) -> datetime:
        """After the hour of bulk approval, on a day ``first`` to ``last`` days after the opening."""
        opens_on = self.season.calendar.opens_on
        day = opens_on + timedelta(days=self.rng.randint(first, last))
        return self.between(at(day, 15, 5), at(day, 20))

    def evening(self, first: int, last: int) -> datetime:
        """When no reviewer looks any more, on a day ``first`` to ``last`` days after the opening."""
        day = self.season.calendar.opens_on + timedelta(days=self.rng.randint(first, last))
        return self.between(at(day, 16, 5), at(day, 17, 55))

    def morning(self, first: int, last: int) -> datetime:
        """On a business day, before reviewers work through what waits."""
        day = next_business_day(self.season.calendar.opens_on + timedelta(days=self.rng.randint(first, last)))
        return self.between(at(day, 9, 50), at(day, 12))

    def days_after(self, moment: datetime, first: int, last: int) -> date:
        return day_of(moment) + timedelta(days=self.rng.randint(first, last))

    # --- the member ---

    def submits(
        self,
        moment: datetime,
        intent: str = UNCHANGED,
        *,
        again: bool = False,
        ticked: int = 5,
        seen: datetime | None = None,
        in_vain: bool = False,
    ) -> None:
        """``in_vain`` where the rules refuse it."""
        if not again:
            self.presses += 1
            self.version += 1 if ticked == 5 and not in_vain else 0
        self._add(moment, Act.SUBMIT, intent=intent, press=self.presses, ticked=ticked, seen=seen)

    @property
    def newer_certificate(self) -> date:
        ends_on = self.season.calendar.withdrawal_effective_on
        return ends_on.replace(year=ends_on.year + 1)

    def would_change(self) -> Wish:
        return any_change(self.member, self.rng, self.newer_certificate)

    def would_prove(self) -> tuple[Wish, str]:
        """A change that brings papers, and the discount that they are for."""
        return change_with_papers(self.member, self.rng, self.newer_certificate)

    def saves(self, moment: datetime, wish: Wish) -> datetime:
        self._add(moment, Act.SAVE_DRAFT, wish=wish)
        return moment

    def discards(self, moment: datetime) -> None:
        self._add(moment, Act.DISCARD_DRAFT)

    def changes(self, moment: datetime, wish: Wish) -> None:
        """Fills in the form and submits what the next page shows."""
        seen = self.saves(moment - timedelta(seconds=self.rng.randint(20, 900)), wish)
        self.submits(moment, CHANGED, seen=seen)

    def takes_back(self, moment: datetime) -> None:
        self._add(moment, Act.TAKE_BACK)

    # --- the secretariat ---

    def enters(self, moment: datetime, intent: str, channel: str) -> None:
        self.presses += 1
        self.version += 1
        self._add(moment, Act.ON_BEHALF, intent=intent, press=self.presses, channel=channel)

    def finds(self, *findings: Finding) -> None:
        """What reviewers find, look by look, in the answer that was given last."""
        self.findings[self.version] = list(findings)

    def is_returned(self, submitted: datetime, *told: str) -> datetime:
        """What was just submitted has to be mended; when that is decided."""
        self.finds(Finding(Verdict.RETURN, told))
        return self.season.next_review(submitted)

    def marks(self, moment: datetime, discount: str, mark: str) -> None:
        self._add(
            moment, Act.MARK, by=Desk.SECOND_REVIEWER, version=self.version, discount=discount, mark=mark
        )

    def holds(self, moment: datetime) -> None:
        self._add(moment, Act.HOLD, by=Desk.SECOND_REVIEWER, version=self.version)

    def releases(self, moment: datetime) -> None:
        self._add(moment, Act.RELEASE, by=Desk.SECOND_REVIEWER)

    def returns(self, moment: datetime, *told: str, version: int | None = None) -> None:
        by = Desk.SECOND_REVIEWER
        self._add(moment, Act.RETURN, by=by, version=version or self.version, told=told)

    def undoes(self, moment: datetime, by: Desk = Desk.SECOND_REVIEWER) -> None:
        self._add(moment, Act.UNDO, by=by)

    def looks(self, moment: datetime, by: Desk = Desk.SECOND_REVIEWER) -> None:
        self._add(moment, Act.BEGIN_REVIEW, by=by)

    def approves(self, moment: datetime, *, version: int | None = None) -> None:
        self._add(moment, Act.APPROVE, by=Desk.SECOND_REVIEWER, version=version or self.version)

    def accepts(self, moment: datetime) -> None:
        self._add(moment, Act.ACCEPT_WITHDRAWAL, version=self.version)

    def completes(self, moment: datetime) -> None:
        self._add(moment, Act.COMPLETE_WITHDRAWAL)

    def reopens(self, moment: datetime, until: date) -> None:
        self._add(moment, Act.REOPEN, until=until, by=Desk.MANAGER)

    def decides(self, submitted: datetime, intent: str) -> datetime:
        """A withdrawal is accepted by hand, and so is what bulk approval leaves out; the rest waits for it."""
        decided = self.office(self.days_after(submitted, 1, 4))
        if intent == WITHDRAW:
            self.accepts(decided)
        elif self.member.certificate_until and self.member.certificate_until < day_of(submitted):
            self.looks(decided)
            self.approves(decided + timedelta(minutes=20))
        return decided

    def joins(self) -> None:
        """Before the office opens on the day."""
        self._add(at(self.member.joined_on, 8), Act.ADMIT)

    def adds(self, moment: datetime) -> None:
        self._add(moment, Act.ADD, by=Desk.MANAGER)

    def _add(self, moment: datetime, act: Act, **details: object) -> None:
        self.steps.append(Step(moment, act, self.member.index, **details))  # type: ignore[arg-type]

    def goes_or_stays(self) -> str:
        return WITHDRAW if self.rng.random() < 0.2 else UNCHANGED
