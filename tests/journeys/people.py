"""Whoever sits at the browser. Its methods are named after what a person does and sees."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    WebError,
    expect,
)

from members.models import User

PATIENCE_MS = 10_000
QUIET = ("Failed to load resource: the server responded with a status of 40",)


@dataclass(frozen=True)
class Equipment:
    """What somebody uses the portal with. ``width`` and ``height`` of the window in CSS pixels."""

    name: str
    width: int
    height: int
    javascript: bool

    def __str__(self) -> str:
        return self.name


DESK = Equipment("desk", 1280, 800, javascript=True)
PHONE = Equipment("phone", 375, 740, javascript=True)
DESK_WITHOUT_JAVASCRIPT = Equipment("desk-without-javascript", 1280, 800, javascript=False)
PHONE_WITHOUT_JAVASCRIPT = Equipment("phone-without-javascript", 375, 740, javascript=False)
ALL_EQUIPMENT = (DESK, PHONE, DESK_WITHOUT_JAVASCRIPT, PHONE_WITHOUT_JAVASCRIPT)
WITH_JAVASCRIPT = (DESK, PHONE)
WITHOUT_JAVASCRIPT = (DESK_WITHOUT_JAVASCRIPT, PHONE_WITHOUT_JAVASCRIPT)


class Watch:
    """Keeps an eye on every page of a browser: foreign addresses, what the content security policy refused, scripts
    that broke, and server errors. ``found`` has to stay empty."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.found: list[str] = []
        self._origin = origin_of(home)
        self._context = context
        self._ears: dict[str, Callable[..., None]] = {
            "request": self._asked,
            "response": self._answered,
            "console": self._said,
            "weberror": self._broke,
        }
        for event, ear in self._ears.items():
            context.on(event, ear)

    def ends(self) -> None:
        for event, ear in self._ears.items():
            self._context.remove_listener(event, ear)

    def _broke(self, error: WebError) -> None:
        self.found.append(f"script error: {error.error}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")) and origin_of(request.url) != self._origin:
            self.found.append(f"foreign origin: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.found.append(f"server error {response.status}: {response.url}")
        is_page = "text/html" in response.headers.get("content-type", "")
        if is_page and "default-src 'none'" not in response.headers.get("content-security-policy", ""):
            self.found.append(f"no content security policy: {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(QUIET):
            where = message.location
            self.found.append(
                f"console {message.type}: {message.text} ({where['url']}:{where['lineNumber']})"
            )


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class Visitor:
    """Somebody at a browser window, logged in or not."""

    def __init__(
        self,
        page: Page,
        home: str,
        equipment: Equipment,
        login: Callable[[User], Client],
    ) -> None:
        self.page = page
        self.context = page.context
        self.home = home
        self.equipment = equipment
        self.watch = Watch(self.context, home)
        self._login = login

    # --- who ----------------------------------------------------------------------------------------------

    def is_logged_in_as(self, user: User, *, confirmed: bool = False) -> "Visitor":
        """Begin with a session that exists already. Logging in by the form is a journey of its own.

        ``confirmed``: the password was asked for once more, as before changing the second factor.
        """
        client = self._login(user)
        if confirmed:
            session = client.session
            session["account_authentication_methods_user"] = str(user.pk)
            records = session.get("account_authentication_methods", [])
            again = {"method": "password", "at": time.time(), "reauthenticated": True}
            session["account_authentication_methods"] = [*records, again]
            session.save()
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": self.home, "httpOnly": True}]
        )
        return self

    def logs_in(self, user: User, password: str) -> None:
        self.opens("/account/login/")
        self.fills("メールアドレス", user.email)
        self.fills("パスワード", password)
        self.presses("ログイン")

    def logs_out(self) -> None:
        self.presses("ログアウト")
        self.sees_heading("ログイン")

    def has_no_scripts(self) -> None:
        """As without JavaScript, but for the eyes of the tests, which need it."""
        self.context.route(
            re.compile(r"\.js$"), lambda route: route.fulfill(body="", content_type="text/javascript")
        )

    def loses_the_session(self) -> None:
        """Twelve hours pass, or somebody logs out in another window."""
        self.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    def has_a_passkey_device(self) -> None:
        """A fingerprint reader that always says yes."""
        debugger = self.context.new_cdp_session(self.page)
        debugger.send("WebAuthn.enable")
        debugger.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )

    def opens_another_tab(self) -> None:
        self.page = self.context.new_page()

    def leaves_the_computer(self) -> None:
        """Nothing stays behind for the next one at this window but the window itself, empty."""
        first, *others = self.context.pages
        for page in others:
            page.close()
        if self.equipment.javascript and first.url.startswith(self.home):
            first.evaluate("() => sessionStorage.clear()")
        first.goto("about:blank")
        first.set_viewport_size({"width": self.equipment.width, "height": self.equipment.height})
        first.emulate_media(media="screen")
        self.watch.ends()
        self.context.unroute_all()
        self.context.clear_cookies()

    # --- what they do -------------------------------------------------------------------------------------

    def opens(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else f"{self.home}{path}")

    def opens_home(self) -> None:
        self.opens("/")

    def goes_back(self) -> None:
        """Not waiting for the load event: a page that the browser kept has had it."""
        self.page.go_back(wait_until="commit")

    def reloads(self) -> None:
        self.page.reload()

    def follows(self, name: str, *, exact: bool = True) -> None:
        self.page.get_by_role("link", name=name, exact=exact).first.click()

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def fills(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def ticks(self, *names: str) -> None:
        for name in names:
            self.page.get_by_role("checkbox", name=name).check()

    def clears(self, *names: str) -> None:
        for name in names:
            self.page.get_by_role("checkbox", name=name).uncheck()

    def ticks_everything(self) -> None:
        for box in self.each(self.page.get_by_role("checkbox")):
            box.check()

    def each(self, control: Locator) -> list[Locator]:
        """Every match of ``control``, at least one. A link that was followed may not have led to its page yet, and a
        page may still be arriving."""
        expect(control).not_to_have_count(0)
        self.page.wait_for_load_state("domcontentloaded")
        return control.all()

    def until(self, it_is_so: Callable[[], bool]) -> None:
        """Ask the browser for signs of life until ``it_is_so``; the journey's patience is the limit."""
        patience_ends = time.monotonic() + PATIENCE_MS / 1000
        while not it_is_so():
            assert time.monotonic() < patience_ends, "it did not come about"
            self.page.locator("body").count()

    # --- what they see ------------------------------------------------------------------------------------

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    def sees_heading(self, text: str) -> None:
        expect(self.heading).to_have_text(text)

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def does_not_see(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("body")).not_to_contain_text(text)

    def sees_link(self, name: str) -> None:
        expect(self.page.get_by_role("link", name=name, exact=True).first).to_be_visible()

    def sees_no_link(self, name: str) -> None:
        expect(self.page.get_by_role("link", name=name, exact=True)).to_have_count(0)

    def sees_no_button(self, name: str) -> None:
        expect(self.page.get_by_role("button", name=name, exact=True)).to_have_count(0)

    def fact(self, label: str) -> str:
        """The value that stands beside ``label`` in a list of facts."""
        row = self.page.locator(".facts__row", has=self.page.locator("dt", has_text=label))
        return row.first.locator("dd").inner_text()

    def text_of(self, selector: str) -> str:
        return self.page.locator(selector).first.inner_text()

    def sees_error(self, text: str) -> None:
        """The title says so; the summary stands above the heading, has the focus, and the field repeats it."""
        expect(self.page).to_have_title(re.compile("^エラー："))
        summary = self.page.locator("[data-error-summary]")
        expect(summary).to_contain_text(text)
        expect(summary).to_be_focused()
        assert self.page.evaluate(
            "() => !!(document.querySelector('[data-error-summary]')"
            ".compareDocumentPosition(document.querySelector('h1')) & Node.DOCUMENT_POSITION_FOLLOWING)"
        ), "the summary does not stand above the heading"
        expect(self.page.locator(".field__error").filter(has_text=text).first).to_be_visible()

    def focus_is_on(self, control: Locator) -> None:
        expect(control).to_be_focused()

    def downloads(self, name: str) -> bytes:
        """The bytes of the file that the link ``name`` gives."""
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=name, exact=False).first.click()
        return download.value.path().read_bytes()
