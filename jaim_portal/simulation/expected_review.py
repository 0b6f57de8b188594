"""What must come of the secretariat's decisions, worked out from the rules alone: part of the oracle."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from fiscal_calendar.tokyo import day_of
from jaim_portal.simulation import expected_mail as mail
from jaim_portal.simulation import reviewed
from jaim_portal.simulation.expected_mail import Facts
from jaim_portal.simulation.ledger import Ledger
from jaim_portal.simulation.script import Findings
from jaim_portal.simulation.standing import RETURNED, Standing, awaits_bulk_approval, is_in_the_queue
from jaim_portal.simulation.steps import (
    CONFIRMED,
    DONE,
    NOBODY,
    REJECTED,
    Act,
    Desk,
    Step,
    Verdict,
)

DAYS_TO_MEND = timedelta(days=7)
REMINDED_AFTER = (3, 7, 14)  # days after a return
UNDONE_WITHIN = timedelta(minutes=5)  # the mail of a decision waits as long
AT_ONCE = timedelta(0)


class ExpectedReview:
    """``in_hand`` is the case that each desk looks at, ``decided`` the one it decided last."""

    def __init__(self, ledger: Ledger, findings: Findings) -> None:
        self.ledger = ledger
        self.findings = findings
        self.looks: Counter[tuple[int, int]] = Counter()
        self.in_hand: dict[Desk, Standing] = {}
        self.decided: dict[Desk, Standing] = {}
        self.leased: dict[Desk, Standing] = {}
        self.changed: dict[int, Standing] = {}
        self.takes: Mapping[Act, Callable[[Step], str]] = {
            Act.BULK_APPROVE: self._bulk_approve,
            Act.BEGIN_REVIEW: self._begin_review,
            Act.CLAIM_NEXT: self._claim_next,
            Act.DECIDE: self._decide,
            Act.WORK_THE_QUEUE: self._work_the_queue,
            Act.MARK: self._mark,
            Act.HOLD: self._hold,
            Act.RELEASE: self._release,
            Act.RETURN: self._return,
            Act.APPROVE: self._approve,
            Act.UNDO: self._undo,
            Act.ACCEPT_WITHDRAWAL: self._accept_withdrawal,
        }

    def submitted(self, standing: Standing) -> None:
        """A changed answer came in: a reviewer will look at it."""
        self.changed[standing.member.index] = standing

    # --- the queue ---

    def _claim_next(self, step: Step) -> str:
        """What was mended comes first, then what waits longest; whoever takes a case holds none of those before."""
        before = self.leased.pop(step.by, None)
        if before is not None and before.reviewer == step.by:
            before.leased_until = None
        free = sorted(
            (standing for standing in self._queue() if not _is_leased(standing, step)),
            key=_place_in_the_queue,
        )
        passed_on = self.in_hand.pop(step.by, None) if step.skip else None
        others = [standing for standing in free if standing is not passed_on]
        if not free:
            self.in_hand.pop(step.by, None)
            return NOBODY
        standing = (others or free)[0]
        reviewed.lease(standing, by=step.by, now=step.at)
        self.leased[step.by] = self.in_hand[step.by] = standing
        self.ledger.note(_about(standing, step), "renewal.begin_review")
        return standing.member.number

    def _queue(self) -> Sequence[Standing]:
        self.changed = {
            place: standing
            for place, standing in self.changed.items()
            if is_in_the_queue(standing) or standing.held
        }
        return [standing for standing in self.changed.values() if not standing.held]

    def _decide(self, step: Step) -> str:
        """Marks what is to be proven as it is found, and decides accordingly."""
        standing = self.in_hand.get(step.of)
        if standing is None:
            return NOBODY
        about = _about(standing, step)
        finding = self.findings.of(standing.member.index, standing.version, self.looks)
        for discount in standing.declared.to_prove:
            mark = REJECTED if discount in finding.told else CONFIRMED
            if refused := self._mark(replace(about, discount=discount, mark=mark)):
                return refused
        self.looks[standing.member.index, standing.version] += 1
        about = replace(about, told=finding.told)
        match finding.verdict:
            case Verdict.APPROVE:
                outcome = self._approve(about)
            case Verdict.RETURN:
                outcome = self._return(about)
            case Verdict.HOLD:
                outcome = self._hold(about)
        return outcome

    def _work_the_queue(self, step: Step) -> str:
        """One after the other, until nothing is left or a case comes again."""
        done: list[str] = []
        while (number := self._claim_next(step)) != NOBODY and number not in done:
            done.append(number)
            self._decide(replace(step, of=step.by))
        return "、".join(done)

    # --- one case ---

    def _begin_review(self, step: Step) -> str:
        standing = self.ledger.standings[step.member]
        known = standing.reviewer == step.by
        outcome = reviewed.begin_review(standing, by=step.by, now=step.at)
        return outcome or (DONE if known else self.ledger.note(step, "renewal.begin_review"))

    def _mark(self, step: Step) -> str:
        outcome = reviewed.mark(
            self.ledger.standings[step.member],
            discount=step.discount,
            mark=step.mark,
            by=step.by,
            version=step.version,
            now=step.at,
        )
        return outcome or self.ledger.note(step, "renewal.mark")

    def _hold(self, step: Step) -> str:
        standing = self.ledger.standings[step.member]
        outcome = reviewed.hold(standing, by=step.by, version=step.version, now=step.at)
        return outcome or self.ledger.note(step, "renewal.hold")

    def _release(self, step: Step) -> str:
        outcome = reviewed.release(self.ledger.standings[step.member])
        return outcome or self.ledger.note(step, "renewal.release")

    def _return(self, step: Step) -> str:
        standing = self.ledger.standings[step.member]
        outcome = reviewed.return_for_correction(
            standing, by=step.by, version=step.version, now=step.at, told=step.told
        )
        if outcome:
            return outcome
        self._tell(standing, step, mail.RETURNED, _facts_of_return(standing), standing.version)
        return self.ledger.note(step, "renewal.return_for_correction")

    def _approve(self, step: Step) -> str:
        standing = self.ledger.standings[step.member]
        outcome = reviewed.approve(standing, by=step.by, version=step.version, now=step.at, refused=step.told)
        return outcome or self._approved(standing, step, wait=UNDONE_WITHIN)

    def _approved(self, standing: Standing, step: Step, *, wait: timedelta) -> str:
        fee = standing.fees[-1]
        facts = Facts(amount=fee, told=step.told)
        self._tell(standing, step, mail.APPROVED, facts, standing.fee, wait=wait)
        return self.ledger.note(step, "renewal.approve", amount=fee)

    def _tell(
        self,
        standing: Standing,
        step: Step,
        kind: str,
        facts: Facts,
        occasion: object,
        *,
        wait: timedelta = UNDONE_WITHIN,
    ) -> None:
        mails = self.ledger.queue(kind, standing, step.at, facts, occasion, wait=wait)
        standing.rulings[-1].mails = mails
        if step.act != Act.BULK_APPROVE:
            self.decided[step.by] = standing

    def _undo(self, step: Step) -> str:
        """Of one member, or what the desk decided last."""
        standing = self.decided.get(step.by) if step.member < 0 else self.ledger.standings[step.member]
        if standing is None:
            return NOBODY
        ruling = standing.ruling
        if outcome := reviewed.undo(standing):
            return outcome
        if ruling is not None:
            self.ledger.post.call_back(ruling.mails)
        if is_in_the_queue(standing):
            self.submitted(standing)
        return self.ledger.note(_about(standing, step), "renewal.undo_decision")

    def _accept_withdrawal(self, step: Step) -> str:
        standing = self.ledger.standings[step.member]
        refused = reviewed.accept_withdrawal(standing, by=step.by, version=step.version, now=step.at)
        if refused:
            return refused
        self.ledger.queue(mail.GUIDANCE, standing, step.at, occasion=standing.version)
        return self.ledger.note(step, "renewal.accept_withdrawal")

    # --- many at a time ---

    def _bulk_approve(self, step: Step) -> str:
        approved = [
            standing for standing in self.ledger.standings if awaits_bulk_approval(standing, by=step.by)
        ]
        for standing in approved:
            reviewed.approve(standing, by=step.by, version=standing.version, now=step.at)
            self._approved(standing, _about(standing, step), wait=AT_ONCE)
        return f"{len(approved)}件、{sum(standing.fees[-1] for standing in approved):,}円"

    def remind_of_corrections(self, step: Step) -> None:
        """Of the steps whose day has come only the latest goes, and each goes once."""
        for standing in self.ledger.standings:
            if standing.status != RETURNED or standing.ruling is None:
                continue
            days = (day_of(step.at) - standing.ruling.on).days
            reached = [after for after in REMINDED_AFTER if after <= days]
            key = (len(standing.rulings), reached[-1]) if reached else None
            if key is None or key in standing.corrections:
                continue
            standing.corrections.add(key)
            facts = _facts_of_return(standing)
            self.ledger.queue(mail.CORRECTION_REMINDER, standing, step.at, facts, standing.version)


def _facts_of_return(standing: Standing) -> Facts:
    ruling = standing.rulings[-1]
    return Facts(mend_by=ruling.on + DAYS_TO_MEND, told=ruling.told)


def _about(standing: Standing, step: Step) -> Step:
    """The step of a desk as one of the case that it looks at, with the version that it sees."""
    return replace(step, member=standing.member.index, version=standing.version)


def _is_leased(standing: Standing, step: Step) -> bool:
    return standing.leased_until is not None and standing.leased_until > step.at


def _place_in_the_queue(standing: Standing) -> tuple[bool, float, float, int]:
    returned, submitted = standing.returned_at, standing.submitted_at
    return (
        returned is None,
        returned.timestamp() if returned else 0,
        submitted.timestamp() if submitted else 0,
        standing.place,
    )
