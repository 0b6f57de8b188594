"""The bars, and whether what was measured clears them. Pure: figures in, verdicts and a table out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Measurement:
    """One figure against its bar. ``detail`` says what it was made of, in words."""

    what: str
    size: str
    measured: float
    bar: float
    at_least: bool
    unit: str = "×"
    detail: str = ""

    @property
    def clears(self) -> bool:
        return self.measured >= self.bar if self.at_least else self.measured <= self.bar

    @property
    def verdict(self) -> str:
        return "clears" if self.clears else "FALLS SHORT"

    @property
    def asked(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {_figure(self.bar, self.unit)}"


def paired_ratio(ours: Sequence[float], floors: Sequence[float]) -> float:
    """The median over rounds of ``ours`` by ``floors``. What disturbs the machine for a while disturbs both sides
    of a round, or spoils few rounds. Raises ``ValueError`` where the rounds do not pair."""
    return median(ours_ / floor for ours_, floor in zip(ours, floors, strict=True))


def table(measurements: Iterable[Measurement]) -> str:
    """A Markdown table, one line per measurement."""
    lines = ["| what | size | bar | measured | | made of |", "|---|---:|---:|---:|---|---|"]
    lines += [
        f"| {found.what} | {found.size} | {found.asked} | {_figure(found.measured, found.unit)} "
        f"| {found.verdict} | {found.detail} |"
        for found in measurements
    ]
    return "\n".join(lines)


def _figure(value: float, unit: str) -> str:
    return f"{value:.2f}{unit}" if unit == "×" else f"{value:g} {unit}"
