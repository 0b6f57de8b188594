"""``manage.py import_group_members GROUP FILE``: bring the member list that a group sent in into the portal."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.trail import Actor
from discounts.group_list_reading import GroupListReading, read_group_list
from discounts.group_lists import import_group_members
from discounts.models import IndustryGroup
from fiscal_calendar.tokyo import day_of
from members.member_list import MemberListUnreadable
from members.member_list.known_groups import KnownGroups
from members.member_list.refusal import CellRefused


class Command(BaseCommand):
    help = "Import the member list of an industry group (.csv or .xlsx: 法人番号, 会社名, or both)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("group", help="the group's name, in any spelling")
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--as-of", type=date.fromisoformat, help="the day the list is of: today (default)"
        )
        parser.add_argument("--sheet", default="", help="the sheet to read, where several hold a list")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        as_of = options["as_of"] or day_of(now)
        if as_of > day_of(now):
            raise CommandError("--as-of には、今日までの日付を指定してください。")
        group = _group_called(options["group"])
        try:
            reading = read_group_list(options["file"], sheet=options["sheet"])
        except (MemberListUnreadable, OSError) as error:
            raise CommandError(str(error)) from error
        self._print_faults(reading)
        if not reading.accepted:
            raise CommandError("取り込める会社が1社もありません。")
        outcome = "取り込めます（確認のみ。何も書き込んでいません）。"
        if not options["dry_run"]:
            by = Actor.job("import_group_members")
            changed = import_group_members(reading.accepted, group=group, as_of=as_of, by=by, now=now)
            outcome = "取り込みました。" if changed else "すでに取り込まれています。変更はありません。"
        self.stdout.write(
            f"{group}の会員名簿（{as_of:%Y-%m-%d}）、シート「{reading.sheet}」、"
            f"見出しは{reading.header_row}行目。{len(reading.accepted)}社を{outcome}"
            f"同じ会社の行 {len(reading.repeated)}。取り込めない項目 {len(reading.refused)}。"
        )

    def _print_faults(self, reading: GroupListReading) -> None:
        for cell in reading.refused:
            self.stdout.write(f"  取り込めない {cell}")


def _group_called(name: str) -> IndustryGroup:
    """The group, whatever the spelling of its name. Raises ``CommandError``."""
    groups = {group.name: group for group in IndustryGroup.objects.all()}
    try:
        return groups[KnownGroups(groups).named(name)]
    except CellRefused as unknown:
        raise CommandError(unknown.reason) from unknown
