"""Where one member stands, by the rules of the season (domain: states): what each verb does and when it is refused."""

from dataclasses import dataclass, field
from datetime import date, datetime

from jaim_portal.simulation.population import Member
from jaim_portal.simulation.steps import DONE, UNCHANGED, WITHDRAW, Desk

ABSENT, NOT_STARTED, SUBMITTED = "", "not_started", "submitted"
APPROVED, ACCEPTED, WITHDRAWN = "approved", "withdrawal_accepted", "withdrawn"
ANSWERED = (SUBMITTED, APPROVED, ACCEPTED, WITHDRAWN)

# The annual fee in yen, by company size and group membership (domain: the fee; renewal manual, step 3).
FEES = {(True, True): 60_000, (True, False): 63_000, (False, True): 80_000, (False, False): 83_000}

NOT_ALLOWED, CLOSED, UNDER_REVIEW, STALE, UNCONFIRMED = (
    "NotAllowed",
    "Closed",
    "UnderReview",
    "Stale",
    "Unconfirmed",
)


def fee_of(member: Member) -> int:
    """Next year's fee if this year's discounts carry over."""
    if not member.recorded:
        return FEES[False, False]
    return FEES[member.sme, member.group is not None]


@dataclass(slots=True)
class Standing:
    """``reminded`` holds the reminders that were sent or superseded, ``answered`` from when until when an answer stood,
    ``presses`` the version that each press of 「申請する」 led to: one from before it was undone is no answer any more.

    ``told`` is the last day that the latest letter to each address named.
    ``fees`` are all that were ever fixed, ``fee`` the one that stands, as its place among them.
    """

    member: Member
    status: str = ABSENT
    intent: str = ""
    version: int = 0
    reviewer: Desk | None = None
    submitted_on: date | None = None
    answer_until: date | None = None
    enrolled_on: date | None = None
    reopened_on: date | None = None
    reopenings: int = 0
    left_on: date | None = None
    presses: dict[int, int] = field(default_factory=dict)
    fees: list[int] = field(default_factory=list)
    fee: int | None = None
    submissions: list[tuple[str, str]] = field(default_factory=list)
    reminded: set[tuple[date, int]] = field(default_factory=set)
    answered: list[list[datetime | None]] = field(default_factory=list)
    told: dict[str, date] = field(default_factory=dict)

    def last_day(self, deadline: date) -> date:
        return max(deadline, self.answer_until or deadline)

    def submit(
        self, *, intent: str, press: int, ticked: int, today: date, deadline: date, now: datetime
    ) -> str:
        if press in self.presses:
            stands = self.status != NOT_STARTED and self.presses[press] == self.version
            return DONE if stands else STALE
        if self.status != NOT_STARTED:
            return NOT_ALLOWED
        if today > self.last_day(deadline):
            return CLOSED
        if intent == WITHDRAW and ticked < 5:
            return UNCONFIRMED
        self._take(intent, press, "web", today, now)
        return DONE

    def answer_on_behalf(self, *, intent: str, press: int, channel: str, today: date, now: datetime) -> str:
        if self.status != NOT_STARTED:
            return NOT_ALLOWED
        self._take(intent, press, channel, today, now)
        return DONE

    def _take(self, intent: str, press: int, channel: str, today: date, now: datetime) -> None:
        self.status, self.intent, self.submitted_on, self.reviewer = SUBMITTED, intent, today, None
        self.version += 1
        self.presses[press] = self.version
        self.submissions.append((intent, channel))
        self.answered.append([now, None])

    def take_back(self, *, today: date, deadline: date, now: datetime) -> str:
        if self.status != SUBMITTED:
            return NOT_ALLOWED
        if self.reviewer is not None:
            return UNDER_REVIEW
        if today > self.last_day(deadline):
            return CLOSED
        self._unanswer(now)
        return DONE

    def begin_review(self, *, by: Desk) -> str:
        if self.status != SUBMITTED:
            return NOT_ALLOWED
        self.reviewer = by
        return DONE

    def may_be_bulk_approved(self, *, by: Desk) -> bool:
        """Unchanged, and nothing open: nobody else reviews it, and its certificate held on the day of submission."""
        until = self.member.certificate_until if self.member.recorded else None
        expired = until is not None and self.submitted_on is not None and until < self.submitted_on
        return (
            self.status == SUBMITTED
            and self.intent == UNCHANGED
            and self.reviewer in (None, by)
            and not expired
        )

    def approve(self, *, by: Desk, version: int) -> str:
        if self.status != SUBMITTED:
            return NOT_ALLOWED
        if version != self.version:
            return STALE
        if self.intent == WITHDRAW:
            return NOT_ALLOWED
        self.status, self.reviewer = APPROVED, by
        self.fee = len(self.fees)
        self.fees.append(fee_of(self.member))
        return DONE

    def accept_withdrawal(self, *, by: Desk, version: int) -> str:
        if self.status != SUBMITTED:
            return NOT_ALLOWED
        if version != self.version:
            return STALE
        if self.intent != WITHDRAW:
            return NOT_ALLOWED
        self.status, self.reviewer = ACCEPTED, by
        return DONE

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
        if self.status != NOT_STARTED:
            self._unanswer(now)
        self.fee, self.reviewer = None, None
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
