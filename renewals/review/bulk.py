"""Approving many unchanged continuations with one press, each re-checked and approved by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from audit.trail import Actor
from members.models import User
from renewals.deciding import approve
from renewals.leaving import complete_withdrawal
from renewals.models import Renewal, RenewalCampaign
from renewals.quoting import NoFeeSchedule
from renewals.refusals import Refused
from renewals.review.candidates import load_candidates
from renewals.review.planning import BulkPlan, Candidate, Excluded, plan_bulk_approval, reasons_against
from renewals.status import Intent, Status

# One press stays well below the web server's timeout; the rest waits for the next press.
MOST_PER_PRESS = 1_000
LONGEST_PRESS = timedelta(seconds=20)


@dataclass(frozen=True)
class Seen:
    """A renewal as it stood on the confirmation page: which submission, and which fee in yen."""

    renewal_id: int
    version: int
    amount: int

    def __str__(self) -> str:
        return f"{self.renewal_id}:{self.version}:{self.amount}"


@dataclass
class BulkResult:
    """What one press did: approvals and their fees in yen, who was left out and why, how many were not reached."""

    approved: int = 0
    fee_total: int = 0
    excluded: list[tuple[Candidate, tuple[str, ...]]] = field(default_factory=list)
    not_reached: int = 0


def awaiting_unchanged(campaign: RenewalCampaign) -> QuerySet[Renewal]:
    """Unchanged continuations that await review, those that wait longest first."""
    return (
        Renewal.objects.of_campaign(campaign)
        .filter(status=Status.SUBMITTED, intent=Intent.UNCHANGED)
        .order_by("submitted_at", "pk")
    )


def plan_for(renewals: QuerySet[Renewal], *, by: User) -> BulkPlan:
    """The plan for the first :data:`MOST_PER_PRESS` of ``renewals`` that may be approved.

    Walks past those that may not, so that no number of them keeps the ones behind them from their turn: one query for
    the order, then a handful for every :data:`MOST_PER_PRESS` looked at.
    """
    keys = list(renewals.values_list("pk", flat=True))
    approvable: list[Candidate] = []
    excluded: list[Excluded] = []
    considered = 0
    while considered < len(keys) and len(approvable) < MOST_PER_PRESS:
        chunk = keys[considered : considered + MOST_PER_PRESS]
        considered += len(chunk)
        plan = plan_bulk_approval(_candidates_in_order(chunk), reviewer_id=by.pk)
        approvable += plan.approvable
        excluded += plan.excluded
    too_many = max(len(approvable) - MOST_PER_PRESS, 0)
    return BulkPlan(
        tuple(approvable[:MOST_PER_PRESS]),
        tuple(excluded),
        waiting=len(keys) - considered + too_many,
    )


def _candidates_in_order(keys: Sequence[int]) -> list[Candidate]:
    found = {row.renewal_id: row for row in load_candidates(Renewal.objects.filter(pk__in=keys))}
    return [found[key] for key in keys if key in found]


def seen_on(plan: BulkPlan) -> list[Seen]:
    return [Seen(row.renewal_id, row.version, row.amount) for row in plan.approvable]


def parse_seen(text: str) -> list[Seen]:
    """What :func:`seen_on` wrote, comma separated. Raises ``ValueError`` for anything else."""
    return [Seen(*map(int, part.split(":"))) for part in text.split(",") if part]


def approve_many(seen: Sequence[Seen], *, by: User, clock: Callable[[], datetime]) -> BulkResult:
    """Approve each of ``seen`` that still stands as it was seen, each in its own transaction, until time is up."""
    result = BulkResult()
    ends_at = clock() + LONGEST_PRESS
    for position, item in enumerate(seen):
        now = clock()
        if now > ends_at:
            result.not_reached = len(seen) - position
            break
        candidate, reasons = _approve_one(item, by=by, now=now)
        if candidate is None:
            continue
        if reasons:
            result.excluded.append((candidate, reasons))
        else:
            result.approved += 1
            result.fee_total += item.amount
    return result


def _approve_one(item: Seen, *, by: User, now: datetime) -> tuple[Candidate | None, tuple[str, ...]]:
    """The renewal as it stands under its lock, and why it was not approved; no reasons once it was."""
    with transaction.atomic():
        locked = Renewal.objects.select_for_update(of=("self",)).filter(pk=item.renewal_id)
        candidate = next(iter(load_candidates(locked)), None)
        if candidate is None:
            return None, ()
        reasons = _changed_since(item, candidate) or reasons_against(candidate, reviewer_id=by.pk)
        if reasons:
            return candidate, reasons
        try:
            approve(renewal_id=item.renewal_id, version=item.version, amount=item.amount, by=by, now=now)
        except (Refused, NoFeeSchedule) as refusal:
            return candidate, (str(refusal),)
        return candidate, ()


def _changed_since(item: Seen, candidate: Candidate) -> tuple[str, ...]:
    if candidate.status == Status.SUBMITTED and candidate.version != item.version:
        return ("確認画面を表示したあとに、会員が申請をやり直しました。",)
    return ()


@dataclass
class CompletionResult:
    """How many withdrawals were completed, and which were refused and why."""

    completed: int = 0
    refused: list[str] = field(default_factory=list)


def complete_many(renewal_ids: Sequence[int], *, by: User, now: datetime) -> CompletionResult:
    """Complete accepted withdrawals, each in its own transaction."""
    result = CompletionResult()
    for renewal in Renewal.objects.filter(pk__in=renewal_ids).select_related("establishment"):
        try:
            complete_withdrawal(renewal_id=renewal.pk, by=Actor.user(by.pk), now=now)
            result.completed += 1
        except Refused as refusal:
            result.refused.append(f"{renewal.establishment.member_number}：{refusal}")
    return result
