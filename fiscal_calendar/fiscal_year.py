"""年度: 1 April to 31 March, named by its first year (domain: "Who is who")."""

from dataclasses import dataclass
from datetime import date
from typing import Self

# First fiscal year of each era, newest first. A fiscal year takes the era that rules most of it:
# 2019年度 began in Heisei 31, and is called 令和元年度.
_ERAS = ((2019, "令和"), (1989, "平成"))


@dataclass(frozen=True, order=True, slots=True)
class FiscalYear:
    """One fiscal year; ``FiscalYear(2027)`` runs from 2027-04-01 to 2028-03-31. Compares by year."""

    year: int

    @classmethod
    def from_date(cls, day: date) -> Self:
        """The fiscal year that ``day`` lies in: January to March belong to the year before."""
        return cls(day.year if day.month >= 4 else day.year - 1)

    @property
    def starts_on(self) -> date:
        return date(self.year, 4, 1)

    @property
    def ends_on(self) -> date:
        return date(self.year + 1, 3, 31)

    @property
    def next(self) -> Self:
        return type(self)(self.year + 1)

    @property
    def previous(self) -> Self:
        return type(self)(self.year - 1)

    @property
    def japanese_era_label(self) -> str:
        """``令和9年度``; the first year of an era is ``元``.

        Raises ``ValueError`` before 1989年度, which nothing here needs.
        """
        for first_year, era in _ERAS:
            if self.year >= first_year:
                year_of_era = self.year - first_year + 1
                return f"{era}{'元' if year_of_era == 1 else year_of_era}年度"
        raise ValueError(f"no era is known for fiscal year {self.year}")

    @property
    def label(self) -> str:
        """``2027年度（令和9年度）``, as headings and mails name the year."""
        return f"{self}（{self.japanese_era_label}）"

    def __str__(self) -> str:
        return f"{self.year}年度"
