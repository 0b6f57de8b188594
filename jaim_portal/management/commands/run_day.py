from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from fiscal_calendar.japanese import format_day
from fiscal_calendar.tokyo import at, day_of
from jaim_portal.daily import run_day

OPENING_HOUR = 9


class Command(BaseCommand):
    help = (
        "Run everything that is due on a day, in Tokyo. Running it twice changes nothing; "
        "days that were skipped are caught up. Exits with 1 if a job failed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--date",
            dest="day",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="the day to run as at 9:00; today, and the clock as it is, if left out. Mail of a past day goes now",
        )
        parser.add_argument("--no-send", action="store_true", help="queue the mails, send none")

    def handle(self, *, day: date | None = None, no_send: bool = False, **options: Any) -> None:
        clock = timezone.now()
        now = _moment_of(day, clock=clock)
        report = run_day(now=now, send=not no_send, sent_at=max(now, clock))
        self.stdout.write(f"{format_day(day_of(now))}の処理")
        for job in report.jobs:
            self.stdout.write(f"  {job.label}：{job.done or f'失敗しました（{job.error}）'}")
        if report.failed:
            names = "、".join(job.label for job in report.failed)
            raise CommandError(f"次の処理が失敗しました：{names}。原因はログにあります。")


def _moment_of(day: date | None, *, clock: datetime) -> datetime:
    if day is None or day == day_of(clock):
        return clock
    return at(day, OPENING_HOUR)
