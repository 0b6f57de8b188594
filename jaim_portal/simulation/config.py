"""What a simulation is asked to play."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Config:
    """``members`` is how many establishments take part when the season of ``fiscal_year`` opens."""

    fiscal_year: int = 2027
    members: int = 2000
    seed: int = 1

    def __post_init__(self) -> None:
        if self.members < 1:
            raise ValueError("a season needs at least one member")

    def rng(self, *purpose: object) -> random.Random:
        """A source of chance for one purpose: what one purpose draws changes nothing for another."""
        return random.Random("/".join(map(str, (self.seed, *purpose))))  # noqa: S311  (a play, not a secret)
