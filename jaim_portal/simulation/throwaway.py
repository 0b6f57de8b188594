"""A database and a storage of its own for a simulation: the configured ones are never touched."""

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

IN_MEMORY = {"BACKEND": "django.core.files.storage.InMemoryStorage"}


@contextmanager
def throwaway_database() -> Iterator[str]:
    """Create a migrated, empty database beside the configured one, connect to it, and drop it in the end.

    PostgreSQL: ``test_<name>_simulation_<random>`` on the same server, where the role must be allowed to create
    databases. SQLite: a file in a folder of its own beside the configured file. Yields its name.
    """
    configured = str(connection.settings_dict["NAME"])
    with tempfile.TemporaryDirectory(prefix="simulation-", dir=_folder(configured)) as folder:
        name = f"test_{Path(configured).stem}_simulation_{uuid.uuid4().hex[:8]}"
        if connection.vendor == "sqlite":
            name = str(Path(folder) / f"{name}.sqlite3")
        with _test_name(name):
            try:
                connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
                _do_not_wait_for_the_disk()
                yield name
            finally:
                if connection.settings_dict["NAME"] == name:
                    connection.creation.destroy_test_db(configured, verbosity=0)


@contextmanager
def throwaway_storage() -> Iterator[None]:
    """Papers are kept in memory. The day's jobs discard stored files that no row names, and in the database of a
    simulation no row names the configured ones."""
    with override_settings(STORAGES=settings.STORAGES | {"evidence": IN_MEMORY}, CLAMD_URL=""):
        yield


@contextmanager
def _test_name(name: str) -> Iterator[None]:
    options = connection.settings_dict["TEST"]
    usual = options["NAME"]
    options["NAME"] = name
    try:
        yield
    finally:
        options["NAME"] = usual


def _folder(configured: str) -> Path | None:
    """Beside the SQLite file; elsewhere the folder stays empty and may be anywhere."""
    if connection.vendor != "sqlite" or connection.is_in_memory_db():  # type: ignore[attr-defined]
        return None
    return Path(configured).parent


def _do_not_wait_for_the_disk() -> None:
    """What is thrown away need not survive a power cut."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous = OFF")
        else:
            cursor.execute("SET synchronous_commit = off")
