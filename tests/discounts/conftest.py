"""A storage that has no paths, and a real ClamAV daemon with a database of one signature."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import InMemoryStorage, storages
from django.test import override_settings

# The EICAR test file as its publisher prints it, halved so that no scanner takes this module for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
DAEMON = "/usr/sbin/clamd"


@pytest.fixture
def in_memory() -> Iterator[InMemoryStorage]:
    """Evidence in a storage that knows no paths, as S3 does not."""
    backend = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"evidence": backend}):
        yield storages["evidence"]


@pytest.fixture(scope="session")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a daemon of our own, which takes files of up to 100 kB."""
    home = tmp_path_factory.mktemp("clamd")
    (home / "signatures").mkdir()
    (home / "signatures" / "own.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
    address = home / "clamd.ctl"
    (home / "clamd.conf").write_text(
        f"DatabaseDirectory {home / 'signatures'}\nLocalSocket {address}\nForeground yes\n"
        f"TemporaryDirectory {home}\nStreamMaxLength 100K\nMaxThreads 2\n"
    )
    with (home / "log").open("w") as log:
        daemon = subprocess.Popen(
            [DAEMON, "--config-file", str(home / "clamd.conf")], stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait_for(address, daemon, home / "log")
        yield f"unix://{address}"
    finally:
        daemon.terminate()
        daemon.wait()


def _wait_for(address: Path, daemon: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while not address.exists():
        if daemon.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(log.read_text())
        with suppress(subprocess.TimeoutExpired):
            daemon.wait(timeout=0.05)
