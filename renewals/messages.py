"""The mails of the season: which kinds there are, when each has lost its reason, and how each is queued.

Topics name the matter so that the outbox can refuse a second mail about it (domain: mail).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fees.models import FixedFee
from fees.schedule import quote
from fiscal_calendar.fiscal_year import FiscalYear
from fiscal_calendar.japanese import format_day, format_day_time
from fiscal_calendar.tokyo import day_of
from mailing.kinds import MessageKind
from mailing.models import OutboxMessage
from mailing.outbox import Draft
from members.models import Establishment, procedural_addresses
from renewals.models import Renewal, RenewalCampaign, Submission
from renewals.status import Intent, Status

ReasonGone = Callable[[Renewal, OutboxMessage, datetime], str]

ANSWERED_ALREADY = "すでに回答済み"
DEADLINE_PASSED = "締切日を過ぎた"
DEADLINE_MOVED = "締切日が変わった"
NO_LONGER_SO = "手続きの状態が変わった"
MEMBER_LEFT = "退会済み"


def reasons_gone(
    check: ReasonGone,
) -> Callable[[Sequence[OutboxMessage], datetime], Mapping[UUID, str]]:
    """Lift a check of one renewal to a batch of messages: one query however many there are."""

    def check_all(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, str]:
        renewals = Renewal.objects.select_related("campaign", "establishment").in_bulk(
            [message.params["renewal"] for message in messages]
        )
        found = {message.id: check(renewals[message.params["renewal"]], message, now) for message in messages}
        return {key: reason for key, reason in found.items() if reason}

    return check_all


def _unanswered_before(last_day: date, renewal: Renewal, now: datetime) -> str:
    today = day_of(now)
    if renewal.establishment.left_on and renewal.establishment.left_on < today:
        return MEMBER_LEFT
    if renewal.status != Status.NOT_STARTED:
        return ANSWERED_ALREADY
    return DEADLINE_PASSED if today > last_day else ""


def invitation_gone(renewal: Renewal, message: OutboxMessage, now: datetime) -> str:
    return _unanswered_before(renewal.last_day_to_answer(renewal.campaign), renewal, now)


def deadline_notice_gone(renewal: Renewal, message: OutboxMessage, now: datetime) -> str:
    if renewal.campaign.deadline_version != message.params["deadline_version"]:
        return DEADLINE_MOVED
    return invitation_gone(renewal, message, now)


def reminder_gone(renewal: Renewal, message: OutboxMessage, now: datetime) -> str:
    last_day = renewal.last_day_to_answer(renewal.campaign)
    if last_day != date.fromisoformat(message.params["last_day"]):
        return DEADLINE_MOVED
    return _unanswered_before(last_day, renewal, now)


def receipt_gone(renewal: Renewal, message: OutboxMessage, now: datetime) -> str:
    same = renewal.status != Status.NOT_STARTED and renewal.version == message.params["version"]
    return "" if same else NO_LONGER_SO


def approval_gone(renewal: Renewal, message: OutboxMessage, now: datetime) -> str:
    return "" if renewal.fixed_fee_id == message.params["fixed_fee"] else NO_LONGER_SO


def leaving_gone(*statuses: Status) -> ReasonGone:
    """Mail about a withdrawal is about one version of the answer: after an undo, a second withdrawal has its own."""

    def check(renewal: Renewal, message: OutboxMessage, now: datetime) -> str:
        stands = renewal.status in statuses and renewal.version == message.params["version"]
        return "" if stands else NO_LONGER_SO

    return check


def reminder_contexts(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, Mapping[str, Any]]:
    """A reminder says how many days are left on the day it is really sent."""
    today = day_of(now)
    return {
        message.id: {
            **message.params,
            "days_left": (date.fromisoformat(message.params["last_day"]) - today).days,
        }
        for message in messages
    }


def debit_contexts(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, Mapping[str, Any]]:
    """Mail about a fee announces the debit only while it is still to come: late answers are paid by bank transfer."""
    today = day_of(now)
    return {
        message.id: {
            **message.params,
            "debit_is_ahead": today < date.fromisoformat(message.params["debit_on"]),
        }
        for message in messages
    }


def approval_contexts(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, Mapping[str, Any]]:
    """How the fixed fee comes about: the full fee and what each discount takes off it, in yen."""
    fees = FixedFee.objects.select_related("schedule").in_bulk(
        [message.params["fixed_fee"] for message in messages]
    )
    about_the_debit = debit_contexts(messages, now)
    return {
        message.id: {
            **about_the_debit[message.id],
            **_working(fees.get(message.params["fixed_fee"])),
        }
        for message in messages
    }


def _working(fee: FixedFee | None) -> dict[str, Any]:
    if fee is None:
        return {}
    quoted = quote(
        rates=fee.schedule.rates,
        fiscal_year=fee.fiscal_year,
        sme=fee.sme,
        in_group=fee.in_group,
    )
    return {
        "full_fee": quoted.full_fee,
        "sme_discount": quoted.sme_discount,
        "in_group": quoted.in_group,
        "group_discount": quoted.group_discount,
    }


CAMPAIGN_OPENED = MessageKind(
    "campaign_opened",
    "更新手続のご案内",
    "mail/campaign_opened.txt",
    reasons_gone(invitation_gone),
)
DEADLINE_NOTICE = MessageKind(
    "deadline_moved",
    "締切日変更のお知らせ",
    "mail/deadline_moved.txt",
    reasons_gone(deadline_notice_gone),
)
REMINDER = MessageKind(
    "reminder",
    "締切前のお知らせ",
    "mail/reminder.txt",
    reasons_gone(reminder_gone),
    reminder_contexts,
)
SUBMISSION_RECEIPT = MessageKind(
    "submission_receipt",
    "受付のお知らせ",
    "mail/submission_receipt.txt",
    reasons_gone(receipt_gone),
    debit_contexts,
)
APPROVED = MessageKind(
    "approved",
    "次年度年会費のご案内",
    "mail/approved.txt",
    reasons_gone(approval_gone),
    approval_contexts,
)
REOPENED = MessageKind("reopened", "再受付のお知らせ", "mail/reopened.txt", reasons_gone(reminder_gone))
WITHDRAWAL_GUIDANCE = MessageKind(
    "withdrawal_guidance",
    "退会手続のご案内",
    "mail/withdrawal_guidance.txt",
    reasons_gone(leaving_gone(Status.WITHDRAWAL_ACCEPTED, Status.WITHDRAWN)),
)
WITHDRAWAL_COMPLETE = MessageKind(
    "withdrawal_complete",
    "退会完了のお知らせ",
    "mail/withdrawal_complete.txt",
    reasons_gone(leaving_gone(Status.WITHDRAWN)),
)
KINDS = (
    CAMPAIGN_OPENED,
    DEADLINE_NOTICE,
    REMINDER,
    SUBMISSION_RECEIPT,
    APPROVED,
    REOPENED,
    WITHDRAWAL_GUIDANCE,
    WITHDRAWAL_COMPLETE,
)


def drafts(
    kind: MessageKind,
    *,
    topic: str,
    renewal_id: int,
    establishment: Establishment,
    values: Mapping[str, Any],
    skipped_because: str = "",
) -> list[Draft]:
    """One mail to each procedural contact of ``establishment`` (its contacts and corporation are loaded)."""
    params = {
        "renewal": renewal_id,
        "member_number": establishment.member_number,
        "addressee": establishment.full_name,
        **values,
    }
    return [
        Draft(
            kind.code,
            topic,
            establishment.member_number,
            address,
            params,
            skipped_because,
        )
        for address in procedural_addresses(establishment.contacts.all())
    ]


def short_day(day: date) -> str:
    """``2月10日``, for a subject line."""
    return f"{day.month}月{day.day}日"


def season_values(campaign: RenewalCampaign) -> dict[str, Any]:
    """What every mail about a season may need. Days are written out, as text."""
    return {
        "fiscal_year": FiscalYear(campaign.fiscal_year).label,
        "deadline": format_day(campaign.deadline),
        "deadline_short": short_day(campaign.deadline),
        "debit_on": campaign.debit_on.isoformat(),
        "debit_day": format_day(campaign.debit_on),
        "debit_day_short": short_day(campaign.debit_on),
        "withdrawal_day": format_day(campaign.effective_withdrawal_on),
        "withdrawal_day_short": short_day(campaign.effective_withdrawal_on),
    }


def opening_topic(campaign: RenewalCampaign) -> str:
    return f"campaign/{campaign.fiscal_year}/opened"


def opening_drafts(
    renewals: Iterable[tuple[Renewal, Establishment]], *, campaign: RenewalCampaign
) -> list[Draft]:
    values = season_values(campaign)
    topic = opening_topic(campaign)
    return [
        draft
        for renewal, establishment in renewals
        for draft in drafts(
            CAMPAIGN_OPENED,
            topic=topic,
            renewal_id=renewal.pk,
            establishment=establishment,
            values=values,
        )
    ]


def deadline_drafts(renewals: Iterable[Renewal], *, campaign: RenewalCampaign, previous: date) -> list[Draft]:
    values = season_values(campaign) | {
        "previous_deadline": format_day(previous),
        "deadline_version": campaign.deadline_version,
    }
    topic = f"campaign/{campaign.fiscal_year}/deadline/{campaign.deadline_version}"
    return [
        draft
        for renewal in renewals
        for draft in drafts(
            DEADLINE_NOTICE,
            topic=topic,
            renewal_id=renewal.pk,
            establishment=renewal.establishment,
            values=values,
        )
    ]


def receipt_drafts(renewal: Renewal, submission: Submission) -> list[Draft]:
    campaign = renewal.campaign
    values = season_values(campaign) | {
        "version": submission.version,
        "receipt_number": renewal.receipt_number,
        "submitted_at": format_day_time(submission.submitted_at),
        "intent": Intent(submission.intent).label,
        "withdraw": submission.intent == Intent.WITHDRAW,
        "amount": submission.amount,
        "channel": submission.get_channel_display() if submission.channel != "web" else "",
    }
    return drafts(
        SUBMISSION_RECEIPT,
        topic=f"campaign/{campaign.fiscal_year}/submission/{submission.version}",
        renewal_id=renewal.pk,
        establishment=renewal.establishment,
        values=values,
    )


def decision_drafts(kind: MessageKind, renewal: Renewal, **values: Any) -> list[Draft]:
    """Approval, withdrawal guidance and withdrawal completion: one per version of the answer."""
    return _one_of(kind, renewal, occasion=str(renewal.version), version=renewal.version, **values)


def reopening_drafts(renewal: Renewal, *, last_day: date, reason: str, now: datetime) -> list[Draft]:
    return _one_of(
        REOPENED,
        renewal,
        occasion=now.strftime("%Y%m%d%H%M%S"),
        last_day=last_day.isoformat(),
        last_day_text=format_day(last_day),
        last_day_short=short_day(last_day),
        reason=reason,
    )


def _one_of(kind: MessageKind, renewal: Renewal, *, occasion: str, **values: Any) -> list[Draft]:
    campaign = renewal.campaign
    return drafts(
        kind,
        topic=f"campaign/{campaign.fiscal_year}/{kind.code}/{occasion}",
        renewal_id=renewal.pk,
        establishment=renewal.establishment,
        values=season_values(campaign) | {"receipt_number": renewal.receipt_number or ""} | values,
    )
