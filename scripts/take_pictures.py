"""Takes README's pictures: starts a demo of its own and drives Chromium through it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
PASSWORD = "demo-no-password"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STARTS_WITHIN_SECONDS = 60


def main() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://localhost:{port}"
    with TemporaryDirectory() as folder:
        # A folder of its own: the demo that somebody is looking at stays as it is.
        environment = os.environ | {
            "PORTAL_DEMO": "1",
            "PORTAL_ENV_FILE": os.devnull,
            "PORTAL_URL": url,
            "PORTAL_VAR_DIR": folder,
        }
        for real_part in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
            environment.pop(real_part, None)
        command = [sys.executable, "manage.py", "demo", "--port", str(port)]
        demo = subprocess.Popen(command, cwd=ROOT, env=environment)
        try:
            wait_for(f"{url}/account/login/")
            take(url)
        finally:
            demo.terminate()
            demo.wait()


def take(url: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or which("chromium") or which("chromium-browser"),
            args=ARGUMENTS,
        )
        page = browser.new_page(viewport={"width": 1280, "height": 960}, locale="ja-JP")
        log_in(page, url, "member@demo.example")
        page.goto(f"{url}/")
        page.screenshot(path=PICTURES / "my-page.png")
        page.context.clear_cookies()
        log_in(page, url, "reviewer@jaim.example")
        page.goto(f"{url}/admin/renewals/renewal/queue/")
        page.get_by_role("button", name="次の1件").first.click()
        page.wait_for_url("**/workbench/**")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=PICTURES / "review.png")
        browser.close()


def log_in(page: Page, url: str, email: str) -> None:
    page.goto(f"{url}/account/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda address: "/account/login/" not in address)


def wait_for(url: str) -> None:
    for _ in range(STARTS_WITHIN_SECONDS * 2):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"the demo did not answer at {url}")


if __name__ == "__main__":
    main()
