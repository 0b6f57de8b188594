"""A book: one thing that must be right at the end of a season, and what is wrong with it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass
class Book:
    """``checked`` counts what was looked at; ``findings`` are sentences for the operator, none if the book is right."""

    title: str
    checked: int = 0
    findings: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        return not self.findings

    def compare(
        self, expected: Mapping[T, int], found: Mapping[T, int], describe: Callable[[T], str]
    ) -> None:
        """Note what is missing and what is too many."""
        self.checked += sum(expected.values())
        missing, extra = Counter(expected), Counter(found)
        missing.subtract(found)
        extra.subtract(expected)
        self.findings += [f"足りません：{describe(key)}{_times(n)}" for key, n in missing.items() if n > 0]
        self.findings += [f"余分です：{describe(key)}{_times(n)}" for key, n in extra.items() if n > 0]

    def expect(self, condition: bool, finding: str) -> None:
        self.checked += 1
        if not condition:
            self.findings.append(finding)


def _times(count: int) -> str:
    return f"（{count}件）" if count > 1 else ""
