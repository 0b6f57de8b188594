"""Opening the season against a bare ``bulk_create`` of the very same rows. Called with Django set up."""

import gc
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from audit.models import AuditEvent, AuditHead
from audit.trail import Actor
from fiscal_calendar.tokyo import day_of
from jaim_portal.demo.season import demo_season
from mailing.models import OutboxMessage
from renewals.campaign import CHUNK, continue_opening, open_campaign, plan_campaign
from renewals.models import Renewal, RenewalCampaign

BATCH = 1_000  # what mailing.outbox and audit.trail write at once
WRITTEN: tuple[type[Model], ...] = (Renewal, OutboxMessage, AuditEvent)
Chunks = list[list[list[Model]]]


def measure(*, rounds: int) -> dict[str, Any]:
    """Seconds of each round, ours and the floor's, and how many rows either wrote. The season stays open afterwards."""
    now = timezone.now()
    campaign = plan_campaign(calendar=demo_season(day_of(now)), by=Actor.job("benchmark"), now=now)
    open_campaign(campaign_id=campaign.pk, by=Actor.job("benchmark"), now=now)
    head = AuditHead.objects.get()
    ours, floors = [], []
    chunks: Chunks = []
    for number in range(rounds):
        _forget(campaign, head)
        ours.append(_timed(partial(continue_opening, campaign_id=campaign.pk, now=now)))
        chunks = chunks or _written_rows()
        _forget(campaign, head)
        _as_new(chunks)
        floors.append(_timed(partial(_write_bare, chunks)))
        print(f"  opening, round {number + 1}: {ours[-1]:.1f} s, bare {floors[-1]:.1f} s", file=sys.stderr)
    rows = sum(len(rows) for chunk in chunks for rows in chunk)
    del chunks
    _forget(campaign, head)
    continue_opening(campaign_id=campaign.pk, now=now)
    return {"ours": ours, "floors": floors, "rows": rows}


def is_open() -> bool:
    return RenewalCampaign.objects.opened().exists()


def _timed(work: Callable[[], Any]) -> float:
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    gc.collect()
    gc.freeze()  # the floor's rows must not make the collector slower while ours works
    begun = time.perf_counter()
    work()
    taken = time.perf_counter() - begun
    gc.unfreeze()
    return taken


def _forget(campaign: RenewalCampaign, head: AuditHead) -> None:
    """Back to the moment after the switch was turned: nobody is enrolled."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the trail's trigger refuses to be emptied
        cursor.execute(
            f"TRUNCATE {', '.join(model._meta.db_table for model in WRITTEN)} RESTART IDENTITY CASCADE"
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    RenewalCampaign.objects.filter(pk=campaign.pk).update(opening_finished_at=None)
    head.save()


def _written_rows() -> Chunks:
    """What the opening wrote, chunk by chunk as it wrote it: renewals, mails and events of 500 establishments."""
    renewals = list(Renewal.objects.order_by("pk"))
    events = list(AuditEvent.objects.filter(verb="renewal.enrol").order_by("sequence"))
    mails: dict[str, list[OutboxMessage]] = {}
    for mail in OutboxMessage.objects.iterator():
        mails.setdefault(mail.member_number, []).append(mail)
    return [
        [
            list(renewals[start : start + CHUNK]),
            [mail for event in events[start : start + CHUNK] for mail in mails[event.member_number]],
            list(events[start : start + CHUNK]),
        ]
        for start in range(0, len(renewals), CHUNK)
    ]


def _as_new(chunks: Chunks) -> None:
    """Renewals get their keys from the database, in the bare run too."""
    for renewals, _, _ in chunks:
        for renewal in renewals:
            renewal.pk = None


def _write_bare(chunks: Sequence[Sequence[Sequence[Model]]]) -> None:
    for chunk in chunks:
        with transaction.atomic():
            for model, rows in zip(WRITTEN, chunk, strict=True):
                model._default_manager.bulk_create(rows, batch_size=BATCH)
