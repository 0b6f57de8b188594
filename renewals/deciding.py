"""The secretariat's decisions on a continuation: approve it, return it, undo the last decision.

Verbs as in ``renewals.lifecycle``: lock the renewal, check the transition table, change the row, record who did it and
why, queue the mail, in one transaction. ``version`` is the submission that the reviewer looked at; another one, or a
case that somebody else is looking at, is refused as :class:`Stale`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from audit.trail import Actor
from discounts.applied import forget_discounts, set_discounts
from discounts.kinds import Discount
from fees.fixing import fix_fee
from fiscal_calendar.tokyo import day_of
from mailing.outbox import call_back, queue
from members.models import User
from renewals import transition
from renewals.declaration import applied_this_year, certificate_of, proof_of
from renewals.drafting import restore_draft
from renewals.messages import (
    APPROVED,
    RETURNED,
    decision_drafts,
    decision_topic,
    items_in_words,
    return_values,
)
from renewals.models import Decision, DecisionItem, Renewal, ReturnReason, Submission
from renewals.quoting import schedule_to_fix_under
from renewals.refusals import NotAllowed, Stale
from renewals.reviewing import marks_of
from renewals.status import Intent, Mark, Outcome

UNDO_WINDOW = timedelta(minutes=5)
"""How long a decision's mail waits, so that a slip can be undone before it leaves."""
DAYS_TO_MEND = 7


@dataclass(frozen=True)
class Told:
    """What the member is told about one claim: ``text``, and the template it was made from, if any."""

    discount: Discount
    text: str
    reason: ReturnReason | None = None


def approve(
    *,
    renewal_id: int,
    version: int,
    by: User,
    now: datetime,
    amount: int | None = None,
    refused: Sequence[Told] = (),
    undo_for: timedelta = timedelta(0),
) -> Renewal:
    """The secretariat approves a continuation: the fee is fixed and told to the contacts (step 3).

    The discounts are those declared, without ``refused``: claims that do not apply, each with the reason that the
    member is told. Every other claim that has to be proven must be marked ○. ``amount`` is the fee in yen that the
    reviewer saw, if they saw one. The mail waits for ``undo_for``.
    Raises :class:`Stale` if the member has submitted another since, if somebody else looks at it, or if the fee would
    be another by now, :class:`NotAllowed` for a withdrawal, for a claim that is not marked or without its papers, for a
    refusal without a reason, or when nothing awaits review, ``NoFeeSchedule``.
    """
    with transaction.atomic():
        renewal = transition.lock(renewal_id)
        transition.require_target(renewal, "approve")
        submission = transition.under_review(renewal, version, by=by, now=now)
        if submission.intent == Intent.WITHDRAW:
            raise NotAllowed("退会の申請は承認できません。「退会を受理する」を使ってください。")
        _require_reasons(refused)
        not_applying = {told.discount for told in refused}
        _require_confirmed(renewal, submission, not_applying)
        sme = submission.sme and Discount.SME not in not_applying
        group = submission.group if Discount.GROUP not in not_applying else None
        fiscal_year = renewal.campaign.fiscal_year
        fee = fix_fee(
            establishment=renewal.establishment,
            fiscal_year=fiscal_year,
            schedule=schedule_to_fix_under(fiscal_year),
            sme=sme,
            in_group=group is not None,
            now=now,
        )
        if amount is not None and fee.amount != amount:
            raise Stale(
                f"画面に表示していた年会費（{amount:,}円）と、確定する年会費（{fee.amount:,}円）が違います。"
                "新しい金額を確認してから承認してください。"
            )
        set_discounts(
            establishment=renewal.establishment,
            fiscal_year=fiscal_year,
            sme=sme,
            group=group,
            certificate_valid_until=certificate_of(renewal, submission) if group else None,
        )
        transition.move(renewal, "approve", fixed_fee=fee, **transition.decided(renewal, by=by, now=now))
        decision, said = _decide(renewal, Outcome.APPROVED, items=refused, by=by, now=now)
        queue(
            decision_drafts(
                APPROVED,
                renewal,
                occasion=_occasion(decision),
                amount=fee.amount,
                fixed_fee=fee.pk,
                sme=fee.sme,
                group=group.name if group else "",
                refused=items_in_words(said),
            ),
            now=now,
            not_before=now + undo_for,
        )
        transition.record(
            renewal,
            "approve",
            by=Actor.user(by.pk),
            now=now,
            version=version,
            amount=fee.amount,
            **({"refused": sorted(not_applying)} if not_applying else {}),
        )
        return renewal


def return_for_correction(
    *,
    renewal_id: int,
    version: int,
    items: Sequence[Told],
    by: User,
    now: datetime,
    note: str = "",
    mend_by: date | None = None,
    undo_for: timedelta = timedelta(0),
) -> Decision:
    """The secretariat sends a continuation back, with a reason per claim; the member mends it and submits the next
    version, also after the deadline (domain: the renewal season).

    ``mend_by`` is the day the member is asked to keep, a week from now by default; nothing happens by itself after it.
    Raises :class:`Stale` as :func:`approve` does, :class:`NotAllowed` for a withdrawal, without a reason, and for a day
    in the past.
    """
    mend_by = mend_by or day_of(now) + timedelta(days=DAYS_TO_MEND)
    with transaction.atomic():
        renewal = transition.lock(renewal_id)
        transition.require_target(renewal, "return_for_correction")
        submission = transition.under_review(renewal, version, by=by, now=now)
        if submission.intent == Intent.WITHDRAW:
            raise NotAllowed("退会の申請は差し戻せません。会員へお電話で確認してください。")
        if not items:
            raise NotAllowed("差戻しの理由を、1つ以上入力してください。")
        _require_reasons(items)
        if mend_by < day_of(now):
            raise NotAllowed("修正の期限には、今日以降の日付を入力してください。")
        transition.move(
            renewal,
            "return_for_correction",
            returned_at=now,
            **transition.looked_at(renewal, by=by, now=now),
        )
        decision, said = _decide(
            renewal, Outcome.RETURNED, items=items, by=by, now=now, note=note.strip(), mend_by=mend_by
        )
        restore_draft(renewal, submission, by=by, now=now)
        queue(
            decision_drafts(
                RETURNED,
                renewal,
                occasion=_occasion(decision),
                **return_values(decision, said),
            ),
            now=now,
            not_before=now + undo_for,
        )
        transition.record(
            renewal,
            "return_for_correction",
            by=Actor.user(by.pk),
            now=now,
            version=version,
            refused=sorted({told.discount for told in items}),
            until=mend_by.isoformat(),
        )
        return decision


def undo_decision(*, renewal_id: int, decision_id: int, by: User, now: datetime) -> Renewal:
    """Take back an approval or a return as long as none of its mails has left; the submission awaits review again.

    Raises :class:`Stale` once a mail is on its way or another decision holds, :class:`NotAllowed` if the member has
    gone on meanwhile.
    """
    with transaction.atomic():
        renewal = transition.lock(renewal_id)
        transition.require_target(renewal, "undo_decision")
        decision = decision_that_holds(renewal)
        if decision is None or decision.pk != decision_id:
            raise Stale(
                "この決定は、すでに取り消されたか、別の決定に変わっています。いまの内容を確認してください。"
            )
        kind = APPROVED if decision.outcome == Outcome.APPROVED else RETURNED
        topic = decision_topic(kind, renewal, occasion=_occasion(decision))
        if not call_back(topic=topic, member_number=renewal.establishment.member_number, note=UNDONE):
            raise Stale(
                "お知らせのメールがすでに送られたため、取り消せません。"
                "内容を変えるときは、会員へお電話のうえ「再受付」を使ってください。"
            )
        if renewal.fixed_fee_id:
            forget_discounts(establishment=renewal.establishment, fiscal_year=renewal.campaign.fiscal_year)
        Decision.objects.filter(pk=decision.pk).update(undone_at=now)
        transition.move(
            renewal, "undo_decision", fixed_fee=None, decided_at=None, returned_at=_last_returned_at(renewal)
        )
        transition.record(
            renewal,
            "undo_decision",
            by=Actor.user(by.pk),
            now=now,
            version=renewal.version,
            outcome=decision.outcome,
        )
        return renewal


# --- what the verbs share -----------------------------------------------------------------------------------------

UNDONE = "決定を取り消した"


def _require_confirmed(renewal: Renewal, submission: Submission, not_applying: set[Discount]) -> None:
    """No approval without the papers: each claim that is to be proven was looked at and found right, or refused."""
    if unclaimed := [discount for discount in not_applying if not submission.claims(discount)]:
        raise NotAllowed(f"「{unclaimed[0].label}」は申請されていません。画面を開き直してください。")
    if submission.intent != Intent.CHANGED:
        return
    marks = marks_of(renewal, submission.version)
    for discount, papers_came in proof_of(submission, applied_this_year(renewal)).items():
        if discount in not_applying:
            continue
        if not papers_came:
            raise NotAllowed(
                f"「{discount.label}」を証明する書類が提出されていません。差し戻すか、「この割引は適用しない」を選んでください。"
            )
        if marks.get(discount) != Mark.CONFIRMED:
            raise NotAllowed(
                f"「{discount.label}」の証跡を確認して、○を付けてから承認してください。"
                "割引を適用しないときは、「この割引は適用しない」を選んでください。"
            )


def _require_reasons(said: Sequence[Told]) -> None:
    if not all(told.text.strip() for told in said):
        raise NotAllowed("会員に伝える理由を入力してください。空欄の割引があります。")


def decision_that_holds(renewal: Renewal) -> Decision | None:
    return Decision.objects.filter(renewal=renewal, version=renewal.version, undone_at__isnull=True).first()


def _last_returned_at(renewal: Renewal) -> datetime | None:
    """An undone return was none: what was never mended does not come first in the queue."""
    returns = Decision.objects.filter(renewal=renewal, outcome=Outcome.RETURNED, undone_at__isnull=True)
    return returns.order_by("-decided_at").values_list("decided_at", flat=True).first()


def _decide(
    renewal: Renewal,
    outcome: Outcome,
    *,
    items: Sequence[Told],
    by: User,
    now: datetime,
    **told: Any,
) -> tuple[Decision, list[DecisionItem]]:
    decision = Decision.objects.create(
        renewal=renewal,
        version=renewal.version,
        outcome=outcome,
        decided_by=by,
        decided_at=now,
        **told,
    )
    said = DecisionItem.objects.bulk_create(
        DecisionItem(decision=decision, discount=item.discount, reason=item.reason, text=item.text.strip())
        for item in items
    )
    return decision, said


def _occasion(decision: Decision) -> str:
    """Names the decision in the topic of its mail: a second one on the same version is news again."""
    undone = Decision.objects.filter(
        renewal=decision.renewal_id, version=decision.version, undone_at__isnull=False
    ).exclude(pk=decision.pk)
    number = undone.count()
    return f"{decision.version}.{number}" if number else str(decision.version)
