"""The day's job that reminds members of certificates that run out."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from discounts.certificate_mails import EXPIRING, expiring_drafts, expiring_topic
from discounts.certificates_on_record import running_out
from discounts.reminding import STEPS, reached_step, with_a_newer_one_waiting
from fiscal_calendar.tokyo import day_of
from mailing.models import OutboxMessage
from mailing.outbox import queue

CHUNK = 500


def queue_certificate_notices(*, now: datetime) -> int:
    """Queue the reminder that is due today to every member whose certificate runs out; returns how many members.

    Of several steps that were missed only the latest goes. A second run writes nothing.
    """
    today = day_of(now)
    due = running_out(today, until=today + timedelta(days=max(STEPS)))
    due = due.select_related("group", "establishment__corporation")
    due = due.prefetch_related("establishment__contacts").order_by("pk")
    reminded, after = 0, 0
    while found := list(due.filter(pk__gt=after)[:CHUNK]):
        after = found[-1].pk
        reminded += _remind(found, now=now)
    return reminded


def _remind(found: list[Any], *, now: datetime) -> int:
    waiting = with_a_newer_one_waiting({applied.establishment_id: applied.last_day for applied in found})
    fresh = list(_not_reminded([each for each in found if each.establishment_id not in waiting], now=now))
    with transaction.atomic():
        for applied, step in fresh:
            drafts = expiring_drafts(
                applied.establishment, applied.group, last_day=applied.last_day, step=step
            )
            queue(drafts, now=now)
    return len(fresh)


def _not_reminded(found: Iterable[Any], *, now: datetime) -> Iterator[tuple[Any, int]]:
    """Those to whom the mail of the step that is reached is not written yet, with that step."""
    reached = [
        (applied, step)
        for applied in found
        if (step := reached_step(last_day=applied.last_day, today=day_of(now))) is not None
    ]
    topics = {expiring_topic(applied.group_id, applied.last_day, step) for applied, step in reached}
    written = set(
        OutboxMessage.objects.filter(kind=EXPIRING.code, topic__in=topics).values_list(
            "topic", "member_number"
        )
    )
    for applied, step in reached:
        topic = expiring_topic(applied.group_id, applied.last_day, step)
        if (topic, applied.establishment.member_number) not in written:
            yield applied, step
