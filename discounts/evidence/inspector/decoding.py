"""How large a stream becomes when it is decoded, found out without ever holding it: every step has a bound."""

import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress

from discounts.evidence.inspector.refused import Refused

MOST_DECODED = 16 * 1024 * 1024
"""Bytes of one stream that is not a picture: text, fonts and tables need far less."""
MOST_DECODED_IN_ALL = 48 * 1024 * 1024
CHUNK = 64 * 1024
PICTURE_FILTERS = frozenset({"/DCTDecode", "/DCT", "/JPXDecode", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode"})
OLD_FILTERS = frozenset({"/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"})
MOST_UNDER_AN_OLD_FILTER = 256 * 1024
"""Bytes: counting what these stand for takes long, and no program of this century writes text with them."""
CLEAR, END = 256, 257  # of LZW


def require_bounded(raw: bytes, filters: Sequence[str]) -> int:
    """The decoded size in bytes of ``raw`` under ``filters``, in the order in which they are undone; what remains
    behind a picture's own filter counts as it is. Raises :class:`Refused` beyond the bound."""
    data = raw
    for place, name in enumerate(filters):
        if name in PICTURE_FILTERS:
            break
        if name in OLD_FILTERS and (len(data) > MOST_UNDER_AN_OLD_FILTER or place + 1 < len(filters)):
            raise Refused("too_complicated")  # nobody writes this but to hide something
        if name in ("/LZWDecode", "/LZW"):
            return _lzw_size(data)
        data = _decoded(data, name)
    return _within(len(data))


def inflated_size(data: bytes, start: int = 0) -> int:
    """How many bytes a zlib stream at ``start`` inflates to, as far as it goes; 0 where there is none. Raises
    :class:`Refused` beyond the bound."""
    size = 0
    for piece in _inflating(data, start):
        size = _within(size + len(piece))
    return size


def size_in_layers(data: bytes, start: int) -> int:
    """As :func:`inflated_size`, with what it inflates to inflated once more where it looks deflated itself."""
    size = inflated_size(data, start)
    if size < 2 or not _looks_deflated(zlib.decompressobj().decompress(data[start : start + CHUNK], 2)):
        return size
    return size + inflated_size(inflated(data, start, most=MOST_DECODED))


def _looks_deflated(data: bytes) -> bool:
    return len(data) == 2 and data[0] & 15 == 8 and (data[0] << 8 | data[1]) % 31 == 0


def inflated(data: bytes, start: int, *, most: int) -> bytes:
    """What a zlib stream at ``start`` inflates to, as far as it goes; nothing where there is none. Raises
    :class:`Refused` beyond ``most`` bytes."""
    out = bytearray()
    for piece in _inflating(data, start):
        out += piece
        if len(out) > most:
            raise Refused("bomb")
    return bytes(out)


def _inflating(data: bytes, start: int) -> Iterator[bytes]:
    """Piece by piece: neither what goes in nor what comes out is ever copied whole."""
    inflater = zlib.decompressobj()
    with suppress(zlib.error):
        for place in range(start, len(data), CHUNK):
            piece = data[place : place + CHUNK]
            while piece and not inflater.eof:
                yield inflater.decompress(piece, CHUNK)
                piece = inflater.unconsumed_tail
            if inflater.eof:
                return


def _decoded(data: bytes, name: str) -> bytes:
    match name:
        case "/FlateDecode" | "/Fl":
            return inflated(data, 0, most=MOST_DECODED)
        case "/ASCIIHexDecode" | "/AHx":
            digits = re.sub(rb"[^0-9A-Fa-f]", b"", data.partition(b">")[0])
            return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
        case "/ASCII85Decode" | "/A85":
            return data.partition(b"~>")[0]  # never longer than it was, but for its z
        case "/RunLengthDecode" | "/RL":
            return _unpacked(data)
        case "/Crypt":
            return data
    raise Refused("too_complicated")


def _unpacked(data: bytes) -> bytes:
    out, place = bytearray(), 0
    while place < len(data) and data[place] != 128:
        length = data[place]
        if length < 128:
            out += data[place + 1 : place + 2 + length]
            place += 2 + length
        else:
            out += data[place + 1 : place + 2] * (257 - length)
            place += 2
        _within(len(out))
    return bytes(out)


def _lzw_size(data: bytes) -> int:
    """Counts what the codes stand for without writing it. A table's entry is one longer than the one before it."""
    lengths = [1] * 256 + [0, 0]
    size, bits, held, width, previous = 0, 0, 0, 9, 0
    for byte in data:
        held, bits = (held << 8 | byte) & 0xFFFFFF, bits + 8
        if bits < width:
            continue
        bits -= width
        code = held >> bits & (1 << width) - 1
        if code == END:
            break
        if code == CLEAR:
            del lengths[258:]
            width, previous = 9, 0
            continue
        length = lengths[code] if code < len(lengths) else previous + 1
        size = _within(size + length)
        if previous and len(lengths) < 4096:
            lengths.append(previous + 1)
        previous = length
        if width < 12 and len(lengths) >= (1 << width) - 1:
            width += 1
    return size


def _within(size: int) -> int:
    if size > MOST_DECODED:
        raise Refused("bomb")
    return size
