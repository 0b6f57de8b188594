"""From a kind and its values to subject and body."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template

from mailing.kinds import MessageKind


@dataclass(frozen=True)
class Letter:
    """A mail's text."""

    subject: str
    body: str


@lru_cache(maxsize=64)
def _template(name: str) -> Any:
    return get_template(name)


def render(kind: MessageKind, values: Mapping[str, Any]) -> Letter:
    """Render ``kind`` with ``values``: the first line of the template is the subject, the rest the body."""
    context = Context({**values, "portal_url": settings.PORTAL_URL}, autoescape=False)
    text = _template(kind.template).template.render(context)
    subject, _, body = text.lstrip().partition("\n")
    return Letter(subject=subject.strip(), body=body.strip("\n") + "\n")
