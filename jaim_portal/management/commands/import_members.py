"""``manage.py import_members FILE.xlsx``: bring the secretariat's member list into the portal."""

import os
from argparse import ArgumentParser
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from audit.trail import Actor
from fiscal_calendar.fiscal_year import FiscalYear
from fiscal_calendar.tokyo import day_of
from jaim_portal.member_import.changes import ImportReport
from jaim_portal.member_import.importing import import_members, preview_import, read_list
from members.member_list import MemberListReading, MemberListUnreadable, write_rejects


class Command(BaseCommand):
    help = "Import a member list (.xlsx or .csv) by member number; refused rows go to a workbook to mend."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--rejects", type=Path, metavar="OUT.xlsx", help="where refused rows are written")
        parser.add_argument("--sheet", default="", help="the sheet to read, where several hold a list")
        parser.add_argument(
            "--fiscal-year",
            type=int,
            help="the year whose discounts the list shows: the current one (default), the one before or after",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        today = day_of(now)
        fiscal_year = _fiscal_year(options["fiscal_year"], today)
        try:
            reading = read_list(options["file"], today=today, sheet=options["sheet"])
        except (MemberListUnreadable, OSError) as error:
            raise CommandError(str(error)) from error
        if options["rejects"] and _is_the_same_file(options["rejects"], options["file"]):
            raise CommandError("--rejects には、取り込むファイルとは別のファイルを指定してください。")
        rejects = options["rejects"] if reading.refused else None
        if options["dry_run"]:
            report = preview_import(reading, fiscal_year=fiscal_year, today=today)
        else:
            with transaction.atomic():
                by = Actor.job("import_members")
                report = import_members(reading, fiscal_year=fiscal_year, by=by, now=now)
                if rejects:
                    _save_rejects(rejects, reading)
        try:
            self._print(report, rejects, verbose=options["verbosity"] > 1)
            self.stdout.flush()
        except BrokenPipeError:
            # Whoever read this (head, a pager) has seen enough. Everything is stored by now; what is still
            # buffered goes nowhere, or it would fail again on the way out.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.stdout.fileno())

    def _print(self, report: ImportReport, rejects: Path | None, *, verbose: bool) -> None:
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
        if rejects and report.stored:
            self.stdout.write(
                f"取り込めなかった行を {rejects} に書き出しました。直して、もう一度取り込めます。"
            )
        elif rejects:
            self.stdout.write("確認のみのため、取り込めない行のファイルは書き出していません。")


def _fiscal_year(wanted: int | None, today: date) -> int:
    """``wanted``, by default the current fiscal year. Raises ``CommandError`` for one that is not next to it."""
    current = FiscalYear.from_date(today)
    if wanted is None:
        return current.year
    if not current.previous.year <= wanted <= current.next.year:
        raise CommandError(
            f"--fiscal-year {wanted} は指定できません。"
            f"{current.previous.year}から{current.next.year}までの年度を指定してください。"
        )
    return wanted


def _is_the_same_file(one: Path, other: Path) -> bool:
    return one.exists() and one.samefile(other)


def _save_rejects(path: Path, reading: MemberListReading) -> None:
    """Write the refused rows. Raises ``CommandError`` where the file cannot be written; the caller's transaction
    then stores nothing."""
    workbook = BytesIO()
    write_rejects(workbook, reading)
    try:
        path.write_bytes(workbook.getvalue())
    except OSError as error:
        raise CommandError(
            f"取り込めない行を {path} に書き出せないため、何も取り込みませんでした：{error.strerror or error}"
        ) from error
