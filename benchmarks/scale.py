"""How much is measured: in full, or a smoke run that says that the benchmarks themselves work."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Establishments in the two databases, and how long and how often each thing is measured.

    A window is one stretch of load on one page, in seconds; a round is a window for each of the things compared.
    ``opening_rounds`` are those of the small and of the large database.
    """

    name: str
    small: int
    large: int
    window: float
    rounds: int
    growth_window: float
    growth_rounds: int
    opening_rounds: tuple[int, int]
    mails: int
    sending_rounds: int

    @property
    def sizes(self) -> tuple[int, int]:
        return self.small, self.large


FULL = Scale(
    name="full",
    small=10_000,
    large=100_000,
    window=1.0,
    rounds=41,
    growth_window=0.6,
    growth_rounds=25,
    opening_rounds=(5, 2),
    mails=1_000,
    sending_rounds=9,
)
QUICK = Scale(
    name="quick",
    small=200,
    large=2_000,
    window=0.3,
    rounds=3,
    growth_window=0.2,
    growth_rounds=2,
    opening_rounds=(2, 1),
    mails=100,
    sending_rounds=3,
)
