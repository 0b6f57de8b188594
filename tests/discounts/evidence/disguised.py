"""Hostile files that say they are something else, or hide where a quick look does not go: each with its refusal."""

import struct
import zlib
from collections.abc import Callable, Mapping
from functools import cache

from pikepdf import Dictionary, Name, Pdf, String

from discounts.evidence.refusals import Refusal
from tests.discounts.evidence.handmade import (
    CATALOGUE,
    ONE_PAGE,
    PAGE,
    changed,
    good,
    raw_pdf,
    stream,
    with_content,
)

MEGABYTE = 1024 * 1024
BLANK = stream(b"BT ET")
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
PICTURE = b"/Subtype /Image /Width 1 /Height 1 /Filter /FlateDecode"
OBJECTS = b"/Type /ObjStm /N 1 /First 4"


def with_resources(resources: bytes) -> bytes:
    return PAGE.replace(b"/Contents", b"/Resources << " + resources + b" >> /Contents")


@cache
def zeros() -> bytes:
    """A quarter of a gibibyte, deflated."""
    deflater = zlib.compressobj(9)
    piece = bytes(16 * MEGABYTE)
    return b"".join([*(deflater.compress(piece) for _ in range(16)), deflater.flush()])


@cache
def zeros_deflated_twice() -> bytes:
    return zlib.compress(zlib.compress(bytes(300 * MEGABYTE), 9), 9)


def with_an_object_in(held: bytes) -> bytes:
    """A file with a right cross-reference stream that says that object 6 is in the stream ``held``."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate((CATALOGUE, ONE_PAGE, PAGE, BLANK, held), start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    rows = [(0, 0, 65535), *((1, place, 0) for place in places), (2, 5, 0), (1, len(out), 0)]
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    entries = b"/Type /XRef /Size 8 /W [1 4 2] /Root 1 0 R"
    return bytes(out + b"7 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (stream(table, entries), len(out)))


def cross_references(data: bytes, entries: bytes) -> bytes:
    """A file that is one cross-reference stream."""
    table = stream(data, b"/Type /XRef /Size 4 /W [1 2 1] /Root 1 0 R " + entries)
    return b"%PDF-1.7\n1 0 obj\n" + table + b"\nendobj\nstartxref\n9\n%%EOF\n"


def objects_behind_an_odd_line_end(end: bytes) -> bytes:
    body = b"<< /Length %d /Filter /FlateDecode %b >>\nstream%b%b\nendstream"
    return with_an_object_in(body % (len(zeros()), OBJECTS, end, zeros()))


def letters_that_are_a_picture() -> bytes:
    """The text of a page cannot be read without the table that says which letters its signs are."""
    font = FONT.replace(b">>", b"/ToUnicode 6 0 R >>")
    text = stream(b"BT /F 12 Tf (AAAA) Tj ET")
    return raw_pdf(
        CATALOGUE, ONE_PAGE, with_resources(b"/Font << /F 5 0 R >>"), text, font, stream(zeros(), PICTURE)
    )


def forms_in_forms(levels: int, *, each: int) -> bytes:
    """A form that draws another ``each`` times, which draws another ``each`` times …"""
    inner = [
        stream(
            b"/X Do " * each,
            b"/Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>" % (number + 6),
        )
        for number in range(levels)
    ]
    last = stream(b"0 0 m 9 9 l S", b"/Subtype /Form /BBox [0 0 9 9]")
    page = with_resources(b"/XObject << /X 5 0 R >>")
    return raw_pdf(CATALOGUE, ONE_PAGE, page, stream(b"/X Do " * each), *inner, last)


def form_that_draws_itself() -> bytes:
    form = stream(b"/X Do /X Do", b"/Subtype /Form /BBox [0 0 9 9]")
    return raw_pdf(CATALOGUE, ONE_PAGE, with_resources(b"/XObject << /X 5 0 R >>"), stream(b"/X Do"), form)


def pages_full_of_letters() -> bytes:
    """One content for forty pages: two million letters, each to be placed by itself."""
    kids = b"<< /Type /Pages /Kids [%b] /Count 40 >>" % (b"3 0 R " * 40)
    letters = zlib.compress(b"BT /F 1 Tf " + b"(A)Tj " * 60_000 + b"ET")
    page = with_resources(b"/Font << /F 5 0 R >>")
    return raw_pdf(CATALOGUE, kids, page, stream(letters, b"/Filter /FlateDecode"), FONT)


def page_of_many_parts() -> bytes:
    letters = zlib.compress(b"BT " + b"(A)Tj " * 20_000 + b"ET")
    page = PAGE.replace(b"4 0 R", b"[" + b"4 0 R " * 900 + b"]")
    return raw_pdf(CATALOGUE, ONE_PAGE, page, stream(letters, b"/Filter /FlateDecode"))


def on_opening(action: bytes, *objects: bytes) -> bytes:
    return raw_pdf(
        CATALOGUE.replace(b"/Pages", b"/OpenAction << " + action + b" >> /Pages"),
        ONE_PAGE,
        PAGE,
        BLANK,
        *objects,
    )


def script_in_a_catalogue_without_a_number() -> bytes:
    catalogue = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"
    return good().replace(b"/Root 1 0 R", b"/Root " + catalogue)


def script_in_the_outline() -> bytes:
    def change(pdf: Pdf) -> None:
        action = Dictionary(S=Name.JavaScript, JS=pdf.make_stream(b"app.alert(1)"))
        pdf.Root.Outlines = Dictionary(First=pdf.make_indirect(Dictionary(Title=String("1"), A=action)))

    return changed(change)


def locked_for_a_certificate() -> bytes:
    lock = b"/Encrypt << /Filter /Adobe.PubSec /V 4 /SubFilter /adbe.pkcs7.s5 >> /ID [<00><00>] /Root"
    return good().replace(b"/Root", lock)


def first_part_of_a_file_for_the_web() -> bytes:
    """Such a file has an end near its start as well."""
    return good() + b"5 0 obj\n<< /Type /Page /Parent 2 0 R\n"


FILES: Mapping[str, tuple[Callable[[], bytes], Refusal]] = {
    "a telephone's photograph": (lambda: b"\0\0\0\x18ftypheic" + bytes(500), Refusal.PICTURE),
    "the first part of a file for the web": (first_part_of_a_file_for_the_web, Refusal.CUT_OFF),
    "a lock for a certificate": (locked_for_a_certificate, Refusal.RESTRICTED),
    "a picture of one dot that is very long": (
        lambda: raw_pdf(CATALOGUE, ONE_PAGE, PAGE, BLANK, stream(zeros(), PICTURE)),
        Refusal.BOMB,
    ),
    "instructions that are a picture": (
        lambda: with_content(zlib.compress(b"q " * MEGABYTE), PICTURE),
        Refusal.TOO_COMPLICATED,
    ),
    "letters that are a picture": (letters_that_are_a_picture, Refusal.BOMB),
    "a huge picture among the instructions": (
        lambda: with_content(b"BI /W 100000 /H 100000 /BPC 8 /CS /RGB ID a EI", b""),
        Refusal.HUGE_PICTURE,
    ),
    "objects that are a picture": (
        lambda: with_an_object_in(stream(zeros(), OBJECTS[13:] + PICTURE)),
        Refusal.BOMB,
    ),
    "objects of no type": (
        lambda: with_an_object_in(stream(zeros(), OBJECTS[13:] + b"/Filter /FlateDecode")),
        Refusal.BOMB,
    ),
    "few objects of no type": (
        lambda: with_an_object_in(stream(b"6 0 null", OBJECTS[13:])),
        Refusal.DAMAGED,
    ),
    "objects far from what they are": (
        lambda: with_an_object_in(stream(zeros(), OBJECTS + b" " * 5000 + PICTURE)),
        Refusal.BOMB,
    ),
    "objects deflated twice": (
        lambda: with_an_object_in(
            stream(zeros_deflated_twice(), OBJECTS + b"/Filter [/FlateDecode /FlateDecode]")
        ),
        Refusal.BOMB,
    ),
    "objects deflated twice, of no type": (
        lambda: with_an_object_in(
            stream(zeros_deflated_twice(), OBJECTS[13:] + b"/Filter [/FlateDecode /FlateDecode]")
        ),
        Refusal.BOMB,
    ),
    "objects whose filter is elsewhere": (
        lambda: with_an_object_in(stream(zeros_deflated_twice(), OBJECTS + b"/Filter 9 0 R")),
        Refusal.TOO_COMPLICATED,
    ),
    "objects behind a carriage return": (lambda: objects_behind_an_odd_line_end(b"\r"), Refusal.BOMB),
    "objects behind a blank": (lambda: objects_behind_an_odd_line_end(b" \n"), Refusal.BOMB),
    "cross-references deflated twice": (
        lambda: cross_references(zeros_deflated_twice(), b"/Filter [/FlateDecode /FlateDecode]"),
        Refusal.BOMB,
    ),
    "cross-references in very wide rows": (
        lambda: cross_references(
            zlib.compress(bytes(4000)),
            b"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 150000000 >>",
        ),
        Refusal.DAMAGED,
    ),
    "a thousand million forms": (lambda: forms_in_forms(9, each=10), Refusal.TOO_COMPLICATED),
    "forms in forms": (lambda: forms_in_forms(400, each=1), Refusal.NESTED_TOO_DEEPLY),
    "a form that draws itself": (form_that_draws_itself, Refusal.NESTED_TOO_DEEPLY),
    "pages full of letters": (pages_full_of_letters, Refusal.TOO_COMPLICATED),
    "a page of very many parts": (page_of_many_parts, Refusal.TOO_COMPLICATED),
    "two million numbers": (
        lambda: raw_pdf(CATALOGUE, ONE_PAGE, PAGE, BLANK, b"[" + b"1 " * 2_000_000 + b"]"),
        Refusal.TOO_COMPLICATED,
    ),
    "nothing but kids": (
        lambda: b"%PDF-1.4\n" + b"/Kids [ " * MEGABYTE + b"%%EOF",
        Refusal.NESTED_TOO_DEEPLY,
    ),
    "nothing but digits": (lambda: good() + b"1" * 9 * MEGABYTE, Refusal.BYTES_BEHIND),
    "nothing but pictures": (lambda: with_content(b"BI " * 600_000, b""), Refusal.TOO_COMPLICATED),
    "forms of very many names": (
        lambda: with_content(b"".join(b"/%x Do " % number for number in range(150_000)), b""),
        Refusal.TOO_COMPLICATED,
    ),
    "very many streams of objects": (
        lambda: raw_pdf(
            *[stream(zlib.compress(b"1 0 null" * 60), OBJECTS + b"/Filter /FlateDecode")] * 40_000
        ),
        Refusal.TOO_COMPLICATED,
    ),
    "nothing but beginnings": (
        lambda: b"%PDF-1.4\n" + b"1 0 obj\n" * MEGABYTE + b"%%EOF",
        Refusal.TOO_COMPLICATED,
    ),
    "nothing but ends": (
        lambda: b"%PDF-1.4\n" + b"startxref\n9\n" * 500_000 + b"%%EOF",
        Refusal.TOO_COMPLICATED,
    ),
    "a launch whose name is elsewhere": (
        lambda: on_opening(b"/S 5 0 R /F (a.exe)", b"/Launch"),
        Refusal.LAUNCHES,
    ),
    "a script whose name is elsewhere": (lambda: on_opening(b"/S 5 0 R", b"/JavaScript"), Refusal.SCRIPT),
    "a script in a catalogue without a number": (script_in_a_catalogue_without_a_number, Refusal.SCRIPT),
    "a script in the outline": (script_in_the_outline, Refusal.SCRIPT),
    "a page of the web on opening": (lambda: on_opening(b"/S /URI /URI (http://x)"), Refusal.ACTS_BY_ITSELF),
    "a view of a model": (lambda: on_opening(b"/S /GoTo3DView"), Refusal.MODEL_3D),
    "a stream in another file": (
        lambda: raw_pdf(CATALOGUE, ONE_PAGE, PAGE, stream(b"", b"/F (/etc/passwd)")),
        Refusal.OPENS_OTHER_FILES,
    ),
}
