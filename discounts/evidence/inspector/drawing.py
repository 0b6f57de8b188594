"""How much is drawn on the pages: a form that draws a form that draws a form grows without taking room in the file."""

import re
from collections import Counter
from dataclasses import dataclass, field
from math import prod

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from discounts.evidence.inspector.refused import Refused

MOST_DRAWN_OF_A_PAGE = 2 * 1024 * 1024
MOST_DRAWN = 12 * 1024 * 1024
"""Bytes of instructions: a dense page of tables has about 100,000."""
MOST_FORMS_IN_FORMS = 20
MOST_PARTS_OF_A_PAGE = 1_000
MOST_NAMES = 2_000  # of different forms and pictures in one content
DRAWS = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+Do\b")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
MOST_PIXELS = 120_000_000
"""Of one picture: A3 in colour at 600 dpi has about 70 million."""
MOST_PICTURES_AMONG_INSTRUCTIONS = 5_000
MOST_BEFORE_A_PICTURE = 500  # bytes that tell its measures
MEASURE = re.compile(rb"/(?:W|H|Width|Height)\s+(\d{1,9})")


def is_picture(stream: Stream) -> bool:
    return bool(stream.get("/Subtype") == Name.Image or "/ImageMask" in stream)


def require_drawable(pdf: Pdf) -> None:
    """Raises :class:`Refused` for more instructions than any paper has, each form counted as often as it is drawn."""
    drawing, drawn = _Drawing(), 0
    for page in pdf.pages:
        drawn += drawing.of_page(page)
        if drawn > MOST_DRAWN:
            raise Refused("too_complicated")


@dataclass
class _Drawing:
    """``own``: bytes and names drawn of each stream; ``whole``: bytes of each form with all it draws; ``open``: the
    forms being counted, from the page inwards."""

    own: dict[tuple[int, int], tuple[int, Counter[str]]] = field(default_factory=dict)
    whole: dict[tuple[object, object], int] = field(default_factory=dict)
    open: list[tuple[int, int]] = field(default_factory=list)

    def of_page(self, page: pikepdf.Page) -> int:
        contents = page.obj.get("/Contents")
        parts = list(contents) if isinstance(contents, Array) else [contents]
        if len(parts) > MOST_PARTS_OF_A_PAGE:
            raise Refused("too_complicated")
        return self._of_streams([part for part in parts if isinstance(part, Stream)], page.resources)

    def _of_streams(self, streams: list[Stream], resources: Object) -> int:
        size = 0
        for stream in streams:
            length, names = self._own(stream)
            size = _within(size + length)
            for name, times in names.items():
                form = _form(resources, name)
                if form is not None:
                    size = _within(size + times * self._of_form(form, resources))
        return size

    def _of_form(self, form: Stream, around: Object) -> int:
        """A form without resources of its own takes those around it."""
        if form.objgen in self.open or len(self.open) >= MOST_FORMS_IN_FORMS:
            raise Refused("nested_too_deeply")
        inside = form.get("/Resources")
        resources = inside if isinstance(inside, Dictionary) else around
        key = (form.objgen, None if resources is inside else around.unparse())
        if key not in self.whole:
            self.open.append(form.objgen)
            self.whole[key] = 1 + self._of_streams([form], resources)
            self.open.pop()
        return self.whole[key]

    def _own(self, stream: Stream) -> tuple[int, Counter[str]]:
        if is_picture(stream):
            raise Refused("too_complicated")  # its size was judged as that of a picture
        if stream.objgen not in self.own:
            content = stream.read_bytes()
            _within(len(content))
            _require_small_pictures(content)
            names = set(DRAWS.findall(content))
            if len(names) > MOST_NAMES:
                raise Refused("too_complicated")
            self.own[stream.objgen] = (len(content), Counter(map(_name, DRAWS.findall(content))))
        return self.own[stream.objgen]


def _require_small_pictures(content: bytes) -> None:
    """Pictures may also stand among the instructions."""
    if content.count(b"BI") > MOST_PICTURES_AMONG_INSTRUCTIONS:
        raise Refused("too_complicated")
    for piece in content.split(b"BI")[1:]:
        measures = MEASURE.findall(piece[:MOST_BEFORE_A_PICTURE].partition(b"ID")[0])
        if prod(map(int, measures)) > MOST_PIXELS:
            raise Refused("huge_picture")


def _form(resources: Object, name: str) -> Stream | None:
    drawable = resources.get("/XObject")
    found = drawable.get(name) if isinstance(drawable, Dictionary) else None
    return found if isinstance(found, Stream) and found.get("/Subtype") == Name.Form else None


def _name(written: bytes) -> str:
    return "/" + ESCAPED.sub(lambda code: bytes.fromhex(code[1].decode()), written).decode("utf-8", "replace")


def _within(size: int) -> int:
    if size > MOST_DRAWN_OF_A_PAGE:
        raise Refused("too_complicated")
    return size
