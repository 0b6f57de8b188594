"""What is wrong on a page, beside which field, and for the summary above it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass
class FieldErrors:
    """Texts by field. ``TARGETS`` of a page's own class names, in the page's order, the id of the control that the
    error about a field leads to."""

    TARGETS: ClassVar[Mapping[str, str]] = {}
    texts: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, *texts: str) -> None:
        if texts:
            self.texts.setdefault(name, []).extend(texts)

    @property
    def summary(self) -> list[dict[str, str]]:
        """For the error summary: each text with the id of its field."""
        return [
            {"target": target, "text": text}
            for name, target in self.TARGETS.items()
            for text in self.texts.get(name, ())
        ]

    def __bool__(self) -> bool:
        return bool(self.texts)
