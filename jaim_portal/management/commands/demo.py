"""``manage.py demo``: the whole portal with made-up members, on one machine, with nothing configured."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from fiscal_calendar.japanese import format_day
from fiscal_calendar.tokyo import day_of

MANAGE = settings.BASE_DIR / "manage.py"
DEMO_DIR = settings.BASE_DIR / "var" / "demo"


class Command(BaseCommand):
    help = "Start the demo: SQLite, made-up members, an open season, mails readable at /demo/mails/."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", default=os.environ.get("DEMO_PORT", "8000"))
        parser.add_argument("--keep", action="store_true", help="go on with the demo data of an earlier day")
        parser.add_argument("--seed-only", action="store_true", help="prepare the data and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            self._start_over_as_demo(options["port"])
        self._prepare(keep=options["keep"])
        self._print_accounts(options["port"])
        if not options["seed_only"]:
            self._serve(options["port"])

    def _start_over_as_demo(self, port: str) -> None:
        """Settings are read once, so the demo runs in a process whose environment says that it is one."""
        kept = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV"}
        environment = {key: value for key, value in os.environ.items() if key in kept}
        environment |= {
            "PORTAL_DEMO": "1",
            "PORTAL_VAR_DIR": str(DEMO_DIR),
            "PORTAL_ENV_FILE": os.devnull,
            "PORTAL_URL": f"http://localhost:{port}",
            "DEMO_PORT": port,
        }
        os.execve(sys.executable, [sys.executable, str(MANAGE), *sys.argv[1:]], environment)  # noqa: S606

    def _prepare(self, *, keep: bool) -> None:
        today = day_of(timezone.now())
        stamp = settings.VAR_DIR / "seeded-on"
        if stamp.exists() and (keep or stamp.read_text() == today.isoformat()):
            call_command("migrate", verbosity=0)
            return
        self.stdout.write("お試し用のデータを用意しています…")
        for path in settings.VAR_DIR.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        settings.STATIC_ROOT.mkdir()
        for folder in ("messages", "processed", "control"):
            (Path(settings.BROKER_DIR) / folder).mkdir(parents=True)
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        from jaim_portal.demo.seed import seed

        campaign = seed(now=timezone.now())
        self.stdout.write(
            f"{campaign.fiscal_year}年度の更新手続を受付中にしました（締切 {format_day(campaign.deadline)}）。"
        )
        stamp.write_text(today.isoformat())

    def _print_accounts(self, port: str) -> None:
        from jaim_portal.demo.seed import PASSWORD, accounts

        url = f"http://localhost:{port}"
        self.stdout.write(f"\n{url}/            マイページ")
        self.stdout.write(f"{url}/admin/      事務局の画面")
        self.stdout.write(f"{url}/demo/mails/ 送られたメール")
        self.stdout.write(f"\nパスワードはすべて {PASSWORD}")
        for account in accounts():
            self.stdout.write(f"  {account.email:<26} {account.shows}")
        self.stdout.write(
            "\nお試し用のため、事務局も二段階認証なしでログインできます。終了するには Ctrl+C を押します。\n"
        )
        self.stdout.flush()

    def _serve(self, port: str) -> None:
        """The web server and the embedded worker, until either ends or somebody stops them."""
        program = Path(sys.executable).parent
        environment = os.environ | {"PYTHONWARNINGS": "ignore"}  # Celery warns root at every start
        processes = [
            subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "gunicorn", "jaim_portal.wsgi", "--worker-class", "gthread",
                 "--threads", "8", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"],
                cwd=settings.BASE_DIR, env=environment,
            ),
            subprocess.Popen(  # noqa: S603
                [str(program / "celery"), "-A", "jaim_portal", "--quiet", "worker", "--pool", "solo", "--beat",
                 "--loglevel", "ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat",
                 "--schedule", settings.CELERY_BEAT_SCHEDULE_FILENAME],
                cwd=settings.BASE_DIR, env=environment,
            ),
        ]  # fmt: skip

        def stop(signum: int, frame: FrameType | None) -> None:
            for process in processes:
                process.terminate()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        exit_codes = [process.wait() for process in processes[:1]]
        stop(signal.SIGTERM, None)
        exit_codes.append(processes[1].wait())
        sys.exit(max(0, *exit_codes))
