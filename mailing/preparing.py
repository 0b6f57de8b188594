"""What is looked up for a batch before it is sent: whether each mail still has its reason, and its values."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DatabaseError

from mailing.kinds import kind_of
from mailing.models import OutboxMessage
from mailing.rendering import Letter, render


@dataclass(frozen=True)
class Prepared:
    """A batch before sending: what need not go any more and why, the values of what goes, and what failed."""

    reasons_gone: dict[uuid.UUID, str] = field(default_factory=dict)
    contexts: dict[uuid.UUID, Mapping[str, Any]] = field(default_factory=dict)
    broken: dict[uuid.UUID, Exception] = field(default_factory=dict)


def prepare(messages: Sequence[OutboxMessage], *, now: datetime) -> Prepared:
    """One look per kind, not per mail. A mail whose look-up fails stops itself, not the others."""
    by_kind: dict[str, list[OutboxMessage]] = defaultdict(list)
    for message in messages:
        by_kind[message.kind].append(message)
    prepared = Prepared()
    for of_kind in by_kind.values():
        _look_up_each_for_itself(of_kind, now, prepared)
    return prepared


def write(message: OutboxMessage, values: Mapping[str, Any]) -> Letter:
    """The text of ``message``. Raises whatever a template made by people can raise."""
    return render(kind_of(message.kind), values)


def _look_up(messages: list[OutboxMessage], now: datetime, prepared: Prepared) -> None:
    kind = kind_of(messages[0].kind)
    gone = kind.reasons_gone(messages, now)
    contexts = kind.contexts([message for message in messages if message.id not in gone], now)
    prepared.reasons_gone.update(gone)
    prepared.contexts.update(contexts)


def _look_up_each_for_itself(messages: list[OutboxMessage], now: datetime, prepared: Prepared) -> None:
    """All at once; where that fails, one by one, so that the mail at fault is found."""
    try:
        _look_up(messages, now, prepared)
    except DatabaseError:
        raise
    except Exception as error:
        if len(messages) == 1:
            prepared.broken[messages[0].id] = error
            return
        for message in messages:
            _look_up_each_for_itself([message], now, prepared)
