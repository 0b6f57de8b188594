"""What the bytes of a file tell before anything parses them: what it is, what hides in it, what would burst."""

import re
from collections.abc import Iterable

from discounts.evidence.inspector.decoding import MOST_DECODED_IN_ALL, inflated, size_in_layers
from discounts.evidence.inspector.refused import Refused

MOST_OF_AN_OBJECT_STREAM = 4 * 1024 * 1024
MOST_REFERENCES = 300_000
MOST_THINGS = 1_000_000
"""Numbers, names, texts, references: a parser holds about 100 bytes for each."""
MOST_OBJECTS = 100_000
MOST_REVISIONS = 1_000
MOST_STREAMS = 5_000
MOST_NESTED = 100
MOST_KIDS = 5_000
"""Of one node of pages; the parser looks at each before anybody can ask how many there are."""
HEADER, END = b"%PDF-", b"%%EOF"
NEAR_THE_START = 1024
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
PHOTOGRAPH = re.compile(rb"(?s)....ftyp(?:hei|hev|mif1|avif)|RIFF....WEBP")  # as telephones take them
MARKUP = re.compile(rb"<(?:!doctype|html|script|svg|\?xml|body|iframe)", re.IGNORECASE)
STREAM = re.compile(rb"stream[\0\t\f ]*(?:\r\n?|\n)?")  # as leniently as the parser
KIDS = re.compile(rb"/Kids\s*\[([^\[\]]*)")
OBJECT = re.compile(rb"\d \d+ obj\b")
PICTURE = re.compile(rb"/Subtype\s*/Image\b")
OBJECT_STREAM_KEY = re.compile(rb"/First\b")
FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
NOT_PLAIN = re.compile(rb"/(?:LZW|ASCII|RunLength|AHx|A85|RL\b|Filter\s+\d)")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
BRACKETS = re.compile(rb"<<|>>|[\[\]]|endobj")
DELIMITERS = b"\0\t\n\f\r ()<>[]{}/%"
IN_SHORT = bytes(byte if byte in b"[(<" else 32 if byte in DELIMITERS else 97 for byte in range(256))
"""Letters for what makes up words, blanks for what parts them; what opens something stays."""


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
        raise Refused("picture" if PHOTOGRAPH.match(content) else "not_a_pdf")
    if content[:start].strip(b"\0\t\n\r \xef\xbb\xbf"):
        raise Refused("bytes_before")
    end = content.rfind(END)
    if end < 0:
        raise Refused("cut_off")
    _require_nothing_behind(content, end + len(END))


def require_calm(content: bytes) -> None:
    """Raises :class:`Refused` where parsing itself would burst: what the parser inflates by itself, and nesting."""
    for mark, most in ((b" obj", MOST_OBJECTS), (b"endstream", MOST_STREAMS), (b"startxref", MOST_REVISIONS)):
        if content.count(mark) > most:
            raise Refused("too_complicated")
    outside = _between_streams(content)
    for text in outside:
        _require_few_kids(text)
    _require_shallow(outside)
    things, references = _things(b"".join(outside)), content.count(b" R")
    _require_few(things, references)
    del outside
    total = count = before = 0
    for found in STREAM.finditer(content):
        if content[found.start() - 3 : found.start()] == b"end":
            continue
        count += 1
        if count > MOST_STREAMS:
            raise Refused("too_complicated")
        dictionary = _dictionary(content[before : found.start()])
        before = found.end()
        if _is_read_by_the_parser(dictionary):
            if NOT_PLAIN.search(dictionary):
                raise Refused("too_complicated")
            if len(FLATE.findall(dictionary)) > 1:
                raise Refused("bomb")  # no program deflates these twice
            objects = inflated(content, found.end(), most=MOST_OF_AN_OBJECT_STREAM)
            if b"/XRef" not in dictionary:  # whose bytes are numbers
                _require_shallow([objects])
                _require_few_kids(objects)
                things, references = things + _things(objects), references + objects.count(b" R")
                _require_few(things, references)
        elif PICTURE.search(dictionary):
            if OBJECT_STREAM_KEY.search(dictionary):
                raise Refused("bomb")  # the parser would not mind that it says it is a picture
            continue  # never inflated here; its measures are checked later
        total += size_in_layers(content, found.end())
        if total > MOST_DECODED_IN_ALL:
            raise Refused("bomb")


def _require_few_kids(text: bytes) -> None:
    for found in KIDS.finditer(text):
        if found[1].count(b" R") > MOST_KIDS:
            raise Refused("too_many_pages")


def _require_few(things: int, references: int) -> None:
    if references > MOST_REFERENCES or things > MOST_THINGS:
        raise Refused("too_complicated")


def _things(text: bytes) -> int:
    """Words, and whatever is opened; a reference is one thing of three words."""
    short = text.translate(IN_SHORT)
    words = sum(short.count(opening + b"a") for opening in (b" ", b"[", b"(", b"<"))
    return words + sum(map(short.count, (b"[", b"(", b"<"))) - 2 * text.count(b" R")


def _require_nothing_behind(content: bytes, end: int) -> None:
    """A ZIP is read from its end: its directory may stand anywhere in a PDF."""
    behind = content[end:].strip(b"\0\t\n\r ")
    if OBJECT.search(behind):
        raise Refused("cut_off")  # the file goes on, and its own end is missing
    if MARKUP.search(behind) or behind.startswith(tuple(magic for magic, _ in FIRST_BYTES)):
        raise Refused("two_files_in_one")
    directory = content.rfind(b"PK\x05\x06")
    if directory >= 0 and b"PK\x01\x02" in content[:directory]:
        raise Refused("two_files_in_one")
    if behind:
        raise Refused("bytes_behind")


def _require_shallow(texts: Iterable[bytes]) -> None:
    """Outside of streams nobody nests deeply."""
    depth = 0
    for text in texts:
        for bracket in BRACKETS.finditer(text):
            match bracket[0]:
                case b"endobj":
                    depth = 0
                case b"<<" | b"[":
                    depth += 1
                case _:
                    depth = max(depth - 1, 0)
            if depth > MOST_NESTED:
                raise Refused("nested_too_deeply")


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


def _dictionary(before: bytes) -> bytes:
    """Of a stream: the text between ``obj`` and ``stream``, its names without escapes."""
    return ESCAPED.sub(lambda code: bytes.fromhex(code[1].decode()), before[before.rfind(b" obj") + 1 :])


def _is_read_by_the_parser(dictionary: bytes) -> bool:
    return bool(re.search(rb"/(?:XRef|ObjStm)\b", dictionary))
