"""The portal in processes of its own: one function in it, or gunicorn serving it, as in production."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks import databases
from benchmarks.load import WORKERS

THREADS = 8  # as docs/operations.md says
SECRET = "benchmarks-keep-no-secrets-but-production-asks-for-one-that-is-long"


@dataclass(frozen=True)
class Portal:
    """The portal on one database. ``cache`` numbers the Redis database that is its own."""

    database: str
    cache: int
    var_dir: str

    def environment(self, **more: str) -> dict[str, str]:
        redis = re.sub(r"/\d*$", "", os.environ["REDIS_URL"])
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "DATABASE_URL": databases.url_of(self.database),
            "REDIS_URL": f"{redis}/{self.cache}",
            "PORTAL_ENV_FILE": os.devnull,
            "PORTAL_VAR_DIR": self.var_dir,
            "PORTAL_PRODUCTION": "true",
            "PORTAL_URL": "https://portal.example",
            "ALLOWED_HOSTS": "portal.example",
            "SECRET_KEY": SECRET,
            "FIELD_ENCRYPTION_KEYS": SECRET,
            **more,
        }

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments, "--verbosity", "0"]
        subprocess.run(command, env=self.environment(), check=True)

    def call(self, function: str, /, *, environment: dict[str, str] | None = None, **arguments: Any) -> Any:
        """Call ``module:function`` with Django set up on this database; JSON both ways."""
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.inside", function, json.dumps(arguments)],
            env=self.environment(**environment or {}),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    @contextmanager
    def served(self) -> Iterator[int]:
        """gunicorn on a free port, which is yielded, ready to answer."""
        port = free_port()
        command = [sys.executable, "-m", "gunicorn", "benchmarks.wsgi", f"--bind=127.0.0.1:{port}"]
        command += [
            "--worker-class=gthread",
            f"--workers={WORKERS}",
            f"--threads={THREADS}",
            "--keep-alive=75",
            "--log-level=warning",
        ]
        server = subprocess.Popen(command, env=self.environment())
        try:
            wait_for(port, server)
            yield port
        finally:
            server.terminate()
            server.wait()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen[Any]) -> None:
    """Until something listens on ``port``. Raises ``RuntimeError`` if ``process`` ends before it does."""
    while process.poll() is None:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
