"""The one door for every change of a renewal's state.

Each verb locks the renewal, checks the transition table, changes the row, records who did it and why, and queues the
mail that belongs to it, in one transaction (``renewals.transition`` has the mechanics). ``now`` is an aware moment;
days are those of Tokyo.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.trail import Actor
from discounts.applied import forget_discounts
from discounts.handing_in import seal
from fiscal_calendar.japanese import format_day
from fiscal_calendar.tokyo import day_of
from mailing.outbox import queue
from members.models import User
from members.roster import stay
from renewals import transition
from renewals.declaration import declared
from renewals.leaving import require_still_to_leave
from renewals.messages import receipt_drafts, reopening_drafts
from renewals.models import DraftDeclaration, Renewal, Submission
from renewals.receipts import receipt_number
from renewals.refusals import Closed, NotAllowed, Stale, UnderReview
from renewals.status import Channel, Intent, Status

NO_REVIEW: dict[str, Any] = {
    "review_started_at": None,
    "reviewer": None,
    "leased_until": None,
    "held_at": None,
    "hold_reason": "",
}


@dataclass(frozen=True)
class Answer:
    """What a member declares. ``token`` names this one press of the button: the same token is the same submission.

    ``confirmed`` holds the codes of the withdrawal statements that were ticked; a continuation needs none. A changed
    continuation says what its draft says; ``seen`` is the stamp of the draft that was shown.
    """

    intent: Intent
    token: UUID
    confirmed: frozenset[str] = frozenset()
    seen: str | None = None


def submit(*, renewal_id: int, answer: Answer, by: User, now: datetime) -> Submission:
    """The member declares its intent in the my-page (renewal manual, steps 1 and 2).

    Pressing twice with one token submits once. Raises :class:`Closed` before the opening and after the last day (what
    was returned is mended after it, too), :class:`NotAllowed` if something was submitted already, :class:`Stale` if
    what this press submitted was undone or the draft is not the one that was shown, ``Unconfirmed`` if a withdrawal
    statement is not ticked, ``Incomplete`` and ``NothingChanged`` for a draft.
    """
    with transaction.atomic():
        renewal = transition.lock(renewal_id)
        if earlier := _same_press(renewal, answer.token):
            return earlier
        transition.require_target(renewal, "submit")
        _require_open(renewal, today=day_of(now))
        if answer.intent == Intent.WITHDRAW:
            require_still_to_leave(renewal, today=day_of(now))
        return _submit(renewal, "submit", answer, by=by, channel=Channel.WEB, note="", now=now)


def answer_on_behalf(
    *,
    renewal_id: int,
    answer: Answer,
    channel: Channel,
    note: str,
    by: User,
    now: datetime,
) -> Submission:
    """The secretariat enters an answer that came by phone, fax or letter, also after the deadline.

    Raises :class:`Closed` before the opening, :class:`NotAllowed` if something was submitted already, and for a
    withdrawal after 31 March.
    """
    with transaction.atomic():
        renewal = transition.lock(renewal_id)
        if earlier := _same_press(renewal, answer.token):
            return earlier
        transition.require_target(renewal, "answer_on_behalf")
        if not renewal.campaign.is_open:
            raise Closed("更新手続の受付がまだ始まっていません。受付を開始してから入力してください。")
        if answer.intent == Intent.WITHDRAW:
            require_still_to_leave(renewal, today=day_of(now))
        return _submit(
            renewal,
            "answer_on_behalf",
            answer,
            by=by,
            channel=channel,
            note=note,
            now=now,
        )


def take_back(*, renewal_id: int, by: User, now: datetime, version: int | None = None) -> None:
    """The member withdraws its submission to answer again, until the secretariat starts reviewing it.

    ``version`` is the submission that they saw. Raises :class:`UnderReview` once a reviewer has begun, :class:`Closed`
    after the last day to answer (there would be no way to answer again), :class:`NotAllowed` if nothing is submitted,
    :class:`Stale` if another version stands.
    """
    with transaction.atomic():
        renewal = transition.lock(renewal_id)
        transition.require_target(renewal, "take_back")
        if version not in (None, renewal.version):
            raise Stale("表示していた申請は、すでにやり直されています。いまの内容を確認してください。")
        if renewal.review_started_at is not None:
            raise UnderReview(
                "事務局の確認が始まったため、取り下げできません。変更したい場合は相談窓口へお電話ください。"
            )
        if day_of(now) > renewal.last_day_to_answer(renewal.campaign):
            raise Closed("締切日を過ぎたため、取り下げできません。変更したい場合は相談窓口へお電話ください。")
        transition.move(renewal, "take_back", intent="", submitted_at=None, **NO_REVIEW)
        transition.record(renewal, "take_back", by=Actor.user(by.pk), now=now, version=renewal.version)


def reopen(
    *, renewal_id: int, until: date, reason: str, by: User, now: datetime, seen: str | None = None
) -> Renewal:
    """The secretariat lets the member answer (again) until ``until``, also after the deadline, and says why.

    Undoes a submission, an approval or a withdrawal, also a completed one while the membership lasts. What was
    submitted and fixed stays in the history. ``seen`` is the :attr:`Renewal.stamp` that the page showed.
    Raises :class:`Stale` if the renewal stands differently by now, :class:`NotAllowed` for a day in the past, before
    the deadline or after 31 March, when a withdrawal has taken effect (rejoining is a new admission), and without a
    reason.
    """
    with transaction.atomic():
        renewal = transition.lock(renewal_id)
        transition.require_target(renewal, "reopen")
        if seen not in (None, renewal.stamp):
            raise Stale(
                f"画面を開いたあとに、手続きの状態が変わりました（いまは「{renewal.get_status_display()}」です）。"
                "いまの内容を確認してから、もう一度操作してください。"
            )
        if not reason.strip():
            raise NotAllowed("再受付の理由を入力してください。")
        if until < day_of(now):
            raise NotAllowed(f"回答期限には今日以降の日付を入力してください（入力：{format_day(until)}）。")
        deadline = renewal.campaign.deadline
        if until < deadline:
            raise NotAllowed(
                f"締切日（{format_day(deadline)}）より前の日にはできません。締切日以降の日付を入力してください。"
            )
        year_ends_on = renewal.campaign.effective_withdrawal_on
        if until > year_ends_on:
            raise NotAllowed(
                f"回答期限は、年度末（{format_day(year_ends_on)}）までの日付にしてください（入力：{format_day(until)}）。"
            )
        came_from = Status(renewal.status)
        if came_from == Status.WITHDRAWN:
            stay(establishment=renewal.establishment)
        if renewal.fixed_fee_id:
            forget_discounts(
                establishment=renewal.establishment,
                fiscal_year=renewal.campaign.fiscal_year,
            )
        transition.move(
            renewal,
            "reopen",
            intent="",
            submitted_at=None,
            decided_at=None,
            fixed_fee=None,
            **NO_REVIEW,
            answer_until=until,
            reopened_at=now,
        )
        queue(reopening_drafts(renewal, came_from=came_from, reason=reason, now=now), now=now)
        transition.record(
            renewal,
            "reopen",
            by=Actor.user(by.pk),
            now=now,
            reason=reason,
            came_from=came_from,
            until=until.isoformat(),
        )
        return renewal


# --- what the verbs share -----------------------------------------------------------------------------------------


def _require_open(renewal: Renewal, *, today: date) -> None:
    campaign = renewal.campaign
    if not campaign.is_open:
        raise Closed(f"受付は{format_day(campaign.opens_on)}に始まる予定です。")
    if not renewal.may_answer(campaign, today):
        last_day = format_day(renewal.last_day_to_answer(campaign))
        raise Closed(
            f"締切日（{last_day}）を過ぎたため、この画面からは申請できません。相談窓口へお電話ください。"
        )


def _same_press(renewal: Renewal, token: UUID) -> Submission | None:
    """The submission that this very press made already; a press from before it was undone is not an answer."""
    if not renewal.version:
        return None
    earlier = Submission.objects.filter(renewal=renewal, token=token).first()
    if earlier and not renewal.stands(earlier.version):
        raise Stale(
            "この画面からの申請は、取り下げまたは再受付により無効になっています。もう一度はじめから手続きしてください。"
        )
    return earlier


def _require_seen(renewal: Renewal, answer: Answer) -> None:
    """Nobody submits what was typed in another window since the page was shown."""
    if answer.seen is None:
        return
    draft = DraftDeclaration.objects.filter(renewal=renewal).first()
    if draft is None or draft.stamp != answer.seen:
        raise Stale(
            "確認画面を開いたあとに、入力内容が変わりました。いまの内容を確認してから申請してください。"
        )


def _submit(
    renewal: Renewal,
    verb: str,
    answer: Answer,
    *,
    by: User,
    channel: Channel,
    note: str,
    now: datetime,
) -> Submission:
    _require_seen(renewal, answer)
    submission = Submission(
        renewal=renewal,
        version=renewal.version + 1,
        intent=answer.intent,
        channel=channel,
        note=note,
        token=answer.token,
        submitted_at=now,
        submitted_by=by,
        **declared(renewal, answer.intent, confirmed=answer.confirmed, on=day_of(now)),
    )
    number = renewal.receipt_number or receipt_number(
        fiscal_year=renewal.campaign.fiscal_year, renewal_id=renewal.pk
    )
    transition.move(
        renewal,
        verb,
        intent=answer.intent,
        version=submission.version,
        receipt_number=number,
        submitted_at=now,
        **NO_REVIEW,
    )
    submission.save(force_insert=True)
    for evidence in (submission.sme_evidence, submission.group_evidence):
        if evidence:
            seal(evidence=evidence, now=now)
    queue(receipt_drafts(renewal, submission), now=now)
    transition.record(
        renewal,
        verb,
        by=Actor.user(by.pk),
        now=now,
        version=submission.version,
        intent=answer.intent,
        channel=channel,
        amount=submission.amount,
    )
    return submission
