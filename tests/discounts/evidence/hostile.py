"""Files that nobody should open, made by hand: each is a call that gives the bytes, with how it must be refused.

What is as hostile, but says it is something else, is in ``disguised``.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import cache

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from discounts.evidence.refusals import Refusal
from tests.discounts.evidence import disguised
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


def _action(pdf: Pdf, **entries: object) -> Dictionary:
    return pdf.make_indirect(Dictionary(Type=Name.Action, **entries))


def _script(pdf: Pdf) -> Dictionary:
    return _action(pdf, S=Name.JavaScript, JS=String("app.alert(1)"))


def _on_opening(**entries: object) -> bytes:
    return changed(lambda pdf: pdf.Root.__setitem__("/OpenAction", _action(pdf, **entries)))


def _annotated(pdf: Pdf, **entries: object) -> None:
    rectangle = Array([0, 0, 10, 10])
    pdf.pages[0].Annots = Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=rectangle, **entries))])


def _annotation(**entries: object) -> bytes:
    return changed(lambda pdf: _annotated(pdf, **entries))


def script_in_the_names() -> bytes:
    def change(pdf: Pdf) -> None:
        names = Array([String("on"), _script(pdf)])
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=names))

    return changed(change)


def script_in_a_field() -> bytes:
    def change(pdf: Pdf) -> None:
        field = pdf.make_indirect(
            Dictionary(FT=Name.Tx, T=String("name"), AA=Dictionary(K=_script(pdf)), Subtype=Name.Widget)
        )
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))

    return changed(change)


def script_in_hidden_letters() -> bytes:
    """``/JavaScript`` and ``/JS``, spelt with escapes."""
    action = b"/OpenAction << /S /J#61vaScript /J#53 (app.alert\\(1\\)) >>"
    return raw_pdf(CATALOGUE.replace(b"/Pages", action + b" /Pages"), ONE_PAGE, PAGE, stream(b"BT ET"))


def script_in_an_object_stream() -> bytes:
    return changed(
        lambda pdf: pdf.Root.__setitem__("/OpenAction", _script(pdf)),
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )


def attachment() -> bytes:
    return changed(lambda pdf: pdf.attachments.__setitem__("a.txt", b"attached"))


def associated_file() -> bytes:
    def change(pdf: Pdf) -> None:
        file = pdf.make_indirect(Stream(pdf, b"attached"))
        pdf.Root.AF = Array([Dictionary(Type=Name.Filespec, F=String("a.txt"), EF=Dictionary(F=file))])

    return changed(change)


def dynamic_form() -> bytes:
    def change(pdf: Pdf) -> None:
        form = pdf.make_indirect(Stream(pdf, b"<xdp:xdp/>"))
        pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=form)

    return changed(change)


def portfolio() -> bytes:
    return changed(lambda pdf: pdf.Root.__setitem__("/Collection", Dictionary(View=Name.D)))


def model_in_3d() -> bytes:
    def change(pdf: Pdf) -> None:
        _annotated(pdf, Subtype=Name("/3D"))

    return changed(change)


def encrypted(user: str, owner: str) -> bytes:
    return changed(lambda pdf: None, encryption=pikepdf.Encryption(user=user, owner=owner))


def as_zip_as_well() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.txt", "hidden")
    return good() + archive.getvalue()


def zip_inside() -> bytes:
    """The archive stands in a stream, and its directory before the end of the PDF."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.txt", "hidden")
    return raw_pdf(CATALOGUE, ONE_PAGE, PAGE, stream(b"BT ET"), stream(archive.getvalue()))


@cache
def two_gibibytes() -> bytes:
    """Zeros, deflated piece by piece: nobody holds them."""
    deflater = zlib.compressobj(9)
    piece = bytes(16 * MEGABYTE)
    return b"".join([*(deflater.compress(piece) for _ in range(128)), deflater.flush()])


def deflated_twice() -> bytes:
    data = zlib.compress(zlib.compress(bytes(200 * MEGABYTE), 9), 9)
    return with_content(data, b"/Filter [/FlateDecode /FlateDecode]")


def deflated_in_hex() -> bytes:
    data = zlib.compress(bytes(64 * MEGABYTE), 9).hex().encode() + b">"
    return with_content(data, b"/Filter [/ASCIIHexDecode /FlateDecode]")


def run_lengths() -> bytes:
    """A run of 128 for two bytes, of a run of 128 for two bytes."""
    once = b"\x81\x00" * 200_000 + b"\x80"
    twice = b"".join(b"\x00" + bytes([byte]) for byte in once)
    return with_content(twice, b"/Filter [/RunLengthDecode /RunLengthDecode]")


def lzw() -> bytes:
    """Codes that each stand for one byte more than the one before."""
    codes, width, table = [(256, 9)], 9, 258
    codes.append((0, 9))
    for _ in range(30_000):
        if table >= 4095:
            codes.append((256, width))
            codes.append((0, 9))
            width, table = 9, 258
            continue
        codes.append((table, width))
        table += 1
        width = 9 if table < 511 else 10 if table < 1023 else 11 if table < 2047 else 12
    codes.append((257, width))
    bits = "".join(format(code, f"0{wide}b") for code, wide in codes)
    return with_content(
        int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8)), b"/Filter /LZWDecode"
    )


def bomb_in_the_cross_references() -> bytes:
    body = b"%PDF-1.7\n"
    place = len(body)
    entries = b"/Type /XRef /Size 4 /W [1 2 1] /Root 1 0 R /Filter /FlateDecode"
    return (
        body + b"1 0 obj\n" + stream(two_gibibytes(), entries) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % place
    )


def bomb_in_an_object_stream() -> bytes:
    entries = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"
    return raw_pdf(CATALOGUE, ONE_PAGE, PAGE, stream(b"BT ET"), stream(two_gibibytes(), entries))


def bomb_that_says_it_is_a_picture() -> bytes:
    entries = b"/Type /#58Ref /Subtype /Image /Size 4 /W [1 2 1] /Root 1 0 R /Filter /FlateDecode"
    return b"%PDF-1.7\n1 0 obj\n" + stream(two_gibibytes(), entries) + b"\nendobj\nstartxref\n9\n%%EOF\n"


def many_small_bombs() -> bytes:
    """Each within the bound, together far beyond."""
    data = zlib.compress(bytes(15 * MEGABYTE), 9)
    return raw_pdf(CATALOGUE, ONE_PAGE, PAGE, *(stream(data, b"/Filter /FlateDecode") for _ in range(30)))


def huge_picture() -> bytes:
    picture = stream(b"\0", b"/Type /XObject /Subtype /Image /Width 100000 /Height 100000")
    return raw_pdf(CATALOGUE, ONE_PAGE, PAGE, stream(b"BT ET"), picture)


def nested(opening: bytes, closing: bytes) -> bytes:
    deep = 100_000
    return raw_pdf(CATALOGUE, ONE_PAGE, PAGE, stream(b"BT ET"), opening * deep + closing * deep)


def page_that_is_its_own_parent() -> bytes:
    return raw_pdf(CATALOGUE, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")


def pages_that_hold_each_other() -> bytes:
    return raw_pdf(
        CATALOGUE,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Pages /Kids [2 0 R] /Parent 2 0 R /Count 1 >>",
    )


def pages_in_pages() -> bytes:
    levels = 500
    inner = [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 3) for number in range(levels)]
    return raw_pdf(CATALOGUE, *inner, b"<< /Type /Page /MediaBox [0 0 9 9] >>")


def a_million_pages() -> bytes:
    """One page, a million times."""
    return raw_pdf(
        CATALOGUE,
        b"<< /Type /Pages /Kids [%b] /Count 1000000 >>" % (b"3 0 R " * 1_000_000),
        PAGE,
        stream(b""),
    )


def very_many_pages() -> bytes:
    """As many as one node may have before the parser is asked."""
    kids = b"3 0 R " * 4_900
    return raw_pdf(CATALOGUE, b"<< /Type /Pages /Kids [%b] /Count 4900 >>" % kids, PAGE, stream(b""))


def pages(count: int) -> bytes:
    with Pdf.new() as pdf:
        for _ in range(count):
            pdf.add_blank_page()
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def no_pages() -> bytes:
    return raw_pdf(CATALOGUE, b"<< /Type /Pages /Kids [] /Count 0 >>")


def cross_references_in_a_circle() -> bytes:
    """The table before this one is this one."""
    place = good().split(b"startxref\n")[1].partition(b"\n")[0]
    return good().replace(b"/Root", b"/Prev " + place + b" /Root")


def cross_references_elsewhere() -> bytes:
    return re.sub(rb"startxref\n\d+", b"startxref\n7", good())


def many_objects() -> bytes:
    return raw_pdf(CATALOGUE, ONE_PAGE, PAGE, stream(b""), *(b"<< /A [1 2 3] >>" for _ in range(120_000)))


FILES: Mapping[str, tuple[Callable[[], bytes], Refusal]] = {
    "empty": (lambda: b"", Refusal.EMPTY),
    "blank": (lambda: b"\r\n \0" * 100, Refusal.EMPTY),
    "text": (lambda: "証明書".encode(), Refusal.NOT_A_PDF),
    "a renamed program": (lambda: b"MZ\x90\x00" + bytes(500), Refusal.PROGRAM),
    "a Word file": (lambda: b"PK\x03\x04" + bytes(500), Refusal.ZIP_OR_OFFICE),
    "an old Excel file": (lambda: b"\xd0\xcf\x11\xe0" + bytes(500), Refusal.ZIP_OR_OFFICE),
    "a photograph": (lambda: b"\xff\xd8\xff\xe0" + bytes(500), Refusal.PICTURE),
    "a web page": (lambda: b"<!DOCTYPE html><script>alert(1)</script>", Refusal.WEB_PAGE),
    "too large": (lambda: good() + b" " * (10 * MEGABYTE), Refusal.TOO_LARGE),
    "a header alone": (lambda: b"%PDF-1.7\n", Refusal.CUT_OFF),
    "half a file": (lambda: good()[: len(good()) // 2], Refusal.CUT_OFF),
    "no objects": (lambda: b"%PDF-1.7\nnothing here\n%%EOF\n", Refusal.DAMAGED),
    "no pages": (no_pages, Refusal.NO_PAGES),
    "too many pages": (lambda: pages(41), Refusal.TOO_MANY_PAGES),
    "a million pages": (a_million_pages, Refusal.TOO_MANY_PAGES),
    "very many pages": (very_many_pages, Refusal.TOO_MANY_PAGES),
    "a password": (lambda: encrypted("secret", "owner"), Refusal.PASSWORD),
    "an owner's password": (lambda: encrypted("", "owner"), Refusal.RESTRICTED),
    "a script on opening": (
        lambda: changed(lambda pdf: pdf.Root.__setitem__("/OpenAction", _script(pdf))),
        Refusal.SCRIPT,
    ),
    "a script in the names": (script_in_the_names, Refusal.SCRIPT),
    "a script in a field": (script_in_a_field, Refusal.SCRIPT),
    "a script on a link": (
        lambda: changed(lambda pdf: _annotated(pdf, Subtype=Name.Link, A=_script(pdf))),
        Refusal.SCRIPT,
    ),
    "a script in hidden letters": (script_in_hidden_letters, Refusal.SCRIPT),
    "a script in an object stream": (script_in_an_object_stream, Refusal.SCRIPT),
    "a dynamic form": (dynamic_form, Refusal.DYNAMIC_FORM),
    "an action of its own": (
        lambda: changed(lambda pdf: pdf.Root.__setitem__("/AA", Dictionary(WC=Dictionary(S=Name.Named)))),
        Refusal.ACTS_BY_ITSELF,
    ),
    "a launch": (lambda: _on_opening(S=Name.Launch, F=String("cmd.exe")), Refusal.LAUNCHES),
    "a form that sends": (
        lambda: _annotation(Subtype=Name.Link, A=Dictionary(S=Name.SubmitForm, F=String("http://x"))),
        Refusal.SENDS_DATA,
    ),
    "a form that reads": (
        lambda: _on_opening(S=Name.ImportData, F=String("a.fdf")),
        Refusal.SENDS_DATA,
    ),
    "a way to another file": (
        lambda: _annotation(Subtype=Name.Link, A=Dictionary(S=Name.GoToR, F=String("b.pdf"))),
        Refusal.OPENS_OTHER_FILES,
    ),
    "a way into an attachment": (lambda: _on_opening(S=Name.GoToE), Refusal.OPENS_OTHER_FILES),
    "an attachment": (attachment, Refusal.ATTACHMENT),
    "an attachment on a page": (
        lambda: _annotation(Subtype=Name.FileAttachment, FS=Dictionary(Type=Name.Filespec)),
        Refusal.ATTACHMENT,
    ),
    "an associated file": (associated_file, Refusal.ATTACHMENT),
    "a portfolio": (portfolio, Refusal.PORTFOLIO),
    "rich media": (lambda: _annotation(Subtype=Name.RichMedia), Refusal.MEDIA),
    "a film": (lambda: _annotation(Subtype=Name.Movie), Refusal.MEDIA),
    "a model": (model_in_3d, Refusal.MODEL_3D),
    "a ZIP as well": (as_zip_as_well, Refusal.TWO_FILES_IN_ONE),
    "a ZIP inside": (zip_inside, Refusal.TWO_FILES_IN_ONE),
    "a web page as well": (lambda: b"<html><!--" + good() + b"-->", Refusal.TWO_FILES_IN_ONE),
    "a web page behind": (lambda: good() + b"<script>alert(1)</script>", Refusal.TWO_FILES_IN_ONE),
    "a picture as well": (lambda: b"GIF89a" + good(), Refusal.TWO_FILES_IN_ONE),
    "bytes before": (lambda: b"junk" + good(), Refusal.BYTES_BEFORE),
    "bytes behind": (lambda: good() + b"junk" * 100, Refusal.BYTES_BEHIND),
    "2 GiB of zeros": (
        lambda: with_content(two_gibibytes(), b"/Filter /FlateDecode"),
        Refusal.BOMB,
    ),
    "deflated twice": (deflated_twice, Refusal.BOMB),
    "deflated in hex": (deflated_in_hex, Refusal.BOMB),
    "runs of runs": (run_lengths, Refusal.TOO_COMPLICATED),
    "LZW": (lzw, Refusal.BOMB),
    "2 GiB of cross-references": (bomb_in_the_cross_references, Refusal.BOMB),
    "2 GiB of objects": (bomb_in_an_object_stream, Refusal.BOMB),
    "2 GiB that say they are a picture": (bomb_that_says_it_is_a_picture, Refusal.BOMB),
    "many small bombs": (many_small_bombs, Refusal.BOMB),
    "a huge picture": (huge_picture, Refusal.HUGE_PICTURE),
    "a page that is its own parent": (page_that_is_its_own_parent, Refusal.PAGE_LOOP),
    "pages that hold each other": (pages_that_hold_each_other, Refusal.PAGE_LOOP),
    "pages in pages": (pages_in_pages, Refusal.PAGE_LOOP),
    "cross-references in a circle": (cross_references_in_a_circle, Refusal.DAMAGED),
    "cross-references elsewhere": (cross_references_elsewhere, Refusal.DAMAGED),
    "arrays in arrays": (lambda: nested(b"[", b"]"), Refusal.NESTED_TOO_DEEPLY),
    "dictionaries in dictionaries": (lambda: nested(b"<</A", b">>"), Refusal.NESTED_TOO_DEEPLY),
    "very many objects": (many_objects, Refusal.TOO_COMPLICATED),
    **disguised.FILES,
}
