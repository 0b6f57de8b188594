import io
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf
import pypdfium2

from discounts.evidence.refusals import Refusal


@dataclass(frozen=True)
class Limits:
    bytes: int
    pages: int
    seconds: float
    memory: int


@dataclass(frozen=True)
class Inspected:
    pages: int
    texts: tuple[str, ...]
    sanitised: bytes


def inspect(original: bytes, *, limits: Limits) -> Inspected | Refusal:
    if len(original) > limits.bytes:
        return Refusal.TOO_LARGE
    try:
        document = pypdfium2.PdfDocument(original)
    except pypdfium2.PdfiumError:
        return Refusal.NOT_A_PDF
    texts = tuple(page.get_textpage().get_text_range() for page in document)
    if len(texts) > limits.pages:
        return Refusal.TOO_MANY_PAGES
    return Inspected(len(texts), texts, merge([original], limits=limits))


def merge(parts: Sequence[bytes], *, limits: Limits) -> bytes:
    merged, out = pikepdf.new(), io.BytesIO()
    for part in parts:
        with pikepdf.open(io.BytesIO(part)) as pdf:
            merged.pages.extend(pdf.pages)
    merged.save(out)
    return out.getvalue()


def render_page(pdf: bytes, *, page: int, width: int, limits: Limits) -> bytes:
    document, out = pypdfium2.PdfDocument(pdf), io.BytesIO()
    shown = document[page - 1]
    shown.render(scale=width / shown.get_width()).to_pil().save(out, "PNG")
    return out.getvalue()
