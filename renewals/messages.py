"""The mails of the season: which kinds there are, what each says, and how each is queued.

Topics name the matter so that the outbox can refuse a second mail about it (domain: mail).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from discounts.kinds import Discount
from fees.models import FixedFee
from fees.schedule import quote
from fiscal_calendar.fiscal_year import FiscalYear
from fiscal_calendar.japanese import format_day, format_day_time
from fiscal_calendar.tokyo import day_of
from mailing.kinds import MessageKind
from mailing.models import OutboxMessage
from mailing.outbox import Draft
from members.models import Establishment, procedural_addresses
from renewals.change_summary import discounts_in_words
from renewals.models import Decision, DecisionItem, Renewal, RenewalCampaign, Submission
from renewals.reasons import (
    approval_gone,
    correction_reminders_gone,
    days_told,
    deadline_notices_gone,
    invitation_gone,
    leaving_gone,
    reasons_gone,
    receipt_gone,
    reminder_gone,
    renewals_of,
    reopening_gone,
    return_gone,
)
from renewals.status import NOT_ANSWERED, Intent, Status


def last_day_contexts(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, Mapping[str, Any]]:
    """The last day to answer as it is when the mail goes, each member's own, and how many days are left until then."""
    renewals, today = renewals_of(messages), day_of(now)

    def values(message: OutboxMessage) -> dict[str, Any]:
        last_day = renewals[message.id].last_day_to_answer(renewals[message.id].campaign)
        return {**message.params, **last_day_values(last_day), "days_left": (last_day - today).days}

    return {message.id: values(message) for message in messages}


def deadline_contexts(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, Mapping[str, Any]]:
    """Beside the day that holds, the one that the member was told before, if it was told one."""
    found, told = last_day_contexts(messages, now), days_told(messages, renewals_of(messages))

    def values(message: OutboxMessage) -> dict[str, Any]:
        before = told[message.id]
        last_day = date.fromisoformat(found[message.id]["last_day"])
        return {
            **found[message.id],
            "previous_deadline": format_day(before) if before else "",
            "brought_forward": before is not None and last_day < before,
        }

    return {message.id: values(message) for message in messages}


def debit_contexts(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, Mapping[str, Any]]:
    """A receipt announces the debit only while the fee can still get into the file: the others pay by bank transfer."""
    today = day_of(now)
    return {
        message.id: {**message.params, "will_be_debited": _in_the_file(message, today)}
        for message in messages
    }


def receipt_contexts(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, Mapping[str, Any]]:
    """Offers to take the answer back only while that is possible."""
    found, today = debit_contexts(messages, now), day_of(now)
    return {
        key: {**values, "may_take_back": today <= date.fromisoformat(values["last_day"])}
        for key, values in found.items()
    }


def _in_the_file(message: OutboxMessage, fixed_on: date) -> bool:
    return fixed_on <= date.fromisoformat(message.params["debit_file_closes_on"])


def approval_contexts(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, Mapping[str, Any]]:
    """How the fixed fee comes about: the full fee and what each discount takes off it, in yen."""
    fees = FixedFee.objects.select_related("schedule").in_bulk(
        [message.params["fixed_fee"] for message in messages]
    )
    return {
        message.id: {
            **message.params,
            "will_be_debited": _in_the_file(message, day_of(message.queued_at)),
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


def correction_contexts(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, Mapping[str, Any]]:
    """Says so where the day that was asked for has passed."""
    today = day_of(now)
    return {
        message.id: {**message.params, "late": date.fromisoformat(message.params["mend_by"]) < today}
        for message in messages
    }


CAMPAIGN_OPENED = MessageKind(
    "campaign_opened",
    "更新手続のご案内",
    "mail/campaign_opened.txt",
    reasons_gone(invitation_gone),
    last_day_contexts,
)
DEADLINE_NOTICE = MessageKind(
    "deadline_moved",
    "締切日変更のお知らせ",
    "mail/deadline_moved.txt",
    deadline_notices_gone,
    deadline_contexts,
)
REMINDER = MessageKind(
    "reminder",
    "締切前のお知らせ",
    "mail/reminder.txt",
    reasons_gone(reminder_gone),
    last_day_contexts,
)
SUBMISSION_RECEIPT = MessageKind(
    "submission_receipt",
    "受付のお知らせ",
    "mail/submission_receipt.txt",
    reasons_gone(receipt_gone),
    receipt_contexts,
)
APPROVED = MessageKind(
    "approved",
    "次年度年会費のご案内",
    "mail/approved.txt",
    reasons_gone(approval_gone),
    approval_contexts,
)
RETURNED = MessageKind(
    "returned",
    "修正のお願い",
    "mail/returned.txt",
    reasons_gone(return_gone),
)
CORRECTION_REMINDER = MessageKind(
    "correction_reminder",
    "修正の再度のお願い",
    "mail/correction_reminder.txt",
    correction_reminders_gone,
    correction_contexts,
)
REOPENED = MessageKind(
    "reopened",
    "再受付のお知らせ",
    "mail/reopened.txt",
    reasons_gone(reopening_gone),
    last_day_contexts,
)
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
    RETURNED,
    CORRECTION_REMINDER,
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


def last_day_values(last_day: date) -> dict[str, Any]:
    """The last day to answer: as ISO for the code, in words for the letter and its subject."""
    return {
        "last_day": last_day.isoformat(),
        "last_day_text": format_day(last_day),
        "last_day_short": short_day(last_day),
    }


def season_values(campaign: RenewalCampaign) -> dict[str, Any]:
    """What every mail about a season may need. Days are written out, as text."""
    return {
        "fiscal_year": FiscalYear(campaign.fiscal_year).label,
        "debit_file_closes_on": campaign.debit_file_closes_on.isoformat(),
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


def deadline_drafts(renewals: Iterable[Renewal], *, campaign: RenewalCampaign) -> list[Draft]:
    values = season_values(campaign) | {"deadline_version": campaign.deadline_version}
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
    values = season_values(campaign) | last_day_values(renewal.last_day_to_answer(campaign))
    values |= {
        "version": submission.version,
        "receipt_number": renewal.receipt_number,
        "submitted_at": format_day_time(submission.submitted_at),
        "intent": Intent(submission.intent).label,
        "withdraw": submission.intent == Intent.WITHDRAW,
        "amount": submission.amount,
        "channel": submission.get_channel_display() if submission.channel != "web" else "",
        "discounts": discounts_in_words(renewal, submission),
    }
    return drafts(
        SUBMISSION_RECEIPT,
        topic=f"campaign/{campaign.fiscal_year}/submission/{submission.version}",
        renewal_id=renewal.pk,
        establishment=renewal.establishment,
        values=values,
    )


def decision_drafts(kind: MessageKind, renewal: Renewal, *, occasion: str = "", **values: Any) -> list[Draft]:
    """Approval, return, withdrawal guidance and withdrawal completion: one per version of the answer, and one more for
    each decision on it that followed an undone one."""
    occasion = occasion or str(renewal.version)
    return _one_of(kind, renewal, occasion=occasion, version=renewal.version, **values)


def return_values(decision: Decision, items: Iterable[DecisionItem]) -> dict[str, Any]:
    """What a mail about a return says: what to mend, by when, and when it was asked for."""
    mend_by = decision.mend_by or day_of(decision.decided_at)
    return {
        "items": items_in_words(items),
        "note": decision.note,
        "mend_by": mend_by.isoformat(),
        "mend_by_text": format_day(mend_by),
        "mend_by_short": short_day(mend_by),
        "decision": decision.pk,
        "returned_on": day_of(decision.decided_at).isoformat(),
        "returned_on_text": format_day(day_of(decision.decided_at)),
    }


def items_in_words(items: Iterable[DecisionItem]) -> list[dict[str, str]]:
    return [{"discount": str(Discount(item.discount).label), "text": item.text} for item in items]


def decision_topic(kind: MessageKind, renewal: Renewal, *, occasion: str) -> str:
    return f"campaign/{renewal.campaign.fiscal_year}/{kind.code}/{occasion}"


def reopening_drafts(renewal: Renewal, *, came_from: Status, reason: str, now: datetime) -> list[Draft]:
    return _one_of(
        REOPENED,
        renewal,
        occasion=now.strftime("%Y%m%d%H%M%S"),
        reopened_at=now.isoformat(),
        undone=came_from not in NOT_ANSWERED,
        reason=reason,
    )


def _one_of(kind: MessageKind, renewal: Renewal, *, occasion: str, **values: Any) -> list[Draft]:
    campaign = renewal.campaign
    return drafts(
        kind,
        topic=decision_topic(kind, renewal, occasion=occasion),
        renewal_id=renewal.pk,
        establishment=renewal.establishment,
        values=season_values(campaign) | {"receipt_number": renewal.receipt_number or ""} | values,
    )
