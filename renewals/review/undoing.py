"""The last decision of a reviewer, as long as it can be undone: kept in the session, shown wherever they go next."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from members.access import UserRequest
from renewals.deciding import UNDO_WINDOW
from renewals.models import Decision, Renewal

LAST_DECISION = "last_decision"


@dataclass(frozen=True)
class Undoable:
    """What can be undone until ``until`` (ISO), and in which words it was said."""

    renewal_id: int
    decision_id: int
    text: str
    until: str

    @property
    def until_time(self) -> datetime:
        return datetime.fromisoformat(self.until)


def remember(request: UserRequest, renewal: Renewal, decision: Decision, text: str, *, now: datetime) -> None:
    """Offer to undo ``decision`` as long as its mail waits."""
    until = (now + UNDO_WINDOW).isoformat()
    request.session[LAST_DECISION] = asdict(Undoable(renewal.pk, decision.pk, text, until))


def undoable(request: UserRequest, *, now: datetime) -> Undoable | None:
    """The last decision, if it is not too late."""
    kept: dict[str, Any] | None = request.session.get(LAST_DECISION)
    found = Undoable(**kept) if kept else None
    return found if found and found.until_time > now else None


def forget(request: UserRequest) -> None:
    request.session.pop(LAST_DECISION, None)


def window_minutes() -> int:
    return UNDO_WINDOW // timedelta(minutes=1)
