from argparse import ArgumentParser
from typing import Any
from unicodedata import east_asian_width

from django.core.management.base import BaseCommand, CommandError

from fiscal_calendar.business_days import KNOWN_FROM, KNOWN_UNTIL, HolidaysUnknown
from fiscal_calendar.fiscal_year import FiscalYear
from fiscal_calendar.japanese import format_day
from fiscal_calendar.season import SeasonCalendar, season_calendar


class Command(BaseCommand):
    help = (
        "Print the days of the season before a fiscal year, as the bank business calendar gives them. "
        f"Holidays are known from {KNOWN_FROM.year} to {KNOWN_UNTIL.year}; for other years it says so, exit code 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fiscal_year", type=int, help="the year that is renewed for, for instance 2027")

    def handle(self, *, fiscal_year: int, **options: Any) -> None:
        try:
            calendar = season_calendar(fiscal_year)
        except HolidaysUnknown as unknown:
            raise CommandError(str(unknown)) from unknown
        self.stdout.write(f"{FiscalYear(fiscal_year)}の更新手続の日程")
        for label, day, rule in season_rows(calendar):
            self.stdout.write(f"  {_padded(label, 24)}{_padded(day, 24)}{rule}")
        self.stdout.write(
            f"祝日は、{KNOWN_FROM.year}年から{KNOWN_UNTIL.year}年まで、現在の法律にもとづいて計算しています。"
        )


def season_rows(calendar: SeasonCalendar) -> list[tuple[str, str, str]]:
    """What happens, on which day, and by which rule (domain: "The renewal season")."""
    return [
        ("受付開始日", format_day(calendar.opens_on), "1月15日（休業日のときは翌営業日）"),
        ("締切日", format_day(calendar.deadline), "2月10日（休業日のときは翌営業日）"),
        ("口座振替日", format_day(calendar.debit_on), "2月27日（休業日のときは翌営業日）"),
        (
            "銀行振込請求書の発行日",
            format_day(calendar.fallback_on),
            "口座振替日を1日目として4営業日目",
        ),
        ("退会の日", format_day(calendar.withdrawal_effective_on), "年度の最終日"),
        ("名簿から外れる日", format_day(calendar.roster_drops_on), "新年度の初日"),
    ]


def _padded(text: str, columns: int) -> str:
    """Japanese characters take two columns of a terminal."""
    taken = sum(2 if east_asian_width(character) in "FWA" else 1 for character in text)
    return text + " " * max(columns - taken, 1)
