"""What every test stands on: a database that survives a flush, quick settings, a clock, people logged in."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from typing import Any

import environ
import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase, override_settings
from django.utils import timezone

from jaim_portal.evidence_storage import evidence_storage
from members.models import User

pytest_plugins = ["tests.databases"]


# --- settings -------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def quick_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a test must not wait for or leave behind. Everything else is as in the portal."""
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        MAIL_FILES_DIR=tmp_path_factory.mktemp("mails"),
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
        WHITENOISE_AUTOREFRESH=True,  # looks static files up when asked, not all of them for every client
        DEMO=False,
        STORAGES=settings.STORAGES
        | {"evidence": evidence_storage(environ.Env(), tmp_path_factory.mktemp("evidence") / "files")},
    ):
        yield


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Rate limits count in the cache: no test may count for the next."""
    yield
    cache.clear()


# --- the database ---------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """SQLite in a file, as the portal uses it: threads then wait for each other's locks and do not fail."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """PostgreSQL may not have noticed yet that a worker was killed: its session must not hold up the end."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session", autouse=True)
def flush_keeps_what_migrations_planted() -> Iterator[None]:
    """After a transactional test Django empties every table: lift the triggers that refuse it, and plant the
    rows that migrations wrote again."""
    flush = TransactionTestCase._fixture_teardown

    def flush_and_replant(self: TransactionTestCase) -> None:
        with triggers_lifted():
            flush(self)
        import_module("audit.migrations.0002_append_only").plant_head(apps, None)
        import_module("fees.migrations.0002_rates_of_2026").enter_rates(apps, None)
        import_module("discounts.migrations.0004_evidence_that_stays").enter_texts(apps, None)
        import_module("renewals.migrations.0003_return_reasons").enter_reasons(apps, None)

    TransactionTestCase._fixture_teardown = flush_and_replant
    yield
    TransactionTestCase._fixture_teardown = flush


@contextmanager
def triggers_lifted() -> Iterator[None]:
    """Take every trigger off the database for a while."""
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            try:
                yield
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            yield
        finally:
            for _, statement in triggers:
                cursor.execute(statement)


# --- time and people ------------------------------------------------------------------------------------


class Clock:
    """The clock that pages read. It stands still where it was set."""

    def __init__(self) -> None:
        self._now: datetime | None = None
        self._real = timezone.now

    def set(self, moment: datetime) -> None:
        self._now = moment

    def now(self) -> datetime:
        return self._now or self._real()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """``clock.set(at(date(2027, 2, 9), 10))``, and ``timezone.now()`` says so, for sessions too."""
    standing = Clock()
    monkeypatch.setattr(timezone, "now", standing.now)
    return standing


@pytest.fixture
def login() -> Callable[[User], Client]:
    """A browser in which this user has logged in; staff with their second factor."""

    def browser_of(user: User) -> Client:
        client = Client()
        client.force_login(user)
        if user.is_staff:
            session = client.session
            session["account_authentication_methods_user"] = str(user.pk)
            session["account_authentication_methods"] = [
                {"method": "password", "at": time.time(), "email": user.email},
                {"method": "mfa", "at": time.time(), "type": "totp"},
            ]
            session.save()
        return client

    return browser_of
