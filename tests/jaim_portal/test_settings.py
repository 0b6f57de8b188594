"""Production refuses to start with what is only fit for a desk."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command

from jaim_portal import settings as portal

ROOT = Path(__file__).parents[2]
SOUND = {
    "PORTAL_PRODUCTION": "1",
    "SECRET_KEY": "a-secret-of-its-own-that-is-long-enough-to-be-one-0123456789",
    "FIELD_ENCRYPTION_KEYS": "another-secret-for-account-numbers",
    "PORTAL_URL": "https://portal.example.jp",
    "ALLOWED_HOSTS": "portal.example.jp",
}


def start(tmp_path: Path, **changes: str | None) -> subprocess.CompletedProcess[str]:
    settings = {key: value for key, value in (SOUND | changes).items() if value is not None}
    environment = {
        "PATH": os.environ["PATH"],
        "PORTAL_VAR_DIR": str(tmp_path),
        "PORTAL_ENV_FILE": os.devnull,
        **settings,
    }
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "import django; django.setup()"],
        env={**environment, "DJANGO_SETTINGS_MODULE": "jaim_portal.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_sound_settings_start(tmp_path):
    assert start(tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is the embedded one"),
        ({"FIELD_ENCRYPTION_KEYS": None}, "FIELD_ENCRYPTION_KEYS holds the embedded one"),
        ({"DEBUG": "1"}, "DEBUG is on"),
        ({"PORTAL_DEMO": "1"}, "PORTAL_DEMO is on"),
        ({"PORTAL_URL": "http://portal.example.jp"}, "PORTAL_URL is not https"),
    ],
)
def test_anything_less_is_refused(tmp_path, change, complaint):
    started = start(tmp_path, **change)
    assert started.returncode != 0
    assert complaint in started.stderr


@pytest.mark.django_db
def test_the_cache_in_the_database_drops_nothing_that_is_still_wanted(settings):
    """Django's own bound of 300 entries would drop counts of failed logins."""
    settings.CACHES = portal.CACHES
    call_command("createcachetable", verbosity=0)
    for number in range(302):
        cache.set(f"failed-login/{number}", 1, 300)
    assert all(cache.has_key(f"failed-login/{number}") for number in range(302))
