"""The command plays in a database of its own: the configured one is as it was, and nothing is left behind."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, nullcontext
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from jaim_portal.management.commands import simulate_season

ENDED_BY_SIGTERM = 128 + signal.SIGTERM


def start(database_url: str, var: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "PORTAL_VAR_DIR": str(var),
        "PORTAL_ENV_FILE": os.devnull,
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "simulate_season", "--members", "12", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    """A configured SQLite database with something in it."""
    path = tmp_path / "data" / "portal.sqlite3"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE precious (content)")
        database.execute("INSERT INTO precious VALUES ('members')")
        database.commit()
    return path


def test_the_configured_database_is_not_touched(configured: Path, tmp_path: Path) -> None:
    before = configured.read_bytes()

    process = start(f"sqlite:///{configured}", tmp_path / "var")
    report, errors = process.communicate()

    assert (process.returncode, errors) == (0, "")
    assert "すべての帳簿が合いました。" in report
    assert configured.read_bytes() == before
    assert list(configured.parent.iterdir()) == [configured]


def test_nothing_is_left_behind_when_it_fails(configured: Path, tmp_path: Path) -> None:
    process = start(f"sqlite:///{configured}", tmp_path / "var", "--fiscal-year", "2025")
    _, errors = process.communicate()

    assert process.returncode == 1
    assert "2025年度に適用する会費規程が登録されていません。" in errors
    assert list(configured.parent.iterdir()) == [configured]


def test_nothing_is_left_behind_when_it_is_ended(configured: Path, tmp_path: Path) -> None:
    process = start(f"sqlite:///{configured}", tmp_path / "var", "--verbosity", "2")
    assert process.stderr is not None
    assert "2027年1月" in process.stderr.readline()
    assert len(list(configured.parent.iterdir())) == 2

    process.terminate()
    process.communicate()

    assert process.returncode == ENDED_BY_SIGTERM
    assert list(configured.parent.iterdir()) == [configured]


@pytest.mark.postgres
def test_on_postgresql_it_plays_beside_the_configured_database(tmp_path: Path) -> None:
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url) as database:
        query = "SELECT array_agg(datname ORDER BY datname) FROM pg_database"
        before = database.execute(query).fetchone()
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        tables_before = database.execute(tables).fetchone()

        process = start(url, tmp_path / "var")
        report, errors = process.communicate()

        assert (process.returncode, errors) == (0, "")
        assert "すべての帳簿が合いました。" in report
        assert database.execute(query).fetchone() == before
        assert database.execute(tables).fetchone() == tables_before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"members": 0}, "会員数には1以上の数を指定してください。"),
        ({"fiscal_year": 3000, "members": 1}, "3000年の祝日が分からない"),
    ],
)
def test_what_cannot_be_played_is_refused_in_words(
    options: dict[str, int], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulate_season, "throwaway_database", nullcontext)

    with pytest.raises(CommandError, match=says):
        call_command("simulate_season", **options)
