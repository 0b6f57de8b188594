"""PDFs made by hand: those that a parser would choke on byte by byte, the others through a library."""

import io
from collections.abc import Callable
from functools import cache

import pikepdf
from pikepdf import Pdf


def raw_pdf(*objects: bytes, root: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF of ``objects``, numbered from 1, with a right cross-reference table."""
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root %d 0 R %b >>\n" % (len(objects) + 1, root, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
ONE_PAGE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(data), entries, data)


@cache
def good() -> bytes:
    return raw_pdf(CATALOGUE, ONE_PAGE, PAGE, stream(b"BT ET"))


def with_content(data: bytes, entries: bytes) -> bytes:
    return raw_pdf(CATALOGUE, ONE_PAGE, PAGE, stream(data, entries))


def changed(change: Callable[[Pdf], object], **save: object) -> bytes:
    """The good file with something added."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(good())) as pdf:
        change(pdf)
        pdf.save(out, **save)
    return out.getvalue()
