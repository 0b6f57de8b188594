"""One figure of the day's page that leads to the list behind it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Count:
    """One figure that leads to the list behind it."""

    label: str
    number: int
    url: str
    tone: str = "neutral"
    note: str = ""
    capped: bool = False


def age(day: date, today: date) -> str:
    """How long ago ``day`` was, in words."""
    days = (today - day).days
    return f"{days}日前" if days else "今日"
