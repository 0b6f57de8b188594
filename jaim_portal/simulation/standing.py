"""Where one member stands, by the rules of the season (domain: states): what each verb does and when it is refused.

What reviewers do to it is in :mod:`~jaim_portal.simulation.reviewed`.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from fiscal_calendar.tokyo import day_of
from jaim_portal.simulation.declaring import (
    NOT_ALLOWED,
    Declared,
    Draft,
    Proof,
    declare_changed,
    declare_unchanged,
    restored,
)
from jaim_portal.simulation.expected_mail import Pending
from jaim_portal.simulation.population import Member
from jaim_portal.simulation.steps import CHANGED, DONE, UNCHANGED, WITHDRAW, Desk, Verdict
from jaim_portal.simulation.wishes import GROUP, SME, Wish

ABSENT, NOT_STARTED, DRAFT, SUBMITTED, RETURNED = "", "not_started", "draft", "submitted", "returned"
APPROVED, ACCEPTED, WITHDRAWN = "approved", "withdrawal_accepted", "withdrawn"
NOT_ANSWERED = (NOT_STARTED, DRAFT)
ANSWERED = (SUBMITTED, RETURNED, APPROVED, ACCEPTED, WITHDRAWN)

CLOSED, UNDER_REVIEW, STALE, UNCONFIRMED = "Closed", "UnderReview", "Stale", "Unconfirmed"


@dataclass(slots=True)
class Ruling:
    """A decision on ``version``, the discounts ``told`` of with it, and its mails; undone or not."""

    verdict: Verdict
    version: int
    by: Desk
    on: date
    told: tuple[str, ...]
    mails: list[Pending] = field(default_factory=list)
    undone: bool = False


@dataclass(slots=True)
class Standing:
    """``reminded`` holds the reminders that were sent or superseded, ``answered`` from when until when an answer stood,
    ``presses`` the version that each press of 「申請する」 led to: one from before it was undone is no answer any more.

    ``told`` is the last day that the latest letter to each address named.
    ``fees`` are all that were ever fixed, ``fee`` the one that stands, as its place among them.
    ``unused`` says of the papers that nothing refers to any more when they were last changed.
    """

    member: Member
    status: str = ABSENT
    intent: str = ""
    version: int = 0
    place: int = 0
    reviewer: Desk | None = None
    leased_until: datetime | None = None
    held: bool = False
    submitted_at: datetime | None = None
    returns: list[datetime] = field(default_factory=list)
    answer_until: date | None = None
    enrolled_on: date | None = None
    reopened_on: date | None = None
    reopenings: int = 0
    left_on: date | None = None
    draft: Draft | None = None
    unused: list[datetime] = field(default_factory=list)
    presses: dict[int, int] = field(default_factory=dict)
    fees: list[int] = field(default_factory=list)
    fee: int | None = None
    submissions: list[tuple[Declared, str]] = field(default_factory=list)
    marks: dict[tuple[int, str], str] = field(default_factory=dict)
    rulings: list[Ruling] = field(default_factory=list)
    reminded: set[tuple[date, int]] = field(default_factory=set)
    corrections: set[tuple[int, int]] = field(default_factory=set)
    answered: list[list[datetime | None]] = field(default_factory=list)
    told: dict[str, date] = field(default_factory=dict)

    @property
    def returned_at(self) -> datetime | None:
        """When it was last returned; a return that was undone does not count."""
        return self.returns[-1] if self.returns else None

    def last_day(self, deadline: date) -> date:
        return max(deadline, self.answer_until or deadline)

    @property
    def declared(self) -> Declared:
        """The answer that stands."""
        return self.submissions[-1][0]

    @property
    def ruling(self) -> Ruling | None:
        """The decision that holds on the answer that stands."""
        if self.rulings and self.rulings[-1].version == self.version and not self.rulings[-1].undone:
            return self.rulings[-1]
        return None

    # --- what the member fills in ---

    def save_draft(self, *, wish: Wish, deadline: date, now: datetime) -> str:
        """Papers are added to those handed in already, unless these were submitted: then they begin anew."""
        if self.status not in (*NOT_ANSWERED, RETURNED):
            return NOT_ALLOWED
        if self.status != RETURNED and day_of(now) > self.last_day(deadline):
            return CLOSED
        proofs = self.draft.proofs if self.draft else {}
        for discount in (SME, GROUP):
            if not (papers := wish.papers(discount)):
                continue
            proof = proofs.get(discount)
            if proof is None or proof.sealed:
                proofs[discount] = Proof(papers, now)
            else:
                proof.papers, proof.changed_at = (*proof.papers, *papers), now
        self.draft = Draft(replace(wish, sme_papers=(), group_papers=()), now, proofs)
        if self.status == NOT_STARTED:
            self.status = DRAFT
        return DONE

    def discard_draft(self) -> str:
        if self.status != DRAFT:
            return NOT_ALLOWED
        self._drop_draft(None)
        self.status = NOT_STARTED
        return DONE

    def _drop_draft(self, draft: Draft | None) -> None:
        """Papers that were never submitted and are in no draft any more are of no use."""
        kept = list(draft.proofs.values()) if draft else []
        before = self.draft.proofs.values() if self.draft else []
        self.unused += [proof.changed_at for proof in before if not proof.sealed and proof not in kept]
        self.draft = draft

    def restore_draft(self, now: datetime) -> None:
        self._drop_draft(restored(self.member, self.declared, now))

    # --- what the member declares ---

    def submit(
        self,
        *,
        intent: str,
        press: int,
        ticked: int,
        seen: datetime | None,
        deadline: date,
        now: datetime,
    ) -> str:
        if press in self.presses:
            stands = self.status not in NOT_ANSWERED and self.presses[press] == self.version
            return DONE if stands else STALE
        if self.status not in (*NOT_ANSWERED, RETURNED):
            return NOT_ALLOWED
        if self.status != RETURNED and day_of(now) > self.last_day(deadline):
            return CLOSED
        if seen is not None and (self.draft is None or self.draft.saved_at != seen):
            return STALE
        if intent == WITHDRAW and ticked < 5:
            return UNCONFIRMED
        return self._take(intent, press, "web", now)

    def answer_on_behalf(self, *, intent: str, press: int, channel: str, now: datetime) -> str:
        if self.status not in (*NOT_ANSWERED, RETURNED):
            return NOT_ALLOWED
        return self._take(intent, press, channel, now)

    def _take(self, intent: str, press: int, channel: str, now: datetime) -> str:
        declared = self._declare(intent)
        if isinstance(declared, str):
            return declared
        for proof in declared.proofs.values():
            proof.sealed = True
        if self.status in NOT_ANSWERED:
            self.answered.append([now, None])
        self.status, self.intent, self.submitted_at = SUBMITTED, intent, now
        self.reviewer, self.leased_until, self.held = None, None, False
        self.version += 1
        self.presses[press] = self.version
        self.submissions.append((declared, channel))
        return DONE

    def _declare(self, intent: str) -> Declared | str:
        match intent:
            case "unchanged":
                return declare_unchanged(self.member)
            case "changed":
                return declare_changed(self.member, self.draft)
            case _:
                return Declared(intent)

    def take_back(self, *, today: date, deadline: date, now: datetime) -> str:
        if self.status != SUBMITTED:
            return NOT_ALLOWED
        if self.reviewer is not None:
            return UNDER_REVIEW
        if today > self.last_day(deadline):
            return CLOSED
        self._unanswer(now)
        return DONE

    # --- what ends a withdrawal, and what undoes an answer ---

    def complete_withdrawal(self, *, leaves_on: date) -> str:
        if self.status != ACCEPTED:
            return NOT_ALLOWED
        self.status, self.left_on = WITHDRAWN, leaves_on
        return DONE

    def reopen(self, *, until: date, today: date, deadline: date, year_ends_on: date, now: datetime) -> str:
        if self.status == ABSENT or not max(today, deadline) <= until <= year_ends_on:
            return NOT_ALLOWED
        if self.status == WITHDRAWN:
            self.left_on = None
        if self.status not in NOT_ANSWERED:
            self._unanswer(now)
        self.fee, self.reviewer, self.leased_until, self.held = None, None, None, False
        self.answer_until, self.reopened_on = until, today
        self.reopenings += 1
        return DONE

    def _unanswer(self, now: datetime) -> None:
        self.status, self.intent = NOT_STARTED, ""
        self.answered[-1][1] = now

    def had_answered(self, moment: datetime) -> bool:
        return any(
            begun is not None and begun <= moment and (ended is None or moment < ended)
            for begun, ended in self.answered
        )

    def on_roster(self, day: date) -> bool:
        left_on = self.left_on or self.member.left_on
        return self.member.joined_on <= day and (left_on is None or day <= left_on)

    @property
    def needs_a_look(self) -> bool:
        """Whether bulk approval leaves it out: a certificate that had expired on the day of submission."""
        until = self.declared.terms.certificate_until if self.declared.terms else None
        return until is not None and self.submitted_at is not None and until < day_of(self.submitted_at)


def awaits_bulk_approval(standing: Standing, *, by: Desk) -> bool:
    """Unchanged, and nothing open: nobody else reviews it, and its certificate held on the day of submission."""
    return (
        standing.status == SUBMITTED
        and standing.intent == UNCHANGED
        and standing.reviewer in (None, by)
        and not standing.needs_a_look
    )


def is_in_the_queue(standing: Standing) -> bool:
    return standing.status == SUBMITTED and standing.intent == CHANGED and not standing.held
