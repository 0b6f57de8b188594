"""``manage.py simulate_season``: play a whole season and check the books."""

import signal
import sys
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fiscal_calendar.business_days import HolidaysUnknown
from fiscal_calendar.japanese import format_day
from fiscal_calendar.tokyo import day_of
from jaim_portal.simulation.config import Config
from jaim_portal.simulation.simulate import simulate
from jaim_portal.simulation.steps import Act, Step
from jaim_portal.simulation.throwaway import throwaway_database
from renewals.quoting import NoFeeSchedule

DEFAULT = Config()


class Command(BaseCommand):
    help = (
        "Play a whole renewal season with made-up members against a virtual clock, through the verbs of the pages, "
        "and check the books. Plays in a database of its own; the configured one is not touched and no mail is sent. "
        "Exits with 1 and names the book if one is off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--fiscal-year", type=int, default=DEFAULT.fiscal_year, help="the year renewed for"
        )
        parser.add_argument(
            "--members", type=int, default=DEFAULT.members, help="establishments at the opening"
        )
        parser.add_argument(
            "--seed", type=int, default=DEFAULT.seed, help="the same seed plays the same season"
        )

    def handle(self, *, fiscal_year: int, members: int, seed: int, verbosity: int, **options: Any) -> None:
        try:
            config = Config(fiscal_year=fiscal_year, members=members, seed=seed)
        except ValueError as error:
            raise CommandError("会員数には1以上の数を指定してください。") from error
        before = signal.signal(signal.SIGTERM, _leave)
        try:
            with throwaway_database():
                report = simulate(config, progress=self._tell if verbosity > 1 else lambda step: None)
        except (HolidaysUnknown, NoFeeSchedule) as unknown:
            raise CommandError(str(unknown)) from unknown
        finally:
            signal.signal(signal.SIGTERM, before)
        for line in report.lines():
            self.stdout.write(line)
        if report.wrong:
            raise CommandError("合わない帳簿：" + "、".join(book.title for book in report.wrong))

    def _tell(self, step: Step) -> None:
        if step.act == Act.RUN_JOBS:
            self.stderr.write(format_day(day_of(step.at)))


def _leave(signum: int, frame: FrameType | None) -> None:
    """Leave in order, so that the database is dropped."""
    sys.exit(128 + signum)
