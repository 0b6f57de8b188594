"""What every page has to be, in whatever state it is: its skeleton, axe's rules, room on a small screen, large text, a
visible focus. Each function gives a list of complaints; an empty one means the page is in order."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 375)
NARROWEST = 320
HEIGHT = 800
MOST_TAB_STOPS = 150


@lru_cache(maxsize=1)
def axe_source() -> str:
    path = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
    if not path.exists():
        raise FileNotFoundError(f"{path}: scripts/node_packages installs it")
    return path.read_text()


def axe_complaints(page: Page) -> list[str]:
    """Violations by rule with the elements concerned. The script comes in by the debugger, past the page's policy."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe_source())
    violations = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'],"
        " preload: false})"  # it would read style sheets by injecting style elements, which the policy refuses
        ".then(result => result.violations.map(v => [v.id, v.help, v.nodes.map(n => n.target.join(' '))]))",
        AXE_TAGS,
    )
    return [f"axe {rule}: {help_text}: {', '.join(targets)}" for rule, help_text, targets in violations]


def skeleton_complaints(page: Page) -> list[str]:
    """One h1, one main, a title, a skip link first, one primary button; nothing disabled, no placeholder."""
    return page.evaluate(
        """() => {
        const found = [];
        const all = selector => [...document.querySelectorAll(selector)];
        const seen = element => element.checkVisibility({visibilityProperty: true});
        const want = (ok, text) => { if (!ok) found.push(text); };
        want(document.documentElement.lang === 'ja', 'html has no lang=ja');
        want(all('h1').length === 1, `${all('h1').length} h1`);
        want(all('main').length === 1, `${all('main').length} main`);
        want(all('h1')[0]?.innerText.trim(), 'the h1 is empty');
        want(all('nav').every(nav => nav.innerText.trim()), 'an empty nav');
        want(/^.+｜.+$/.test(document.title), `title: ${document.title}`);
        const first = all('a[href], button, input, select, textarea')[0];
        want(first?.matches('a[href^="#"]') && document.querySelector(first.hash), 'no skip link first');
        const primary = all('.button:not(.button--secondary, .button--text)').filter(seen);
        want(primary.length <= 1, `${primary.length} primary buttons: ${primary.map(b => b.innerText)}`);
        want(!all('[placeholder]').length, 'a placeholder');
        want(!all(':disabled, [readonly]').filter(seen).length, 'a disabled or read-only control');
        want(all('form').every(form => form.noValidate || !form.querySelector('[required]')),
             'a form that the browser validates');
        const ids = all('[id]').map(element => element.id);
        want(new Set(ids).size === ids.length, `ids twice: ${ids.filter((id, i) => ids.indexOf(id) !== i)}`);
        for (const link of all('a[href^="#"]:not([href="#"])'))
            want(document.getElementById(decodeURIComponent(link.hash.slice(1))), `${link.hash} leads nowhere`);
        const wrong = all('[aria-invalid=true]').length + all('[data-error-summary]').length > 0;
        want(wrong === document.title.startsWith('エラー：'), `errors: ${wrong}, title: ${document.title}`);
        return found;
    }"""
    )


def room_complaints(page: Page, *, tables_scroll: bool = False) -> list[str]:
    """Nothing scrolls sideways and no text leaves its box at the window's present width and text size.

    With ``tables_scroll`` a wide table may scroll inside its own frame, as the secretariat's lists do.
    """
    return page.evaluate(
        """tablesScroll => {
        const found = [];
        const root = document.documentElement;
        const name = element => `${element.tagName.toLowerCase()}.${element.className || element.id}`;
        if (root.scrollWidth > root.clientWidth)
            found.push(`scrolls sideways: ${root.scrollWidth} in ${root.clientWidth}`);
        const boxes = 'button, .button, .chip, td, th, dd, dt, .card, .notice, .todo, .receipt, label, a, body';
        const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const range = document.createRange();
        const scrolls = element => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX)
            && element.scrollWidth > element.clientWidth;
        const inScrollingTable = element => {
            for (let frame = element.closest('table')?.parentElement; frame; frame = frame.parentElement)
                if (scrolls(frame)) return true;
            return false;
        };
        while (words.nextNode()) {
            const text = words.currentNode;
            const parent = text.parentElement;
            if (!text.data.trim() || !parent.checkVisibility({visibilityProperty: true})) continue;
            if (parent.closest('.visually-hidden, thead, .skip-link, script, option, td.original')) continue;
            if (tablesScroll && inScrollingTable(parent)) continue;
            range.selectNodeContents(text);
            for (const rect of range.getClientRects()) {
                if (rect.width < 1) continue;
                const where = `「${text.data.trim().slice(0, 24)}」 in ${name(parent)}`;
                if (rect.left < -1 || rect.right > root.clientWidth + 1) {
                    found.push(`beyond the window: ${where}`);
                    break;
                }
                const box = parent.closest(boxes);
                const edge = box.getBoundingClientRect();
                if (getComputedStyle(box).display === 'inline') continue;
                const above = box !== document.body && rect.top < edge.top - 4;
                const below = box !== document.body && rect.bottom > edge.bottom + 4;
                if (rect.left < edge.left - 2 || rect.right > edge.right + 2 || above || below) {
                    found.push(`out of its box ${name(box)}: ${where}`);
                    break;
                }
            }
        }
        for (const element of document.querySelectorAll('body *')) {
            const style = getComputedStyle(element);
            if (element.closest('.visually-hidden, thead, svg, .skip-link, select, input, textarea, td.original'))
                continue;
            const hides = [style.overflowX, style.overflowY].some(value => value === 'hidden' || value === 'clip');
            const wide = element.scrollWidth > element.clientWidth + 1;
            if (hides && (wide || element.scrollHeight > element.clientHeight + 1))
                found.push(`cut off: ${name(element)}`);
            if (style.textOverflow === 'ellipsis') found.push(`shortened with …: ${name(element)}`);
        }
        return found;
    }""",
        tables_scroll,
    )


def large_text_complaints(page: Page, *, tables_scroll: bool = False) -> list[str]:
    """As ``room_complaints``, with all text twice as large."""
    page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
    complaints = room_complaints(page, tables_scroll=tables_scroll)
    page.evaluate("() => { document.documentElement.style.fontSize = '' }")
    return [f"at 200 % text: {complaint}" for complaint in complaints]


def focus_complaints(page: Page) -> list[str]:
    """Walk the page by Tab: everything that can be used is reached, and each stop shows that it is the one."""
    expected = page.evaluate(
        """() => {
        document.activeElement?.blur();
        getSelection().removeAllRanges();
        scrollTo(0, 0);
        const usable = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
        const groups = new Set();
        let place = 0;
        for (const element of document.querySelectorAll(usable)) {
            if (!element.checkVisibility({visibilityProperty: true})) continue;
            if (element.tabIndex < 0 || element.disabled) continue;
            if (element.type === 'radio') {
                if (groups.has(element.name)) continue;
                groups.add(element.name);
                element.dataset.stop = `radio ${element.name}`;
                for (const other of document.querySelectorAll(`[type=radio][name="${element.name}"]`))
                    other.dataset.stop = element.dataset.stop;
                continue;
            }
            const label = (element.innerText || element.name || '').trim().slice(0, 20);
            element.dataset.stop = `${++place} ${element.tagName} ${label}`;
        }
        return [...new Set([...document.querySelectorAll('[data-stop]')].map(element => element.dataset.stop))];
    }"""
    )
    page.evaluate(WATCH_THE_STOPS)
    more = page.evaluate(
        "() => document.querySelectorAll('[tabindex=\"0\"]').length"
        " + 3 * document.querySelectorAll('input[type=date], input[type=time]').length"
    )
    for _ in range(min(len(expected) + more, MOST_TAB_STOPS) + 1):
        page.keyboard.press("Tab")
    complaints: list[str] = []
    reached: list[str] = []
    for stop in page.evaluate("() => window.tabStops"):
        if reached and stop["name"] == reached[-1]:  # the parts of a date
            continue
        if stop["name"] in reached:
            break
        reached.append(stop["name"])
        complaints += [f"focus {problem}: {stop['name']}" for problem in stop["problems"]]
    missed = [name for name in expected if name not in reached]
    complaints += [f"not reached by Tab: {name}" for name in missed]
    page.evaluate(
        "() => document.querySelectorAll('[data-stop]').forEach(element => delete element.dataset.stop)"
    )
    return complaints


# Looks at each stop when the key comes up again: by then the browser has scrolled to it.
WATCH_THE_STOPS = """() => {
    window.tabStops = [];
    window.watchTheStop ??= () => {
        const element = document.activeElement;
        if (!element || element === document.body || element === document.documentElement) return;
        const style = getComputedStyle(element);
        const rect = element.getBoundingClientRect();
        const problems = [];
        if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) problems.push('not visible');
        if (rect.bottom <= 0 || rect.top >= innerHeight || rect.right <= 0 || rect.left >= innerWidth)
            problems.push('outside the window');
        const atop = document.elementFromPoint(
            Math.min(Math.max(rect.left + rect.width / 2, 1), innerWidth - 1),
            Math.min(Math.max(rect.top + rect.height / 2, 1), innerHeight - 1));
        if (atop && !element.contains(atop) && !atop.contains(element) && !atop.closest('label')?.contains(element))
            problems.push(`hidden behind ${atop.tagName} ${atop.className}`);
        element.dataset.stop ??= `also ${window.tabStops.length} ${element.tagName} ${element.className}`;
        window.tabStops.push({name: element.dataset.stop, problems});
    };
    addEventListener('keyup', window.watchTheStop);
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
}"""


def all_complaints(page: Page, *, tables_scroll: bool = False) -> list[str]:
    """Everything, at the desk, on the phone and at the narrowest."""
    before = page.viewport_size
    complaints = skeleton_complaints(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        complaints += [
            f"at {width}: {complaint}"
            for complaint in axe_complaints(page) + room_complaints(page, tables_scroll=tables_scroll)
        ]
    page.set_viewport_size({"width": NARROWEST, "height": HEIGHT})
    complaints += [
        f"at {NARROWEST}: {complaint}" for complaint in room_complaints(page, tables_scroll=tables_scroll)
    ]
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    complaints += large_text_complaints(page, tables_scroll=tables_scroll) + focus_complaints(page)
    if before:
        page.set_viewport_size(before)
    return complaints
