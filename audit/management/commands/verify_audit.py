"""``manage.py verify_audit``: is the audit trail whole?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.trail import ChainBroken, verify_chain


class Command(BaseCommand):
    help = "Walk the whole audit trail and check that no entry is missing, altered or out of order."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            entries = verify_chain()
        except ChainBroken as broken:
            raise CommandError(f"監査記録に食い違いがあります：{broken}") from broken
        self.stdout.write(f"監査記録 {entries}件に食い違いはありません。")
