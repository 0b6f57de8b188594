"""Which submissions may be approved in bulk, and why the others may not. Values in, values out.

Bulk approval is for continuations without a change and with nothing open (experience: review); everything else is
looked at one by one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from fiscal_calendar.japanese import format_day
from renewals.status import Intent, Status


@dataclass(frozen=True)
class Terms:
    """Two discounts and the yearly fee they lead to, in yen; no ``amount`` where no rates hold."""

    sme: bool
    group_id: int | None
    amount: int | None

    @property
    def discounts(self) -> tuple[bool, int | None]:
        return self.sme, self.group_id


@dataclass(frozen=True)
class Candidate:
    """A renewal as a reviewer sees it.

    ``declared`` is what the member submitted; ``quoted`` what these discounts cost under today's rates; ``carried``
    what this year's discounts, as they are recorded now, would carry over to. ``reviewer`` has begun to look at it.
    """

    renewal_id: int
    version: int
    member_number: str
    name: str
    status: str
    intent: str
    submitted_on: date | None = None
    reviewer_id: int | None = None
    reviewer: str = ""
    declared: Terms | None = None
    quoted: int | None = None
    carried: Terms | None = None
    certificate_valid_until: date | None = None

    @property
    def amount(self) -> int:
        """The declared fee in yen; 0 where none was declared."""
        return self.declared.amount or 0 if self.declared else 0


@dataclass(frozen=True)
class Excluded:
    """A renewal that is left out, with the reasons for the person who looks."""

    candidate: Candidate
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class BulkPlan:
    """What one press would approve, what it leaves out, and the yearly fees it fixes, in yen.

    ``waiting`` more come behind these, for the next press.
    """

    approvable: tuple[Candidate, ...]
    excluded: tuple[Excluded, ...]
    waiting: int = 0

    @property
    def fee_total(self) -> int:
        return sum(candidate.amount for candidate in self.approvable)


def plan_bulk_approval(candidates: Iterable[Candidate], *, reviewer_id: int) -> BulkPlan:
    """Sort ``candidates`` for ``reviewer_id`` into those with nothing open and the others with their reasons."""
    approvable, excluded = [], []
    for candidate in candidates:
        reasons = reasons_against(candidate, reviewer_id=reviewer_id)
        if reasons:
            excluded.append(Excluded(candidate, reasons))
        else:
            approvable.append(candidate)
    return BulkPlan(tuple(approvable), tuple(excluded))


def reasons_against(candidate: Candidate, *, reviewer_id: int) -> tuple[str, ...]:
    """Why ``candidate`` is not for bulk approval; empty if nothing speaks against it."""
    if candidate.status != Status.SUBMITTED:
        return (f"審査待ちではありません（{Status(candidate.status).label}）。",)
    if candidate.intent != Intent.UNCHANGED:
        return (f"「{Intent.UNCHANGED.label}」の申請ではありません（{Intent(candidate.intent).label}）。",)
    return open_points(candidate, reviewer_id=reviewer_id)


def open_points(candidate: Candidate, *, reviewer_id: int) -> tuple[str, ...]:
    """What a reviewer should look at before approving a submitted continuation."""
    points = (
        _under_review(candidate, reviewer_id),
        _certificate_expired(candidate),
        _fee_changed(candidate),
        _discounts_changed(candidate),
    )
    return tuple(point for point in points if point)


def _under_review(candidate: Candidate, reviewer_id: int) -> str:
    if candidate.reviewer_id in (None, reviewer_id):
        return ""
    return f"{candidate.reviewer}さんが審査しています。"


def _certificate_expired(candidate: Candidate) -> str:
    """A certificate is good if it is valid on the day of submission (domain: group discount)."""
    valid_until, submitted_on = candidate.certificate_valid_until, candidate.submitted_on
    claimed = candidate.declared is not None and candidate.declared.group_id is not None
    if not (claimed and valid_until and submitted_on and valid_until < submitted_on):
        return ""
    return (
        f"会員証の有効期限（{format_day(valid_until)}）が、申請日（{format_day(submitted_on)}）より前です。"
    )


def _fee_changed(candidate: Candidate) -> str:
    declared = candidate.declared
    if declared is None or declared.amount == candidate.quoted:
        return ""
    if candidate.quoted is None:
        return "次年度に適用する会費規程が登録されていません。"
    return f"申請のあとに年会費が変わりました（申請時{declared.amount:,}円、現在{candidate.quoted:,}円）。"


def _discounts_changed(candidate: Candidate) -> str:
    declared, carried = candidate.declared, candidate.carried
    unchanged_intent = candidate.intent == Intent.UNCHANGED
    if not unchanged_intent or declared is None or carried is None or declared.discounts == carried.discounts:
        return ""
    return "申請のあとに、今年度の割引の登録が変わりました。"
