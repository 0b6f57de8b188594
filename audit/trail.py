"""Writing to the audit trail, and checking that nobody tampered with it."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest

from audit.models import AuditEvent, AuditHead


@dataclass(frozen=True)
class Actor:
    """Who acts: a person's account (``user:7``) or a job of the portal (``job:reminders``)."""

    label: str

    @classmethod
    def user(cls, pk: int) -> "Actor":
        return cls(f"user:{pk}")

    @classmethod
    def behind(cls, request: HttpRequest) -> "Actor":
        """The person who sent ``request``. Raises ``ValueError`` for somebody who is not logged in."""
        if request.user.pk is None:
            raise ValueError("nobody is logged in")
        return cls.user(request.user.pk)

    @classmethod
    def job(cls, name: str) -> "Actor":
        return cls(f"job:{name}")

    @property
    def user_id(self) -> int | None:
        kind, _, key = self.label.partition(":")
        return int(key) if kind == "user" else None


@dataclass(frozen=True)
class Event:
    """What is to be recorded. ``details`` holds plain JSON values and no personal data beyond what the reason says."""

    verb: str
    subject: str
    actor: Actor
    member_number: str = ""
    details: dict[str, Any] = field(default_factory=dict)


class ChainBroken(Exception):
    """The trail does not verify; the message names the first entry that is wrong."""


def record(*events: Event, now: datetime) -> None:
    """Append ``events`` to the trail, in order, inside the caller's transaction.

    Appending costs the same however long the trail is: the head row says where it ends. Take this lock last in a
    transaction, all writers wait for it.

    Raises ``TransactionManagementError`` outside a transaction: an event without its change must not exist.
    """
    if not events:
        return
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("audit.record must run in the transaction of the change")
    head = AuditHead.objects.select_for_update().get(pk=1)
    sequence, previous = head.sequence, head.entry_hash
    entries = []
    for event in events:
        sequence += 1
        entry = AuditEvent(
            sequence=sequence,
            at=now,
            actor=event.actor.label,
            verb=event.verb,
            subject=event.subject,
            member_number=event.member_number,
            details=event.details,
            previous_hash=previous,
        )
        entry.entry_hash = previous = entry_hash(entry)
        entries.append(entry)
    AuditEvent.objects.bulk_create(entries, batch_size=1000)
    moved = AuditHead.objects.filter(pk=1, sequence=head.sequence).update(
        sequence=sequence, entry_hash=previous
    )
    if moved != 1:
        raise ChainBroken(f"another writer moved the head from {head.sequence}")


def entry_hash(entry: AuditEvent) -> str:
    """SHA-256 over the entry and the hash of the one before it, as 64 hexadecimal digits."""
    content = json.dumps(
        [
            entry.sequence,
            entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            entry.actor,
            entry.verb,
            entry.subject,
            entry.member_number,
            entry.details,
            entry.previous_hash,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(content.encode()).hexdigest()


def verify_chain() -> int:
    """Walk the whole trail and return how many entries it has. Others may go on writing meanwhile.

    Raises :class:`ChainBroken` at the first entry that is missing, altered or out of order, or if the head disagrees.
    """
    walked, previous = 0, "0" * 64
    unseen = AuditEvent.objects.order_by("sequence")
    while True:
        came_to = walked
        for entry in unseen.iterator(chunk_size=5000):
            if not _follows(entry, walked, previous):
                raise ChainBroken(f"entry {entry.sequence} does not follow entry {walked}")
            walked, previous = entry.sequence, entry.entry_hash
        head = AuditHead.objects.get(pk=1)
        if (head.sequence, head.entry_hash) == (walked, previous):
            return walked
        if head.sequence <= walked or walked == came_to:
            raise ChainBroken(f"the head says {head.sequence} entries, the trail has {walked}")
        unseen = unseen.filter(sequence__gt=walked)


def _follows(entry: AuditEvent, sequence: int, previous_hash: str) -> bool:
    return (
        entry.sequence == sequence + 1
        and entry.previous_hash == previous_hash
        and entry.entry_hash == entry_hash(entry)
    )
