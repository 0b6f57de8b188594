"""The kinds of mail the portal sends. Each app registers its own; this room knows how to send, not what about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from mailing.models import OutboxMessage

# Given queued messages of one kind, says which of them have lost their reason, and why (Japanese, for the secretariat).
ReasonsGone = Callable[[Sequence["OutboxMessage"], datetime], Mapping[UUID, str]]
# Given messages of one kind, gives each the values its text needs.
Contexts = Callable[[Sequence["OutboxMessage"], datetime], Mapping[UUID, Mapping[str, Any]]]


def params_as_context(messages: Sequence["OutboxMessage"], now: datetime) -> Mapping[UUID, Mapping[str, Any]]:
    """The values stored with the message when it was queued."""
    return {message.id: message.params for message in messages}


def always_due(messages: Sequence["OutboxMessage"], now: datetime) -> Mapping[UUID, str]:
    """For mail that reports what has happened: its reason cannot go away."""
    return {}


@dataclass(frozen=True)
class MessageKind:
    """A kind of mail. ``template`` renders to a text whose first line is the subject.

    ``keeps_body`` is False for mail that carries a token: the text that was sent is not stored.
    """

    code: str
    label: str
    template: str
    reasons_gone: ReasonsGone = always_due
    contexts: Contexts = params_as_context
    keeps_body: bool = True
    shown_to_member: bool = True


_registry: dict[str, MessageKind] = {}


def register(*kinds: MessageKind) -> None:
    """Called by each app when it is ready."""
    for kind in kinds:
        _registry[kind.code] = kind


def kind_of(code: str) -> MessageKind:
    """Raises ``KeyError`` for a kind that nobody registered."""
    return _registry[code]


def all_kinds() -> tuple[MessageKind, ...]:
    return tuple(_registry.values())


def codes_shown_to_member() -> list[str]:
    return [kind.code for kind in _registry.values() if kind.shown_to_member]
