"""Fills the databases, runs each part, and turns what it measured into figures with their bars."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

from benchmarks import databases, evidence, load
from benchmarks.bars import Measurement, paired_ratio
from benchmarks.load import Target
from benchmarks.pages import BARE_HOME, HOME, PAGES, PLAIN_LIST, RENEWALS
from benchmarks.portal import Portal, free_port, wait_for
from benchmarks.scale import Scale

PARTS = ("home", "list", "opening", "sending", "growth", "evidence", "debit_file")
SERVED = {"home", "list", "growth", "evidence"}
EMPTY = "bench_empty"
CLERKS = 100

HOME_RATE, HOME_QUERIES = 0.5, 8
LIST_LATENCY, LIST_QUERIES = 1.4, 12
OPENING_RATE = 0.3
SENDING_RATE = 0.65
GROWTH = 1.15
HOSTILE_MILLISECONDS, HOSTILE_MEGABYTES = 300, 200
PICTURE_MILLISECONDS, PICTURE_PAGES = 300, 10
DEBIT_FILE_SECONDS, DEBIT_FILE_GROWTH = 5.0, 1.0


@dataclass(frozen=True)
class Filled:
    """One size of the two: a database in mid-season, and one where the season is about to open."""

    size: int
    portal: Portal
    before: Portal

    @property
    def label(self) -> str:
        return f"{self.size:,}"


@dataclass(frozen=True)
class Served:
    """A filled database behind gunicorn, and how each page is opened."""

    filled: Filled
    port: int
    visits: dict[str, list[tuple[str, str]]]
    queries: dict[str, int]

    def target(self, page: str) -> Target:
        return Target(f"{page} at {self.filled.label}", self.port, self.visits[page])


def measure(scale: Scale, parts: Collection[str]) -> list[Measurement]:
    """Everything that was asked for, over freshly filled databases that are dropped afterwards."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as var_dir:
        try:
            sizes = _fill(scale, parts, var_dir)
            found: list[Measurement] = []
            if "opening" in parts:
                for filled, rounds in zip(sizes, scale.opening_rounds, strict=True):
                    found.append(_opening(filled, rounds))
            if "sending" in parts:
                found.append(_sending(sizes[-1], scale))
            if "debit_file" in parts:
                found += _debit_file(sizes[-1])
            if SERVED.intersection(parts):
                found = [*_pages(sizes, scale, parts), *found]
            return found
        finally:
            for size in scale.sizes:
                databases.drop(_name(size))
                databases.drop(_name_before(size))
            databases.drop(EMPTY)


# --- filling --------------------------------------------------------------------------------------------------------


def _name(size: int) -> str:
    return f"bench_{size}"


def _name_before(size: int) -> str:
    return f"bench_{size}_before"


def _fill(scale: Scale, parts: Collection[str], var_dir: str) -> list[Filled]:
    databases.create(EMPTY)
    empty = Portal(EMPTY, 0, var_dir)
    empty.manage("migrate", "--run-syncdb")
    empty.manage("collectstatic", "--no-input")
    sizes = []
    for cache, size in enumerate(scale.sizes, start=1):
        begun = time.monotonic()
        filled = Filled(size, Portal(_name(size), cache, var_dir), Portal(_name_before(size), 0, var_dir))
        databases.create(filled.portal.database, template=EMPTY)
        filled.portal.call("benchmarks.data.filling:fill_members", size=size)
        if {"opening", "sending"}.intersection(parts):
            databases.create(filled.before.database, template=filled.portal.database)
            databases.settle(filled.before.database)
        if SERVED.intersection(parts):
            filled.portal.call("benchmarks.data.filling:fill_season")
            databases.settle(filled.portal.database)
        _say(f"filled a database with {filled.label} establishments in {time.monotonic() - begun:.0f} s")
        sizes.append(filled)
    return sizes


# --- jobs -----------------------------------------------------------------------------------------------------------


def _opening(filled: Filled, rounds: int) -> Measurement:
    _say(f"opening a season of {filled.label}")
    found = filled.before.call("benchmarks.opening:measure", rounds=rounds)
    rows, ours, floor = found["rows"], median(found["ours"]), median(found["floors"])
    return Measurement(
        "opening the season, rows a second",
        filled.label,
        paired_ratio(found["floors"], found["ours"]),
        OPENING_RATE,
        at_least=True,
        detail=f"{rows:,} rows: {rows / ours:,.0f}/s, bare bulk_create {rows / floor:,.0f}/s",
    )


def _sending(filled: Filled, scale: Scale) -> Measurement:
    _say("sending mails")
    if not filled.before.call("benchmarks.opening:is_open"):
        filled.before.call("benchmarks.opening:measure", rounds=0)
    with _mail_sink() as port:
        found = filled.before.call(
            "benchmarks.sending:measure",
            environment={"EMAIL_URL": f"smtp://127.0.0.1:{port}", "MAIL_PER_SECOND": "0"},
            mails=scale.mails,
            rounds=scale.sending_rounds,
        )
    ours, floor = median(found["ours"]), median(found["floors"])
    return Measurement(
        "sending, mails a second",
        filled.label,
        paired_ratio(found["floors"], found["ours"]),
        SENDING_RATE,
        at_least=True,
        detail=f"{scale.mails / ours:,.0f}/s, bare SMTP loop {scale.mails / floor:,.0f}/s",
    )


def _debit_file(filled: Filled) -> list[Measurement]:
    _say(f"writing a debit file of {filled.label} records")
    found = filled.portal.call("benchmarks.debit_file:measure", debits=filled.size)
    what = "the debit file"
    return [
        Measurement(
            f"{what}, seconds",
            filled.label,
            round(found["seconds"], 2),
            DEBIT_FILE_SECONDS,
            at_least=False,
            unit="s",
            detail=f"{found['bytes']:,} bytes",
        ),
        Measurement(
            f"{what}, memory it takes",
            filled.label,
            round(found["peak"], 2),
            DEBIT_FILE_GROWTH,
            at_least=False,
            unit="MB",
            detail="the most held at once, allocations traced",
        ),
    ]


@contextmanager
def _mail_sink() -> Iterator[int]:
    """aiosmtpd as it is, which takes every mail and forgets it."""
    port = free_port()
    command = [sys.executable, "-m", "aiosmtpd", "--nosetuid", "--class", "aiosmtpd.handlers.Sink"]
    sink = subprocess.Popen([*command, "--listen", f"127.0.0.1:{port}"])
    try:
        wait_for(port, sink)
        yield port
    finally:
        sink.terminate()
        sink.wait()


# --- pages ----------------------------------------------------------------------------------------------------------


def _pages(sizes: Iterable[Filled], scale: Scale, parts: Collection[str]) -> list[Measurement]:
    with ExitStack() as servers:
        served = [_serve(filled, servers) for filled in sizes]
        found: list[Measurement] = []
        if "home" in parts:
            for side in served:
                found += _home(side, scale)
        if "list" in parts:
            for side in served:
                found += _renewal_list(side, scale)
        if "growth" in parts:
            found += _growth(*served, scale)
        if "evidence" in parts:
            found += [*_hostile_files(), _page_pictures(served[0], scale)]
        return found


def _serve(filled: Filled, servers: ExitStack) -> Served:
    visits = filled.portal.call("benchmarks.data.visits:visits", each=CLERKS)
    some = {page: of_page[:5] for page, of_page in visits.items()}
    queries = filled.portal.call("benchmarks.query_counts:count", visits=some)
    return Served(filled, servers.enter_context(filled.portal.served()), visits, queries)


def _home(served: Served, scale: Scale) -> list[Measurement]:
    _say(f"my-page home at {served.filled.label}")
    home, bare = load.run(
        [served.target(HOME), served.target(BARE_HOME)], _alternating(scale.rounds), scale.window
    )
    ours, floor = [window.rate for window in home], [window.rate for window in bare]
    return [
        Measurement(
            "my-page home, requests a second",
            served.filled.label,
            paired_ratio(ours, floor),
            HOME_RATE,
            at_least=True,
            detail=f"{median(ours):,.0f}/s, bare view {median(floor):,.0f}/s",
        ),
        _queries(HOME, served, HOME_QUERIES),
    ]


def _renewal_list(served: Served, scale: Scale) -> list[Measurement]:
    _say(f"renewal list at {served.filled.label}")
    renewals, plain = load.run(
        [served.target(RENEWALS), served.target(PLAIN_LIST)], _alternating(scale.rounds), scale.window
    )
    ours, floor = [window.latency for window in renewals], [window.latency for window in plain]
    return [
        Measurement(
            "renewal list, median time",
            served.filled.label,
            paired_ratio(ours, floor),
            LIST_LATENCY,
            at_least=False,
            detail=f"{_milliseconds(ours)}, stock changelist {_milliseconds(floor)}",
        ),
        _queries(RENEWALS, served, LIST_QUERIES),
    ]


def _queries(page: str, served: Served, bar: int) -> Measurement:
    return Measurement(
        f"{page}, queries",
        served.filled.label,
        served.queries[page],
        bar,
        at_least=False,
        unit="queries",
    )


def _growth(small: Served, large: Served, scale: Scale) -> list[Measurement]:
    """Each page in both sizes, one after the other, round by round."""
    found = []
    for page in PAGES:
        _say(f"{page} at {small.filled.label} and {large.filled.label}")
        few, many = load.run(
            [small.target(page), large.target(page)], _alternating(scale.growth_rounds), scale.growth_window
        )
        before, after = [window.latency for window in few], [window.latency for window in many]
        found.append(
            Measurement(
                f"{page}, median time",
                f"{small.filled.label} → {large.filled.label}",
                paired_ratio(after, before),
                GROWTH,
                at_least=False,
                detail=f"{_milliseconds(before)} → {_milliseconds(after)}, {large.queries[page]} queries",
            )
        )
    return found


def _hostile_files() -> list[Measurement]:
    _say("opening hostile files")
    opened = evidence.open_hostile_files()
    slowest = max(opened, key=lambda each: each.milliseconds)
    largest = max(opened, key=lambda each: each.megabytes)
    size, detail = f"{len(opened)} files", "worst: {}"
    return [
        Measurement(
            "hostile PDF, time of the checking process",
            size,
            round(slowest.milliseconds),
            HOSTILE_MILLISECONDS,
            at_least=False,
            unit="ms",
            detail=detail.format(slowest.name),
        ),
        Measurement(
            "hostile PDF, memory of the checking process",
            size,
            round(largest.megabytes),
            HOSTILE_MEGABYTES,
            at_least=False,
            unit="MB",
            detail=detail.format(largest.name),
        ),
    ]


def _page_pictures(served: Served, scale: Scale) -> Measurement:
    _say("pages of evidence as pictures")
    visits = served.filled.portal.call("benchmarks.evidence:hand_in", pages=PICTURE_PAGES)
    target = Target("page picture", served.port, visits)
    [windows] = load.run([target], [[0]] * scale.growth_rounds, scale.growth_window)
    return Measurement(
        "page of evidence as a picture, median time once rendered",
        f"{PICTURE_PAGES} pages",
        round(median(window.latency for window in windows) * 1000, 1),
        PICTURE_MILLISECONDS,
        at_least=False,
        unit="ms",
        detail="eight requests at a time",
    )


def _alternating(rounds: int) -> list[list[int]]:
    """Who goes first changes from round to round."""
    return [[0, 1] if number % 2 else [1, 0] for number in range(rounds)]


def _milliseconds(seconds: Iterable[float]) -> str:
    return f"{median(seconds) * 1000:.1f} ms"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
