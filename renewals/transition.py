"""How every verb of the lifecycle works: lock the row, check the table, change it, record it.

The UPDATE is conditional and must touch exactly one row. That decides races on SQLite too, which knows no row locks.
"""

from datetime import datetime
from typing import Any

from audit import trail
from audit.trail import Actor, Event
from members.models import User
from renewals.models import Renewal, Submission
from renewals.refusals import NotAllowed, Stale
from renewals.status import Status, target_of


def lock(renewal_id: int) -> Renewal:
    """The renewal with its campaign and member, locked for this transaction. Raises ``Renewal.DoesNotExist``."""
    return (
        Renewal.objects.select_for_update(of=("self",))
        .select_related("campaign", "establishment__corporation")
        .get(pk=renewal_id)
    )


def require_target(renewal: Renewal, verb: str) -> Status:
    """Where ``verb`` leads. Raises :class:`NotAllowed` where the table has no such move."""
    target = target_of(verb, renewal.status)
    if target is None:
        raise NotAllowed(
            f"現在の状態は「{renewal.get_status_display()}」です。この操作はできません。画面を開き直してください。"
        )
    return target


def move(renewal: Renewal, verb: str, **changes: Any) -> None:
    """Change the status as the table says, and ``changes`` with it. Raises as :func:`change` does."""
    change(renewal, status=require_target(renewal, verb), **changes)


def change(renewal: Renewal, **changes: Any) -> None:
    """Write ``changes`` if the row still stands as it was read; raises :class:`Stale` if another hand was quicker."""
    touched = Renewal.objects.filter(
        pk=renewal.pk,
        status=renewal.status,
        version=renewal.version,
        review_started_at=renewal.review_started_at,
        leased_until=renewal.leased_until,
    ).update(**changes)
    if touched != 1:
        raise Stale("ほかの操作と重なったため、処理しませんでした。画面を開き直してください。")
    for name, value in changes.items():
        setattr(renewal, name, value)


def record(renewal: Renewal, verb: str, *, by: Actor, now: datetime, **details: Any) -> None:
    """Write to the audit trail who did what to the renewal; ``details`` are plain JSON values."""
    trail.record(
        Event(
            verb=f"renewal.{verb}",
            subject=f"renewal:{renewal.pk}",
            actor=by,
            member_number=renewal.establishment.member_number,
            details=details,
        ),
        now=now,
    )


# --- what the verbs of the secretariat share ------------------------------------------------------------------------


def under_review(renewal: Renewal, version: int, *, by: User, now: datetime) -> Submission:
    """The submission that awaits review. Raises :class:`NotAllowed`, :class:`Stale`."""
    if renewal.status != Status.SUBMITTED:
        raise NotAllowed(
            f"現在の状態は「{renewal.get_status_display()}」です。この操作はできません。画面を開き直してください。"
        )
    if renewal.version != version:
        raise Stale(
            "表示していた内容のあとに、会員が申請をやり直しました。新しい内容を確認してから決定してください。"
        )
    require_not_leased(renewal, by=by, now=now)
    return renewal.submissions.select_related("group", "sme_evidence", "group_evidence").get(version=version)


def require_not_leased(renewal: Renewal, *, by: User, now: datetime) -> None:
    """Raises :class:`Stale` while another reviewer looks at it."""
    if renewal.is_leased_to_another(by.pk, now):
        raise Stale(f"いま、{renewal.reviewer}さんが審査しています。終わってから操作してください。")


def looked_at(renewal: Renewal, *, by: User, now: datetime) -> dict[str, Any]:
    """What changes when a reviewer is done with a submission."""
    return {
        "reviewer": by,
        "review_started_at": renewal.review_started_at or now,
        "leased_until": None,
        "held_at": None,
        "hold_reason": "",
    }


def decided(renewal: Renewal, *, by: User, now: datetime) -> dict[str, Any]:
    return {"decided_at": now, **looked_at(renewal, by=by, now=now)}
