"""Marking a mail as sent: the one statement that runs for every mail while the server waits for its end."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from mailing.kinds import kind_of
from mailing.models import OutboxMessage
from mailing.rendering import Letter

FIELDS: Any = OutboxMessage._meta
SUBJECT_LENGTH = FIELDS.get_field("subject").max_length

# SQL, because putting it together anew through the ORM takes longer than running it.
MARK_SENT = """
UPDATE mailing_outboxmessage
SET status = 'sent', sent_at = %s, attempts = %s, subject = %s, body = %s,
    last_error = '', claimed_by = NULL, claimed_until = NULL
WHERE id = %s AND status = 'queued' AND claimed_by = %s
"""


def mark_sent(message: OutboxMessage, letter: Letter, *, claim: uuid.UUID, now: datetime) -> bool:
    """In the caller's transaction; False if the message is not queued under ``claim`` any more."""
    values = {
        "sent_at": now,
        "attempts": message.attempts + 1,
        "subject": letter.subject[:SUBJECT_LENGTH],
        "body": letter.body if kind_of(message.kind).keeps_body else "",
        "id": message.id,
        "claimed_by": claim,
    }
    connection = transaction.get_connection()
    stored = [FIELDS.get_field(name).get_db_prep_save(value, connection) for name, value in values.items()]
    with connection.cursor() as cursor:
        cursor.execute(MARK_SENT, stored)
        return bool(cursor.rowcount == 1)
