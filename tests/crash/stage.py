"""The real parts around a worker that gets killed: worker processes, a mail server that logs, nudges on Redis."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Self
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from jaim_portal.celery import app

PATIENCE = 60.0
TICK = 0.0005
CLAIM_SECONDS = 1  # how long what a killed worker held is left alone
PID_FILE = "worker.pid"
QUEUE = f"crash-tests-{os.environ.get('PYTEST_XDIST_WORKER', '')}"  # of one test at a time
NUDGES = ("renewals.continue_openings", "mailing.deliver_due")


def wait_until(found: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not found():
        assert time.monotonic() < end, f"waited {patience:.0f} s in vain: {what}"
        time.sleep(TICK)


@dataclass(frozen=True)
class Delivery:
    message_id: str
    recipient: str


class Sink:
    """``sink.py`` running, and its log."""

    def __init__(self, folder: Path, *, kills_at: int | None = None) -> None:
        """``kills_at``: it kills the worker when it has taken that many mails, ahead of the OK for the last."""
        self._log = folder / "deliveries"
        self._log.touch()
        fatal = [str(folder / PID_FILE), str(kills_at)] if kills_at else []
        self._process = start("tests/crash/sink.py", str(self._log), *fatal)
        assert self._process.stdout
        self.port = int(self._process.stdout.readline())

    def deliveries(self) -> list[Delivery]:
        return [Delivery(*line.split(" ")) for line in self._log.read_text().splitlines()]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        stop(self._process)


class Workers:
    """``workers.py`` running: one worker at a time, let go and killed."""

    def __init__(self, sink: Sink, folder: Path, *changes: str) -> None:
        variables = environment(mail_port=sink.port, folder=folder)
        self._process = start("tests/crash/workers.py", QUEUE, *changes, environment=variables)
        self._pid_file = folder / PID_FILE
        self._pid: int | None = None
        self._loaded = False
        self.busy = False
        self._reader = Thread(target=self._listen, daemon=True)
        self._reader.start()

    def let_go(self) -> None:
        """Start the next worker."""
        wait_until(lambda: self._loaded, "the workers load")
        assert self._process.stdin
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        wait_until(lambda: not self.is_gone, "the worker starts")

    def work(self) -> None:
        """Wait until the worker is in the middle of a task."""
        wait_until(lambda: self.busy, "the worker works")

    def die(self) -> None:
        """Wait until somebody else has killed it."""
        wait_until(lambda: self.is_gone, "the worker is killed")

    @property
    def is_gone(self) -> bool:
        return self._pid is None

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        if self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        wait_until(lambda: self.is_gone, "the worker is gone")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            self.kill()
        finally:
            stop(self._process, reader=self._reader)

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            word, *rest = line.split() or [""]
            self._loaded = True
            if word == "started":
                self._pid = int(rest[0])
                self._pid_file.write_text(rest[0])
            elif word == "gone":
                self._pid, self.busy = None, False
            elif word in ("begin", "end"):
                self.busy = word == "begin"


def start(script: str, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(settings.BASE_DIR / script), *arguments],
        cwd=settings.BASE_DIR,
        env={**(environment or os.environ), "PYTHONPATH": str(settings.BASE_DIR)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def stop(process: subprocess.Popen[str], reader: Thread | None = None) -> None:
    process.kill()
    process.wait()
    if reader:
        reader.join()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


@contextmanager
def nudges(every: float = 0.05) -> Iterator[None]:
    """Beat, only faster: what is due is looked for all the time. A nudge that nobody takes expires."""
    done = Event()

    def nudge() -> None:
        with app.connection_for_write() as broker:
            while not done.wait(every):
                for name in NUDGES:
                    app.send_task(name, queue=QUEUE, expires=1, connection=broker)
            broker.default_channel.queue_purge(QUEUE)

    beat = Thread(target=nudge)
    beat.start()
    try:
        yield
    finally:
        done.set()
        beat.join()


def environment(*, mail_port: int, folder: Path) -> dict[str, str]:
    """The portal's settings for a worker of this test: its database, the Redis of this run, the sink."""
    database = connection.settings_dict
    user, password = quote(database["USER"]), quote(database["PASSWORD"])
    address = f"{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return {
        **os.environ,
        "PORTAL_ENV_FILE": os.devnull,
        "PORTAL_VAR_DIR": str(folder),
        "DATABASE_URL": f"postgres://{user}:{password}@{address}",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "MAIL_CLAIM_SECONDS": str(CLAIM_SECONDS),
    }
