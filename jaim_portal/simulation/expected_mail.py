"""Which mail must go to whom on which day, worked out from the rules (domain: mail), not from the outbox."""

import heapq
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from fiscal_calendar.tokyo import day_of
from jaim_portal.simulation.script import Window
from mailing.sending import BACKOFF

OPENED, MOVED, REMINDER, RECEIPT = "campaign_opened", "deadline_moved", "reminder", "submission_receipt"
APPROVED, REOPENED = "approved", "reopened"
RETURNED, CORRECTION_REMINDER = "returned", "correction_reminder"
GUIDANCE, COMPLETE = "withdrawal_guidance", "withdrawal_complete"
CERTIFICATE = "certificate_expiring"  # hangs on a certificate's last day alone: it has a book of its own
SAYS_THE_LAST_DAY = (OPENED, MOVED, REMINDER, REOPENED)
SERVER_DOWN = "ServerDown"


class Matter(NamedTuple):
    """A mail of one kind about one member to one address."""

    kind: str
    member: int
    address: str


class Facts(NamedTuple):
    """What a letter must state: a fee in yen, a last day to answer or to mend. None where it states none. ``told`` are
    the discounts about which it tells what the reviewer found."""

    amount: int | None = None
    last_day: date | None = None
    mend_by: date | None = None
    told: tuple[str, ...] = ()


NOTHING = Facts()


@dataclass(slots=True)
class Pending:
    """A mail on its way. ``occasion`` is what it hangs on: a version, an approval, a step of the ladder."""

    matter: Matter
    facts: Facts
    occasion: object
    attempts: int = 0
    was_sent: bool = False
    is_called_back: bool = False


class Post:
    """The mails of a season: on their way, sent on their day, or withheld because their reason went away."""

    def __init__(self, refused: Mapping[str, Window], server_down: frozenset[datetime]) -> None:
        self.sent: dict[tuple[Matter, date], list[Facts]] = {}
        self.withheld: Counter[Matter] = Counter()
        self.superseded: Counter[Matter] = Counter()
        self.refusals = 0
        self._refused = refused
        self._server_down = server_down
        self._waiting: list[tuple[datetime, int, Pending]] = []
        self._queued = 0

    def queue(self, mail: Pending, *, due: datetime) -> None:
        self._queued += 1
        heapq.heappush(self._waiting, (due, self._queued, mail))

    def call_back(self, mails: Sequence[Pending]) -> None:
        """The decision is undone that these are about; those that wait are never sent."""
        waiting = {id(mail) for _, _, mail in self._waiting}
        for mail in mails:
            if id(mail) in waiting:
                mail.is_called_back = True
                self.withheld[mail.matter] += 1

    def supersede(self, matter: Matter) -> None:
        """A reminder whose day was missed: kept as a note, never sent."""
        self.superseded[matter] += 1

    def deliver(
        self,
        *,
        now: datetime,
        has_reason: Callable[[Pending], bool],
        written: Callable[[Pending], Facts],
    ) -> str:
        """Everything that is due is sent, withheld, or refused by the address's server and tried again later."""
        due = []
        while self._waiting and self._waiting[0][0] <= now:
            entry = heapq.heappop(self._waiting)
            if not entry[2].is_called_back:
                due.append(entry)
        if now in self._server_down and any(has_reason(mail) for _, _, mail in due):
            for entry in due:
                heapq.heappush(self._waiting, entry)
            return SERVER_DOWN
        for _, place, mail in due:
            window = self._refused.get(mail.matter.address)
            if not has_reason(mail):
                self.withheld[mail.matter] += 1
            elif window and window.holds(now):
                self.refusals += 1
                heapq.heappush(self._waiting, (now + BACKOFF[mail.attempts], place, mail))
                mail.attempts += 1
            else:
                mail.was_sent = True
                self.sent.setdefault((mail.matter, day_of(now)), []).append(written(mail))
        return ""

    @property
    def on_their_way(self) -> int:
        return sum(not mail.is_called_back for _, _, mail in self._waiting)
