"""What a parsed PDF holds: pages that can be counted, streams that stay small, and nothing that acts."""

import re
from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from discounts.evidence.inspector.decoding import require_bounded
from discounts.evidence.inspector.refused import Refused

MOST_OBJECTS = 100_000
MOST_DECODED_IN_ALL = 64 * 1024 * 1024
MOST_PIXELS = 120_000_000
"""Of one picture: A3 in colour at 600 dpi has about 70 million."""
MOST_NODES_OF_AN_OBJECT = 20_000

# What acts, by the name that gives it away, in the order in which it is told.
ACTS: tuple[tuple[str, frozenset[str]], ...] = (
    ("dynamic_form", frozenset({"/XFA"})),
    ("script", frozenset({"/JavaScript", "/JS"})),
    ("launches", frozenset({"/Launch"})),
    ("sends_data", frozenset({"/SubmitForm", "/ImportData"})),
    ("opens_other_files", frozenset({"/GoToR", "/GoToE"})),
    ("attachment", frozenset({"/EmbeddedFile", "/EmbeddedFiles", "/FileAttachment", "/EF"})),
    ("portfolio", frozenset({"/Collection"})),
    ("media", frozenset({"/RichMedia", "/Movie", "/Sound", "/Screen", "/Rendition", "/MediaClip"})),
    ("model_3d", frozenset({"/3D", "/PRC", "/U3D"})),
    ("acts_by_itself", frozenset({"/AA"})),
)
SUSPECT = re.compile(
    b"|".join(re.escape(name.encode()) + rb"(?![A-Za-z0-9])" for _, names in ACTS for name in sorted(names))
)


def require_harmless(pdf: Pdf, *, pages: int) -> None:
    """Raises :class:`Refused` for too many pages, for what bursts, and for what acts."""
    if pdf.is_encrypted:
        raise Refused("restricted")
    if len(pdf.pages) == 0:
        raise Refused("no_pages")
    if len(pdf.pages) > pages:
        raise Refused("too_many_pages")
    if len(pdf.objects) > MOST_OBJECTS:
        raise Refused("too_complicated")
    found, decoded = set(), 0
    for item in pdf.objects:
        dictionary = item.stream_dict if isinstance(item, Stream) else item
        if isinstance(dictionary, Dictionary | Array) and SUSPECT.search(dictionary.unparse(resolved=True)):
            found |= _acts_in(dictionary)
        if isinstance(item, Stream):
            decoded += _decoded_size(item)
            if decoded > MOST_DECODED_IN_ALL:
                raise Refused("bomb")
    for code, _ in ACTS:
        if code in found:
            raise Refused(code)


def _decoded_size(stream: Stream) -> int:
    """Bytes, 0 for a picture that only its own filter reads. Raises :class:`Refused` for what bursts."""
    filters = [str(name) for name in _as_list(stream.get("/Filter", stream.get("/F")))]
    if stream.get("/Subtype") == Name.Image or "/ImageMask" in stream:
        pixels = _number(stream, "/Width", "/W") * _number(stream, "/Height", "/H")
        if pixels > MOST_PIXELS:
            raise Refused("huge_picture")
        if len(filters) < 2:
            return 0
        filters = filters[:-1] if filters[-1] in ("/FlateDecode", "/Fl") else filters
    if len(filters) > 4:
        raise Refused("too_complicated")
    return require_bounded(stream.read_raw_bytes(), filters)


def _acts_in(dictionary: Object) -> set[str]:
    """What acts in a direct object: the names as keys, or as values of type, subtype and action."""
    names = {str(name) for name in _names_in(dictionary)}
    return {code for code, telling in ACTS if not names.isdisjoint(telling)}


def _names_in(top: Object) -> Iterator[str]:
    waiting, count = [top], 0
    while waiting:
        item = waiting.pop()
        count += 1
        if count > MOST_NODES_OF_AN_OBJECT:
            raise Refused("too_complicated")
        if isinstance(item, Dictionary):
            for key, value in item.items():
                yield key
                if isinstance(value, Name):
                    if key in ("/S", "/Subtype", "/Type"):
                        yield str(value)
                elif isinstance(value, Dictionary | Array) and not value.is_indirect:
                    waiting.append(value)
        elif isinstance(item, Array):
            waiting += [
                value for value in item if isinstance(value, Dictionary | Array) and not value.is_indirect
            ]


def _as_list(value: Object | None) -> list[Object]:
    if value is None:
        return []
    return list(value) if isinstance(value, Array) else [value]


def _number(stream: Stream, *keys: str) -> int:
    for key in keys:
        try:
            return max(0, int(stream[key]))
        except (KeyError, TypeError, ValueError):
            continue
    return 0
