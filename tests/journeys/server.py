"""The portal as it runs in production, gunicorn in a process of its own, on the database of the tests."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection


@contextmanager
def running_portal(folder: Path, **environment: str) -> Iterator[str]:
    """Start the server and give its address. It shares the database and the files of evidence with this process.

    The socket is opened here and handed over, so there is nothing to wait for: what comes early queues up.
    """
    _share_the_evidence(folder)
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    url = f"http://localhost:{port}"
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "jaim_portal.wsgi", "--bind", f"fd://{listening.fileno()}",
             "--worker-class", "gthread", "--threads", "4", "--keep-alive", "20", "--no-control-socket"],
            cwd=settings.BASE_DIR,
            env=_environment(folder, url) | environment,
            pass_fds=[listening.fileno()],
            stdout=output,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        listening.close()
        try:
            yield url
        finally:
            process.terminate()
            process.wait(timeout=30)
    complaints = [line for line in log.read_text().splitlines() if " ERROR " in line or "[ERROR]" in line]
    assert not complaints, f"the server complained:\n{log.read_text()}"


def _share_the_evidence(folder: Path) -> None:
    kept_in = Path(settings.STORAGES["evidence"]["OPTIONS"]["location"])
    kept_in.mkdir(mode=0o700, exist_ok=True)
    (folder / "evidence").symlink_to(kept_in)


def _environment(folder: Path, url: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return kept | {
        "DATABASE_URL": _database_url(),
        "PORTAL_ENV_FILE": os.devnull,
        "PORTAL_VAR_DIR": str(folder),
        "PORTAL_URL": url,
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_ENCRYPTION_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
        "PYTHONUNBUFFERED": "1",
    }


def _database_url() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    user, password = quote(database["USER"], safe=""), quote(database["PASSWORD"], safe="")
    return f"postgres://{user}:{password}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
