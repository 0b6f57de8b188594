"""When a member is reminded of a certificate that runs out, and when a reminder has lost its reason (domain: mail)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from discounts.certificate_status import CertificateStatus
from discounts.certificates_on_record import running_out
from discounts.models import CertificateUpdate
from fiscal_calendar.tokyo import day_of
from mailing.models import OutboxMessage

STEPS = (30, 7, -1)
"""Days before the last day of a certificate; the last of them is the day after it."""
NOT_RUNNING_OUT = "新しい証明書類を確認済み、または割引の対象でなくなった"
NEWER_ONE_WAITS = "新しい証明書類を確認しています"
NEXT_STEP_DUE = "次のお知らせの時期になった"

# Given establishments, the last day of a newer certificate that waits for the secretariat in a room above.
HandedInElsewhere = Callable[[Collection[int]], Mapping[int, date]]
handed_in_elsewhere: list[HandedInElsewhere] = []
"""Rooms above add theirs when they are ready (renewals: what was submitted with a renewal)."""


def reached_step(*, last_day: date, today: date) -> int | None:
    """The latest step whose day has come; None before the first."""
    return next((step for step in reversed(STEPS) if last_day - timedelta(days=step) <= today), None)


def with_a_newer_one_waiting(last_days: Mapping[int, date]) -> set[int]:
    """The establishments, of those whose certificate's last day is given, that have handed in a newer proof which is
    not looked at yet."""
    waiting = set(
        CertificateUpdate.objects.filter(
            establishment__in=last_days, status=CertificateStatus.WAITING
        ).values_list("establishment", flat=True)
    )
    for ask in handed_in_elsewhere:
        found = ask(last_days.keys())
        waiting |= {key for key, day in found.items() if day > last_days[key]}
    return waiting


def reasons_gone_of_reminders(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, str]:
    """A newer proof was accepted or waits, the member left, the group's discount applies no more, or the next step has
    come."""
    today = day_of(now)
    keys = {message.params["establishment"] for message in messages}
    latest = max(date.fromisoformat(message.params["last_day"]) for message in messages)
    found = running_out(today, until=max(latest, today)).filter(establishment__in=keys)
    stands = {applied.establishment_id: (applied.group_id, applied.last_day) for applied in found.order_by()}
    waiting = with_a_newer_one_waiting({key: last_day for key, (_, last_day) in stands.items()})

    def gone(message: OutboxMessage) -> str:
        establishment, last_day = (
            message.params["establishment"],
            date.fromisoformat(message.params["last_day"]),
        )
        if stands.get(establishment) != (message.params["group"], last_day):
            return NOT_RUNNING_OUT
        if establishment in waiting:
            return NEWER_ONE_WAITS
        step = reached_step(last_day=last_day, today=today)
        return "" if step == message.params["step"] else NEXT_STEP_DUE

    return {message.id: reason for message in messages if (reason := gone(message))}
