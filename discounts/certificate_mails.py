"""The mails about certificates outside the season: received, accepted, returned, about to expire (domain: mail)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from discounts.certificate_status import CertificateStatus
from discounts.models import CertificateUpdate, IndustryGroup
from discounts.reminding import reasons_gone_of_reminders
from discounts.requirements import ProofOfBelonging
from fiscal_calendar.japanese import format_day
from fiscal_calendar.tokyo import day_of
from mailing.kinds import MessageKind
from mailing.models import OutboxMessage
from mailing.outbox import Draft
from members.models import Establishment, procedural_addresses

NO_LONGER_SO = "書類の確認の状態が変わった"


def stands_as(*statuses: CertificateStatus) -> Callable[..., Mapping[UUID, str]]:
    """The reason of mail about one certificate: it still stands where the mail says."""

    def gone(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, str]:
        keys = [message.params["update"] for message in messages]
        stands = set(
            CertificateUpdate.objects.filter(pk__in=keys, status__in=statuses).values_list("pk", flat=True)
        )
        return {message.id: NO_LONGER_SO for message in messages if message.params["update"] not in stands}

    return gone


def not_mended(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, str]:
    """A return is no news to who has submitted another since."""
    newer = CertificateUpdate.objects.filter(
        status__in=(CertificateStatus.WAITING, CertificateStatus.ACCEPTED)
    )
    numbers = {message.member_number for message in messages}
    latest = dict(
        newer.filter(establishment__member_number__in=numbers)
        .order_by("pk")
        .values_list("establishment__member_number", "pk")
    )
    return {
        message.id: NO_LONGER_SO
        for message in messages
        if latest.get(message.member_number, 0) > message.params["update"]
    }


def days_contexts(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, Mapping[str, Any]]:
    """How many days are left when the mail goes; none once the certificate has expired."""
    today = day_of(now)

    def values(message: OutboxMessage) -> dict[str, Any]:
        left = (date.fromisoformat(message.params["last_day"]) - today).days
        return {**message.params, "days_left": left, "expired": left < 0}

    return {message.id: values(message) for message in messages}


RECEIVED = MessageKind(
    "certificate_received",
    "会員証の受付",
    "mail/certificate_received.txt",
    reasons_gone=stands_as(CertificateStatus.WAITING),
)
ACCEPTED = MessageKind("certificate_accepted", "会員証の確認完了", "mail/certificate_accepted.txt")
RETURNED = MessageKind(
    "certificate_returned", "会員証の差戻し", "mail/certificate_returned.txt", reasons_gone=not_mended
)
EXPIRING = MessageKind(
    "certificate_expiring",
    "会員証の期限のお知らせ",
    "mail/certificate_expiring.txt",
    reasons_gone=reasons_gone_of_reminders,
    contexts=days_contexts,
)
KINDS = (RECEIVED, ACCEPTED, RETURNED, EXPIRING)


def decision_drafts(kind: MessageKind, update: CertificateUpdate) -> list[Draft]:
    """What was received, accepted or returned, to each procedural contact."""
    values = {
        "update": update.pk,
        "submitted_on": format_day(day_of(update.submitted_at)) if update.submitted_at else "",
        "valid_until": format_day(update.valid_until) if update.valid_until else "",
        "reason": update.reason,
    }
    return _drafts(kind, f"certificate/{update.pk}", update.establishment, update.group, values)


def expiring_drafts(
    establishment: Establishment, group: IndustryGroup, *, last_day: date, step: int
) -> list[Draft]:
    """The reminder of ``step`` days before ``last_day`` (negative: after), to each procedural contact."""
    values = {
        "establishment": establishment.pk,
        "group": group.pk,
        "last_day": last_day.isoformat(),
        "last_day_text": format_day(last_day),
        "last_day_short": f"{last_day.month}月{last_day.day}日",
        "step": step,
    }
    return _drafts(EXPIRING, expiring_topic(group.pk, last_day, step), establishment, group, values)


def expiring_topic(group_id: int, last_day: date, step: int) -> str:
    return f"certificate/group/{group_id}/until/{last_day.isoformat()}/minus/{step}"


def _drafts(
    kind: MessageKind, topic: str, establishment: Establishment, group: IndustryGroup, values: dict[str, Any]
) -> list[Draft]:
    params = {
        "member_number": establishment.member_number,
        "addressee": establishment.full_name,
        "group_name": group.name,
        "proof": ProofOfBelonging(group.proof).label,
        **values,
    }
    return [
        Draft(kind.code, topic, establishment.member_number, recipient, params)
        for recipient in procedural_addresses(establishment.contacts.all())
    ]
