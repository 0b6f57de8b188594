"""Opening PDFs safely: each one in a child process of its own, under limits. This side never parses a PDF.

Whatever kills the child (memory, time, a signal) is a refusal of the file, never an error of the portal.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, Any

from discounts.evidence.refusals import Refusal

ROOT = Path(__file__).resolve().parents[2]
CHILDREN_AT_ONCE = 4
"""Of one web process: more uploads at the same moment wait for their turn."""

_turns = BoundedSemaphore(CHILDREN_AT_ONCE)


@dataclass(frozen=True)
class Limits:
    """Of one file and of the child that opens it: ``bytes``, ``pages``, ``seconds`` of wall time, ``memory`` in bytes
    of address space (for inspecting, the inspector allows itself no more than 192 MB of it)."""

    bytes: int
    pages: int
    seconds: float
    memory: int


@dataclass(frozen=True)
class Inspected:
    """A file that was found good: its number of ``pages``, the text layer of each (empty where there is none), and the
    copy that people may look at."""

    pages: int
    texts: tuple[str, ...]
    sanitised: bytes


class NotOpened(Exception):
    """A sanitised copy could not be merged or shown as a picture."""


def inspect(original: bytes, *, limits: Limits) -> Inspected | Refusal:
    """What is in an uploaded file, or why it is refused."""
    head, sanitised = _ask(original, limits, "inspect", limits.pages)
    if refusal := head.get("refusal"):
        return Refusal(refusal)
    return Inspected(head["pages"], tuple(head["texts"]), sanitised)


def merge(parts: Sequence[bytes], *, limits: Limits) -> bytes:
    """One PDF of several sanitised ones, in order. Raises :class:`NotOpened`."""
    return _opened(_ask(b"".join(parts), limits, "merge", *map(len, parts)))


def render_page(pdf: bytes, *, page: int, width: int, limits: Limits) -> bytes:
    """A page (from 1) of a sanitised PDF as a PNG ``width`` pixels wide. Raises :class:`NotOpened`."""
    return _opened(_ask(pdf, limits, "render", page, width))


def _opened(answer: tuple[dict[str, Any], bytes]) -> bytes:
    head, body = answer
    if refusal := head.get("refusal"):
        raise NotOpened(refusal)
    return body


def _ask(content: bytes, limits: Limits, command: str, *arguments: int) -> tuple[dict[str, Any], bytes]:
    given = f"{limits.bytes}:{limits.seconds}:{limits.memory}"
    with _turns:
        out = _run([command, given, *map(str, arguments)], content[: limits.bytes + 1], limits.seconds)
    head, _, body = out.partition(b"\n")
    with suppress(ValueError):
        answer = json.loads(head)
        if isinstance(answer, dict):
            return answer, body
    return {"refusal": Refusal.TOO_COMPLICATED.value}, b""


def _run(arguments: Sequence[str], content: bytes, seconds: float) -> bytes:
    """What the child wrote; nothing if it died. It writes into a file, whose size the system bounds: a child that was
    taken over must not fill this process."""
    with TemporaryFile() as answer:
        died = _runs_badly(arguments, content, seconds, answer)
        answer.seek(0)
        return b"" if died else answer.read()


def _runs_badly(arguments: Sequence[str], content: bytes, seconds: float, answer: IO[bytes]) -> bool:
    child = subprocess.Popen(  # noqa: S603  (our own program; the file comes through its standard input)
        [sys.executable, "-s", "-m", "discounts.evidence.inspector", *arguments],
        stdin=subprocess.PIPE,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={"PATH": os.defpath, "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        child.communicate(content, timeout=seconds + 1)
    except subprocess.TimeoutExpired:
        pass
    finally:
        if child.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
    return child.returncode != 0
