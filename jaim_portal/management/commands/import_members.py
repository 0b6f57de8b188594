"""``manage.py import_members FILE.xlsx``: bring the secretariat's member list into the portal."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.trail import Actor
from fiscal_calendar.fiscal_year import FiscalYear
from fiscal_calendar.tokyo import day_of
from jaim_portal.member_import.changes import ImportReport
from jaim_portal.member_import.importing import import_members, preview_import, read_list
from members.member_list import MemberListUnreadable, write_rejects


class Command(BaseCommand):
    help = "Import a member list (.xlsx or .csv) by member number; refused rows go to a workbook to mend."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--rejects", type=Path, metavar="OUT.xlsx", help="where refused rows are written")
        parser.add_argument(
            "--fiscal-year",
            type=int,
            help="the year whose discounts the list shows (default: the current one)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        fiscal_year = options["fiscal_year"] or FiscalYear.from_date(day_of(now)).year
        try:
            reading = read_list(options["file"])
        except (MemberListUnreadable, OSError) as error:
            raise CommandError(str(error)) from error
        if options["dry_run"]:
            report = preview_import(reading, fiscal_year=fiscal_year)
        else:
            report = import_members(reading, fiscal_year=fiscal_year, by=Actor.job("import_members"), now=now)
        self._print(report, verbose=options["verbosity"] > 1)
        if options["rejects"] and reading.refused:
            if options["dry_run"]:
                self.stdout.write("確認のみのため、取り込めない行のファイルは書き出していません。")
                return
            write_rejects(options["rejects"], reading)
            self.stdout.write(
                f"取り込めなかった行を {options['rejects']} に書き出しました。直して、もう一度取り込めます。"
            )

    def _print(self, report: ImportReport, *, verbose: bool) -> None:
        reading = report.reading
        verb = "取り込みました" if report.stored else "取り込めます（確認のみ。何も書き込んでいません）"
        self.stdout.write(
            f"シート「{reading.sheet}」、見出しは{reading.header_row}行目。{len(report.outcomes)}行を{verb}："
            f"追加 {len(report.added)}、変更 {len(report.changed)}、変更なし {len(report.same)}。"
            f"取り込めない行 {report.refused_row_count}。"
        )
        for outcome in report.changed:
            for change in outcome.changes:
                self.stdout.write(f"  変更 {outcome.row.member_number} {change}")
        if verbose:
            for outcome in report.added:
                self.stdout.write(f"  追加 {outcome.row.member_number}")
        for remark in reading.remarks:
            self.stdout.write(f"  注意 {remark}")
        for cell in reading.refused:
            self.stdout.write(f"  取り込めない {cell}")
