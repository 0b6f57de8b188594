"""A reviewer's work on a submission before anything is decided: the next case, its marks, putting it aside.

A case is leased for a while, so that two reviewers never meet on one; the lease ends by itself, with a decision, or
when it is put aside.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from audit.trail import Actor
from discounts.group_lists import listed_as
from discounts.kinds import Discount
from members.models import User
from renewals import transition
from renewals.declaration import applied_this_year, to_prove
from renewals.models import ClaimMark, Renewal, RenewalCampaign
from renewals.refusals import NotAllowed
from renewals.status import Intent, Mark, Status

LEASE = timedelta(minutes=30)


def queue_of(campaign: RenewalCampaign) -> QuerySet[Renewal]:
    """The changed continuations that wait for a reviewer: those that were mended first, then the oldest. Held ones wait
    for something else."""
    return (
        campaign.renewals.awaiting_review()
        .filter(intent=Intent.CHANGED, held_at__isnull=True)
        .order_by(F("returned_at").asc(nulls_last=True), "submitted_at", "pk")
    )


def claim_next(
    *, campaign: RenewalCampaign, by: User, now: datetime, after: int | None = None
) -> Renewal | None:
    """「次の1件」: lease the next case of the queue to ``by`` for half an hour; None when nothing is left for them.

    ``after`` is the case they come from without deciding it: it and their other open leases are given back, and it
    comes last. From here on the member can no longer take the submission back.
    """
    with transaction.atomic():
        give_back(by=by, now=now)
        free = queue_of(campaign).filter(Q(leased_until__isnull=True) | Q(leased_until__lte=now))
        found = (_first(free.exclude(pk=after)) if after else None) or _first(free)
        if found is None:
            return None
        renewal = transition.lock(found.pk)
        _lease(renewal, by=by, now=now)
        return renewal


def claim(*, renewal_id: int, by: User, now: datetime) -> Renewal:
    """Lease this very case to ``by``, out of its turn; their other open leases are given back.

    Raises :class:`NotAllowed` if nothing awaits review or it is held, :class:`Stale` while somebody else looks at it.
    """
    with transaction.atomic():
        _lock_with_own(renewal_id, by=by)
        renewal = transition.lock(renewal_id)
        _require_submitted(renewal)
        if renewal.held_at is not None:
            raise NotAllowed("保留中です。保留を解除してから、審査を始めてください。")
        transition.require_not_leased(renewal, by=by, now=now)
        give_back(by=by, now=now)
        _lease(renewal, by=by, now=now)
        return renewal


def keep_lease(*, renewal_id: int, by: User, now: datetime) -> bool:
    """Extend ``by``'s own lease while the page is open; False if it is no longer theirs."""
    return bool(
        Renewal.objects.filter(pk=renewal_id, reviewer=by, leased_until__isnull=False).update(
            leased_until=now + LEASE
        )
    )


def give_back(*, by: User, now: datetime) -> None:
    """Whoever goes on to another case holds none of those before."""
    Renewal.objects.filter(reviewer=by, leased_until__isnull=False).update(leased_until=None)


def _lock_with_own(renewal_id: int, *, by: User) -> None:
    """In one order for everybody: two who take over each other's cases would wait for each other otherwise."""
    own = Q(reviewer=by, leased_until__isnull=False)
    list(Renewal.objects.select_for_update(of=("self",)).filter(Q(pk=renewal_id) | own).order_by("pk"))


def _lease(renewal: Renewal, *, by: User, now: datetime) -> None:
    transition.change(
        renewal,
        reviewer=by,
        review_started_at=renewal.review_started_at or now,
        leased_until=now + LEASE,
    )
    transition.record(renewal, "begin_review", by=Actor.user(by.pk), now=now, version=renewal.version)
    _mark_who_is_listed(renewal, by=by, now=now)


def _mark_who_is_listed(renewal: Renewal, *, by: User, now: datetime) -> None:
    """A claim on a group whose own list names the corporation confirms itself: ○ until somebody says otherwise."""
    if renewal.intent != Intent.CHANGED:
        return
    submission = renewal.submissions.select_related("group").get(version=renewal.version)
    if submission.group is None or Discount.GROUP not in to_prove(submission, applied_this_year(renewal)):
        return
    listed = listed_as(submission.group, renewal.establishment.corporation)
    if listed is None:
        return
    _, is_new = ClaimMark.objects.get_or_create(
        renewal=renewal,
        version=renewal.version,
        discount=Discount.GROUP,
        defaults={"mark": Mark.CONFIRMED, "marked_by": by, "marked_at": now},
    )
    if is_new:
        transition.record(
            renewal,
            "mark",
            by=Actor.user(by.pk),
            now=now,
            version=renewal.version,
            discount=Discount.GROUP,
            mark=Mark.CONFIRMED,
            listed_on=listed.member_list.as_of.isoformat(),
        )


def _require_submitted(renewal: Renewal) -> None:
    if renewal.status != Status.SUBMITTED:
        raise NotAllowed(f"「{renewal.get_status_display()}」のため、審査を始められません。")


def _first(renewals: QuerySet[Renewal]) -> Renewal | None:
    return renewals.select_for_update(of=("self",), skip_locked=True).first()


def begin_review(*, renewal_id: int, by: User, now: datetime) -> None:
    """A reviewer takes up the submission; from here on the member can no longer take it back.

    Taking it up again changes nothing; a second reviewer takes over once nobody looks at it any more. Raises
    :class:`NotAllowed` if nothing awaits review, :class:`Stale` while somebody else looks at it.
    """
    with transaction.atomic():
        renewal = transition.lock(renewal_id)
        _require_submitted(renewal)
        transition.require_not_leased(renewal, by=by, now=now)
        if renewal.reviewer_id == by.pk:
            return
        started = renewal.review_started_at or now
        transition.change(renewal, review_started_at=started, reviewer=by, leased_until=None)
        transition.record(
            renewal,
            "begin_review",
            by=Actor.user(by.pk),
            now=now,
            version=renewal.version,
        )


def mark(
    *, renewal_id: int, version: int, discount: Discount, mark: Mark | None, by: User, now: datetime
) -> None:
    """Note ○, × or 要確認 on one claim, or take the note away; it decides nothing. Raises :class:`Stale`,
    :class:`NotAllowed` for a discount that is not claimed."""
    with transaction.atomic():
        renewal = transition.lock(renewal_id)
        submission = transition.under_review(renewal, version, by=by, now=now)
        if not submission.claims(discount):
            raise NotAllowed(f"「{discount.label}」は申請されていません。画面を開き直してください。")
        of_claim = ClaimMark.objects.filter(renewal=renewal, version=version, discount=discount)
        if mark is None:
            of_claim.delete()
        else:
            ClaimMark.objects.update_or_create(
                renewal=renewal,
                version=version,
                discount=discount,
                defaults={"mark": mark, "marked_by": by, "marked_at": now},
            )
        transition.record(
            renewal,
            "mark",
            by=Actor.user(by.pk),
            now=now,
            version=version,
            discount=discount,
            mark=mark or "",
        )


def hold(*, renewal_id: int, version: int, reason: str, by: User, now: datetime) -> None:
    """Put a submission aside until something is clear; the queue passes over it. Raises :class:`NotAllowed` without a
    reason, :class:`Stale`."""
    if not reason.strip():
        raise NotAllowed("保留の理由を入力してください。")
    with transaction.atomic():
        renewal = transition.lock(renewal_id)
        transition.under_review(renewal, version, by=by, now=now)
        transition.change(
            renewal,
            held_at=now,
            hold_reason=reason.strip(),
            leased_until=None,
            reviewer=by,
            review_started_at=renewal.review_started_at or now,
        )
        transition.record(renewal, "hold", by=Actor.user(by.pk), now=now, version=version, reason=reason)


def release(*, renewal_id: int, by: User, now: datetime) -> None:
    """Put a held submission back into the queue. Raises :class:`NotAllowed` if it is not held."""
    with transaction.atomic():
        renewal = transition.lock(renewal_id)
        if renewal.held_at is None:
            raise NotAllowed("保留中ではありません。画面を開き直してください。")
        transition.change(renewal, held_at=None, hold_reason="")
        transition.record(renewal, "release", by=Actor.user(by.pk), now=now, version=renewal.version)


def marks_of(renewal: Renewal, version: int) -> Mapping[Discount, Mark]:
    """The reviewer's notes on the claims of one version."""
    found = ClaimMark.objects.filter(renewal=renewal, version=version)
    return {Discount(noted.discount): Mark(noted.mark) for noted in found}
