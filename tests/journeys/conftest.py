"""A real browser in front of a real server. Each journey has a world and windows of its own."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import which

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from members.models import User
from tests.journeys.people import ALL_EQUIPMENT, DESK, PATIENCE_MS, Equipment, Visitor
from tests.journeys.server import running_portal
from tests.journeys.stage import Stage

CACHE_TABLE = "portal_cache"
CHROMIUM = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--host-resolver-rules=MAP localhost 127.0.0.1",
)


def chromium_path() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := which(name):
            return found
    raise FileNotFoundError("Chromium is not installed: scripts/system_packages test")


@pytest.fixture(scope="session")
def portal(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[str]:
    """The address of the running portal."""
    with django_db_blocker.unblock():
        call_command("createcachetable", CACHE_TABLE)
        connection.close()
    with running_portal(tmp_path_factory.mktemp("portal")) as url:
        yield url


@pytest.fixture(scope="session")
def demo_portal(portal: str, tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """The address of a demo on the same database, and the folder that its mails lie in."""
    folder = tmp_path_factory.mktemp("demo")
    with running_portal(folder, PORTAL_DEMO="1") as url:
        yield url, folder / "mails"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread; the ORM is not in it, whatever Django's guard thinks.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=list(CHROMIUM),
            ignore_default_args=["--disable-back-forward-cache"],  # people's browsers have it
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def stage(browser: Browser, portal: str, transactional_db: None, settings) -> Iterator[Stage]:
    """An empty world, seen by this process and by the server."""
    settings.PORTAL_URL = portal
    yield Stage()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {CACHE_TABLE}")  # rate limits


@pytest.fixture
def real_passwords(settings) -> None:
    """Store passwords as the server checks them; other tests use a quick hash that it refuses."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


@pytest.fixture(params=ALL_EQUIPMENT, ids=str)
def equipment(request: pytest.FixtureRequest) -> Equipment:
    """Every journey is made at a desk and on a phone, with and without JavaScript, unless it says otherwise."""
    return request.param


class Windows:
    """Browser windows, lent to one journey after the other: opening a new one costs more than most journeys."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[Equipment, list[Page]] = defaultdict(list)

    def lend(self, equipment: Equipment) -> Page:
        return self._free[equipment].pop() if self._free[equipment] else self._open(equipment)

    def take_back(self, equipment: Equipment, window: Page) -> None:
        self._free[equipment].append(window)

    def _open(self, equipment: Equipment) -> Page:
        context = self._browser.new_context(
            viewport={"width": equipment.width, "height": equipment.height},
            java_script_enabled=equipment.javascript,
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        return context.new_page()


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    return Windows(browser)


@pytest.fixture
def visitors(
    windows: Windows, portal: str, stage: Stage, login: Callable[[User], Client]
) -> Iterator[Callable[..., Visitor]]:
    """Seats people at windows that share nothing; what went wrong in any of them fails the journey."""
    seated: list[Visitor] = []

    def visitor(equipment: Equipment = DESK, home: str = portal) -> Visitor:
        seated.append(Visitor(windows.lend(equipment), home, equipment, login))
        return seated[-1]

    yield visitor
    found = [complaint for visitor in seated for complaint in visitor.watch.found]
    for visitor in seated:
        visitor.leaves_the_computer()
        windows.take_back(visitor.equipment, visitor.context.pages[0])
    assert not found, "\n".join(found)


@pytest.fixture
def clerk(visitors: Callable[[Equipment], Visitor], equipment: Equipment) -> Visitor:
    """A member's clerk, not logged in yet."""
    return visitors(equipment)
