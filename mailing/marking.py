"""Marking a mail as sent: the one statement that runs for every mail while the server waits for its end."""

import uuid
from datetime import datetime
from functools import cache
from typing import Any

from django.db import transaction

from mailing.kinds import kind_of
from mailing.models import OutboxMessage
from mailing.rendering import Letter
from mailing.status import MessageStatus

SUBJECT_LENGTH = OutboxMessage._meta.get_field("subject").max_length


def mark_sent(message: OutboxMessage, letter: Letter, *, claim: uuid.UUID, now: datetime) -> bool:
    """In the caller's transaction; False if the message is not queued under ``claim`` any more.

    Written as SQL once, because building it anew through the ORM takes longer than running it.
    """
    changed = {
        "status": MessageStatus.SENT.value,
        "sent_at": now,
        "attempts": message.attempts + 1,
        "subject": letter.subject[:SUBJECT_LENGTH],
        "body": letter.body if kind_of(message.kind).keeps_body else "",
        "last_error": "",
        "claimed_by": None,
        "claimed_until": None,
    }
    found = {"id": message.id, "status": MessageStatus.QUEUED.value, "claimed_by": claim}
    connection = transaction.get_connection()
    with connection.cursor() as cursor:
        cursor.execute(
            _update(tuple(changed), tuple(found)),
            [_as_stored(name, value, connection) for row in (changed, found) for name, value in row.items()],
        )
        return bool(cursor.rowcount == 1)


@cache
def _update(changed: tuple[str, ...], found: tuple[str, ...]) -> str:
    assignments = ", ".join(f"{name} = %s" for name in changed)
    conditions = " AND ".join(f"{name} = %s" for name in found)
    return f"UPDATE {OutboxMessage._meta.db_table} SET {assignments} WHERE {conditions}"  # noqa: S608


def _as_stored(name: str, value: Any, connection: Any) -> Any:
    field: Any = OutboxMessage._meta.get_field(name)
    return field.get_db_prep_save(value, connection)
