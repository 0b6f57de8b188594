"""What the bytes of a file tell before anything parses them: what it is, what hides in it, what would burst."""

import re

from discounts.evidence.inspector.decoding import inflated, inflated_size
from discounts.evidence.inspector.refused import Refused

MOST_DECODED_IN_ALL = 64 * 1024 * 1024
MOST_OF_AN_OBJECT_STREAM = 4 * 1024 * 1024
MOST_REFERENCES = 20_000
MOST_STREAMS = 20_000
MOST_NESTED = 100
HEADER, END = b"%PDF-", b"%%EOF"
NEAR_THE_START = 1024
DICTIONARY = 2048  # bytes before a stream in which its dictionary is looked for
FIRST_BYTES = (
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"#!", "program"),
    (b"PK\x03\x04", "zip_or_office"),
    (b"\xd0\xcf\x11\xe0", "zip_or_office"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG", "picture"),
    (b"GIF8", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"BM", "picture"),
)
MARKUP = re.compile(rb"<(?:!doctype|html|script|svg|\?xml|body|iframe)", re.IGNORECASE)
STREAM = re.compile(rb"stream\r?\n")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
BRACKETS = re.compile(rb"<<|>>|[\[\]]|endobj")
MOST_BRACKETS = 400_000


def require_pdf(content: bytes) -> None:
    """Raises :class:`Refused` for anything that is not one PDF from its first byte to its last."""
    if not content.strip(b"\0\t\n\r "):
        raise Refused("empty")
    start = content.find(HEADER, 0, NEAR_THE_START)
    for magic, code in FIRST_BYTES:
        if content.startswith(magic):
            raise Refused(code if start < 0 else "two_files_in_one")
    if MARKUP.search(content, 0, NEAR_THE_START):
        raise Refused("web_page" if start < 0 else "two_files_in_one")
    if start < 0:
        raise Refused("not_a_pdf")
    if content[:start].strip(b"\0\t\n\r \xef\xbb\xbf"):
        raise Refused("bytes_before")
    end = content.rfind(END)
    if end < 0:
        raise Refused("cut_off")
    _require_nothing_behind(content, end + len(END))


def require_calm(content: bytes) -> None:
    """Raises :class:`Refused` where parsing itself would burst: what the parser inflates by itself, and nesting."""
    _require_shallow(content)
    references = content.count(b" R")
    _require_few(references)
    total = count = 0
    for found in STREAM.finditer(content):
        if content[found.start() - 3 : found.start()] == b"end":
            continue
        count += 1
        if count > MOST_STREAMS:
            raise Refused("too_complicated")
        dictionary = _dictionary_before(content, found.start())
        if _is_read_by_the_parser(dictionary):
            if re.search(rb"/(?:LZW|ASCII|RunLength|AHx|A85|RL\b)", dictionary):
                raise Refused("too_complicated")
            objects = inflated(content, found.end(), most=MOST_OF_AN_OBJECT_STREAM)
            _require_shallow(objects)
            references += objects.count(b" R")
            _require_few(references)
        elif re.search(rb"/Subtype\s*/Image\b", dictionary):
            continue  # never inflated here; its measures are checked later
        total += inflated_size(content, found.end())
        if total > MOST_DECODED_IN_ALL:
            raise Refused("bomb")


def _require_few(references: int) -> None:
    """A parser holds some 70 bytes for each byte of a list of references."""
    if references > MOST_REFERENCES:
        raise Refused("too_complicated")


def _require_nothing_behind(content: bytes, end: int) -> None:
    """A ZIP is read from its end: its directory may stand anywhere in a PDF."""
    behind = content[end:].strip(b"\0\t\n\r ")
    if MARKUP.search(behind) or behind.startswith(tuple(magic for magic, _ in FIRST_BYTES)):
        raise Refused("two_files_in_one")
    directory = content.rfind(b"PK\x05\x06")
    if directory >= 0 and b"PK\x01\x02" in content[:directory]:
        raise Refused("two_files_in_one")
    if behind:
        raise Refused("bytes_behind")


def _require_shallow(content: bytes) -> None:
    """Outside of streams nobody nests deeply."""
    depth = count = 0
    for text in _between_streams(content):
        for bracket in BRACKETS.finditer(text):
            count += 1
            match bracket[0]:
                case b"endobj":
                    depth = 0
                case b"<<" | b"[":
                    depth += 1
                case _:
                    depth = max(depth - 1, 0)
            if depth > MOST_NESTED:
                raise Refused("nested_too_deeply")
            if count > MOST_BRACKETS:
                raise Refused("too_complicated")


def _between_streams(content: bytes) -> list[bytes]:
    pieces, place = [], 0
    for found in STREAM.finditer(content):
        if found.start() < place or content[found.start() - 3 : found.start()] == b"end":
            continue
        pieces.append(content[place : found.start()])
        place = content.find(b"endstream", found.end())
        if place < 0:
            return pieces
    return [*pieces, content[place:]]


def _dictionary_before(content: bytes, place: int) -> bytes:
    """The text between ``obj`` and ``stream``, its names without escapes."""
    text = content[max(0, place - DICTIONARY) : place]
    return ESCAPED.sub(lambda code: bytes.fromhex(code[1].decode()), text.rpartition(b" obj")[2] or text)


def _is_read_by_the_parser(dictionary: bytes) -> bool:
    return bool(re.search(rb"/(?:XRef|ObjStm)\b", dictionary))
