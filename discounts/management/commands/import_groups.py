"""``manage.py import_groups FILE.csv``: bring the list of industry groups into the portal."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.trail import Actor
from discounts.groups import register_groups
from discounts.models import IndustryGroup
from members.member_list import MemberListUnreadable, read_industry_groups


class Command(BaseCommand):
    help = "Import industry groups (.csv or .xlsx: 団体名, 団体名かな, 証明書類, 備考) by name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            known = IndustryGroup.objects.values_list("name", flat=True)
            reading = read_industry_groups(options["file"], known_groups=known)
        except (MemberListUnreadable, OSError) as error:
            raise CommandError(str(error)) from error
        added, changed = register_groups(reading.accepted, by=Actor.job("import_groups"), now=timezone.now())
        same = len(reading.accepted) - added - changed
        self.stdout.write(
            f"団体：追加 {added}、変更 {changed}、変更なし {same}。取り込めない項目 {len(reading.refused)}。"
        )
        for cell in reading.refused:
            self.stdout.write(f"  取り込めない {cell}")
