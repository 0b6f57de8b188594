"""What a parsed PDF holds: pages that can be counted, streams that stay small, and nothing that acts."""

import re
from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from discounts.evidence.inspector.decoding import MOST_DECODED, MOST_DECODED_IN_ALL, require_bounded
from discounts.evidence.inspector.drawing import MOST_PIXELS, is_picture, require_drawable
from discounts.evidence.inspector.page_tree import require_countable
from discounts.evidence.inspector.refused import Refused

MOST_OBJECTS = 100_000
GUESSES = ("reconstruct cross-reference", "has wrong type", "loop detected")
MOST_BYTES_OF_A_PIXEL = 8
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
    (
        "media",
        frozenset(
            {"/RichMedia", "/RichMediaExecute", "/Movie", "/Sound", "/Screen", "/Rendition", "/MediaClip"}
        ),
    ),
    ("model_3d", frozenset({"/3D", "/PRC", "/U3D", "/GoTo3DView"})),
    ("acts_by_itself", frozenset({"/AA"})),
)
SUSPECT = re.compile(
    b"|".join(re.escape(name.encode()) + rb"(?![A-Za-z0-9])" for _, names in ACTS for name in sorted(names))
)


def require_harmless(pdf: Pdf, *, pages: int) -> None:
    """Raises :class:`Refused` for too many pages, for what bursts, and for what acts."""
    if pdf.is_encrypted:
        raise Refused("restricted")
    _require_sound(pdf)
    require_countable(pdf.Root, most=pages)
    if len(pdf.objects) > MOST_OBJECTS:
        raise Refused("too_complicated")
    found, decoded = _acts_in(pdf.trailer) | _acts_on_opening(pdf.Root), 0
    for item in pdf.objects:
        if isinstance(item, Name):  # what a type or an action may refer to
            found |= _acts_among({str(item)})
        dictionary = item.stream_dict if isinstance(item, Stream) else item
        if isinstance(dictionary, Dictionary | Array) and SUSPECT.search(dictionary.unparse(resolved=True)):
            found |= _acts_in(dictionary)
        if isinstance(item, Stream):
            if "/F" in item.stream_dict:  # its content is in a file of this name
                found.add("opens_other_files")
            decoded += _decoded_size(item)
            if decoded > MOST_DECODED_IN_ALL:
                raise Refused("bomb")
    _require_sound(pdf)
    for code, _ in ACTS:
        if code in found:
            raise Refused(code)
    require_drawable(pdf)


def _require_sound(pdf: Pdf) -> None:
    """What the parser had to guess, another program may guess otherwise: then people would not see what was checked."""
    warnings = " ".join(map(str, pdf.get_warnings()))
    if "bad_alloc" in warnings:
        raise Refused("bomb")  # it ran into the limit of memory, and left something out
    if any(guess in warnings for guess in GUESSES):
        raise Refused("damaged")


def _decoded_size(stream: Stream) -> int:
    """Bytes, 0 for a picture that only its own filter reads. Raises :class:`Refused` for what bursts."""
    filters = [str(name) for name in _as_list(stream.get("/Filter"))]
    if is_picture(stream):
        pixels = _number(stream, "/Width") * _number(stream, "/Height")
        if pixels > MOST_PIXELS:
            raise Refused("huge_picture")
        if len(filters) < 2 and pixels * MOST_BYTES_OF_A_PIXEL > MOST_DECODED:
            return 0  # read line by line, and no further than its measures go
        if len(filters) < 2:
            return require_bounded(stream.read_raw_bytes(), filters)
        filters = filters[:-1] if filters[-1] in ("/FlateDecode", "/Fl") else filters
    if len(filters) > 4:
        raise Refused("too_complicated")
    return require_bounded(stream.read_raw_bytes(), filters)


def _acts_in(dictionary: Object) -> set[str]:
    """What acts in a direct object: the names as keys, or as values of type, subtype and action."""
    return _acts_among({str(name) for name in _names_in(dictionary)})


def _acts_on_opening(root: Object) -> set[str]:
    """A link that nobody has to click; to go to a page is harmless."""
    action = root.get("/OpenAction")
    return {"acts_by_itself"} if isinstance(action, Dictionary) and action.get("/S") == Name.URI else set()


def _acts_among(names: set[str]) -> set[str]:
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


def _number(stream: Stream, key: str) -> int:
    try:
        return max(0, int(stream[key]))
    except (KeyError, TypeError, ValueError):
        return 0
