"""A load generator: a few connections that are always busy, in a process of its own.

``python -m benchmarks.load`` reads a plan as JSON from its standard input and writes what it saw as JSON. It knows
HTTP/1.1 as far as gunicorn speaks it and nothing else, so that it takes little of a machine it shares with the server:
requests are bytes made beforehand, of a response only status and length are looked at.

Each window opens connections of its own, the same number to each worker: left to chance, five of eight may end up at
one worker, and the window would measure that.
"""

import json
import re
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from statistics import median

CONNECTIONS = 8
WORKERS = 2
ATTEMPTS = 400
FEWEST = 3 * CONNECTIONS  # answers in a window, however long that takes
PATIENCE = 60.0
LENGTH = re.compile(rb"\r\nContent-Length: (\d+)", re.IGNORECASE)
WORKER = re.compile(rb"\r\nX-Worker: (\d+)", re.IGNORECASE)


class UnexpectedResponse(Exception):
    """A page did not answer 200; nothing is measured on error pages."""


@dataclass(frozen=True)
class Target:
    """A page of one server: addresses to open in turn, each with a session key."""

    name: str
    port: int
    visits: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Window:
    """What one stretch of load saw: answers a second, and the median time to an answer in seconds."""

    rate: float
    latency: float


@dataclass
class Connection:
    sock: socket.socket
    started: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    length: int = -1

    def send(self, request: bytes) -> None:
        self.received.clear()
        self.length = -1
        self.started = time.perf_counter()
        self.sock.sendall(request)

    def receive(self) -> bool:
        """Take what has come; True when the response is complete."""
        part = self.sock.recv(1 << 18)
        if not part:
            raise UnexpectedResponse("the server closed the connection")
        self.received += part
        if self.length < 0:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return False
            self.length = end + 4 + int(self._header(LENGTH, end))
            if not self.received.startswith(b"HTTP/1.1 200 "):
                raise UnexpectedResponse(self.received[:500].decode(errors="replace"))
        return len(self.received) >= self.length

    def worker(self) -> bytes:
        return self._header(WORKER, self.received.find(b"\r\n\r\n"))

    def _header(self, pattern: re.Pattern[bytes], end: int) -> bytes:
        found = pattern.search(self.received, 0, end + 2)
        if found is None:
            raise UnexpectedResponse(f"no {pattern.pattern!r} in {bytes(self.received[:end])!r}")
        return found[1]


def run(targets: Sequence[Target], rounds: Sequence[Sequence[int]], seconds: float) -> list[list[Window]]:
    """Run a plan in a process of its own. ``rounds`` holds the order of targets, by place, in each round; the answer
    holds the windows by target and round."""
    plan = {
        "targets": [{"name": t.name, "port": t.port, "visits": list(t.visits)} for t in targets],
        "rounds": [list(order) for order in rounds],
        "seconds": seconds,
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(plan),
        text=True,
        stdout=subprocess.PIPE,
        check=True,
    )
    return [[Window(**window) for window in windows] for windows in json.loads(done.stdout)]


def main() -> None:
    plan = json.load(sys.stdin)
    targets = [(t["name"], t["port"], cycle([_request(*r) for r in t["visits"]])) for t in plan["targets"]]
    found: list[list[dict[str, float]]] = [[] for _ in targets]
    for order in plan["rounds"]:
        for place in order:
            name, port, requests = targets[place]
            try:
                found[place].append(_window(port, requests, plan["seconds"]))
            except UnexpectedResponse as error:
                sys.exit(f"{name}: {error}")
    json.dump(found, sys.stdout)


def _request(path: str, session: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: portal.example\r\nX-Forwarded-Proto: https\r\n"
        f"Cookie: sessionid={session}\r\n\r\n"
    ).encode()


def _window(port: int, requests: Iterator[bytes], seconds: float) -> dict[str, float]:
    connections = _balanced(port, requests)
    latencies = []
    with selectors.EpollSelector() as selector:
        for connection in connections:
            selector.register(connection.sock, selectors.EVENT_READ, connection)
        begun = time.perf_counter()
        for connection in connections:
            connection.send(next(requests))
        while (taken := time.perf_counter() - begun) < seconds or len(latencies) < FEWEST:
            for key, _ in selector.select(max(0.0, seconds - taken) or PATIENCE):
                connection = key.data
                if connection.receive():
                    latencies.append(time.perf_counter() - connection.started)
                    connection.send(next(requests))
    for connection in connections:
        connection.sock.close()
    return {"rate": len(latencies) / taken, "latency": median(latencies)}


def _balanced(port: int, requests: Iterator[bytes]) -> list[Connection]:
    """Connections that are shared evenly among the workers. Which worker takes one, its first answer tells."""
    kept: list[Connection] = []
    surplus: list[Connection] = []
    by_worker: Counter[bytes] = Counter()
    for _ in range(ATTEMPTS):
        connection = Connection(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.send(next(requests))
        while not connection.receive():
            pass
        worker = connection.worker()
        if by_worker[worker] < CONNECTIONS // WORKERS:
            by_worker[worker] += 1
            kept.append(connection)
        else:
            surplus.append(connection)
        if len(kept) == CONNECTIONS:
            break
    for connection in surplus:
        connection.sock.close()
    if len(kept) < CONNECTIONS:
        raise UnexpectedResponse(f"the workers did not share {CONNECTIONS} connections: {dict(by_worker)}")
    return kept


if __name__ == "__main__":
    main()
