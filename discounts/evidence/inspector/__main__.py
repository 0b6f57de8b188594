"""``python -m discounts.evidence.inspector COMMAND LIMITS …``: content on standard input, the answer on the output.

    inspect PAGES             a file → its sanitised copy, with the number of pages and their texts
    merge LENGTH…             files one behind the other → one PDF
    render PAGE WIDTH         a PDF → a PNG

LIMITS are ``BYTES:SECONDS:MEMORY``. The answer is a line of JSON, then the bytes. Exit code 0 also for a refusal.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

from discounts.evidence.inspector.refused import Refused
from discounts.evidence.inspector.surface import require_calm, require_pdf

OPEN_FILES = 32
MOST_BESIDE_THE_BYTES = 16 * 1024 * 1024  # of an answer: texts, and a picture of a small file
MOST_MEMORY_OF_INSPECTION = 192 * 1024 * 1024
"""Bytes of address space: a good file of 10 MB takes 90 million. Pictures of what was found good may take more."""


def main(command: str, limits: str, *arguments: str) -> None:
    most_bytes, seconds, memory = limits.split(":")
    most_memory = min(int(memory), MOST_MEMORY_OF_INSPECTION) if command == "inspect" else int(memory)
    limit(seconds=float(seconds), memory=most_memory, answer=4 * int(most_bytes) + MOST_BESIDE_THE_BYTES)
    content = sys.stdin.buffer.read(int(most_bytes) + 1)
    try:
        head, body = COMMANDS[command](content, int(most_bytes), *map(int, arguments))
    except Refused as refused:
        head, body = {"refusal": refused.code}, b""
    except MemoryError:
        head, body = {"refusal": "too_complicated"}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)
    sys.stdout.buffer.flush()


def inspect(content: bytes, most_bytes: int, most_pages: int) -> tuple[dict[str, Any], bytes]:
    if len(content) > most_bytes:
        raise Refused("too_large")
    require_pdf(content)
    require_calm(content)
    copy = _sanitised(content, most_pages)
    from discounts.evidence.inspector.pages import texts_of

    texts = texts_of(copy)
    return {"pages": len(texts), "texts": texts}, copy


def merge(content: bytes, most_bytes: int, *lengths: int) -> tuple[dict[str, Any], bytes]:
    from discounts.evidence.inspector.cleaning import merged

    parts, place = [], 0
    for length in lengths:
        parts.append(content[place : place + length])
        place += length
    return {}, merged(parts)


def render(content: bytes, most_bytes: int, page: int, width: int) -> tuple[dict[str, Any], bytes]:
    from discounts.evidence.inspector.pages import picture_of

    return {}, picture_of(content, page=page, width=width)


def _sanitised(content: bytes, most_pages: int) -> bytes:
    """Libraries are loaded when the bytes have passed: most of what is refused never meets them."""
    import io

    import pikepdf

    from discounts.evidence.inspector.cleaning import sanitised
    from discounts.evidence.inspector.structure import require_harmless

    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            require_harmless(pdf, pages=most_pages)
            return sanitised(pdf)
    except pikepdf.PasswordError as error:
        raise Refused("password") from error
    except pikepdf.PdfError as error:
        raise Refused(_what_is_wrong(str(error))) from error
    except (pikepdf.ForeignObjectError, RuntimeError, ValueError, TypeError) as error:
        raise Refused("damaged") from error


def _what_is_wrong(message: str) -> str:
    """In the words of the parser."""
    if "bad_alloc" in message:
        return "bomb"
    if "encrypt" in message.lower():
        return "restricted"
    if "/Pages structure" in message:
        return "page_loop"
    return "no_pages" if "root of pages tree" in message else "damaged"


def limit(*, seconds: float, memory: int, answer: int) -> None:
    """Before anything is read. ``memory`` and what is written as the ``answer`` are in bytes. Whoever goes over is
    killed; the parent makes of it what it is."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (answer, answer))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)


COMMANDS: dict[str, Callable[..., tuple[dict[str, Any], bytes]]] = {
    "inspect": inspect,
    "merge": merge,
    "render": render,
}

if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)  # nothing is left to tidy up, and tidying large files takes time
