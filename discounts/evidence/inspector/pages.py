"""Pages as text and as pictures, through PDFium."""

import io

from pypdfium2 import PdfDocument, PdfiumError

from discounts.evidence.inspector.refused import Refused

MOST_TEXT_OF_A_PAGE = 20_000
MOST_TEXT = 200_000
"""Characters: a page of a statement has about 3,000."""
MOST_PIXELS_SHOWN = 8_000_000


def texts_of(content: bytes) -> list[str]:
    """The text layer of each page, empty where it has none, cut where it is longer than any paper's."""
    texts, left = [], MOST_TEXT
    try:
        with PdfDocument(content) as document:
            for number in range(len(document)):
                page = document[number]
                layer = page.get_textpage()
                length = min(max(layer.count_chars(), 0), MOST_TEXT_OF_A_PAGE, left)
                text = layer.get_text_range(0, length) if length else ""
                left -= length
                layer.close()
                page.close()
                texts.append(text.replace("\r\n", "\n").replace("\0", "").replace("\ufffe", ""))
    except PdfiumError as error:
        raise Refused("damaged") from error
    return texts


def picture_of(content: bytes, *, page: int, width: int) -> bytes:
    """``page`` (from 1) as a PNG ``width`` pixels wide, less wide where it would be too tall. Raises
    :class:`Refused`."""
    try:
        with PdfDocument(content) as document:
            shown = document[page - 1]
            wide, tall = shown.get_size()
            if wide <= 0 or tall <= 0:
                raise Refused("damaged")
            scale = min(width / wide, (MOST_PIXELS_SHOWN / (wide * tall)) ** 0.5)
            picture = shown.render(scale=scale, may_draw_forms=False).to_pil()
    except (PdfiumError, IndexError) as error:
        raise Refused("damaged") from error
    out = io.BytesIO()
    picture.convert("RGB").quantize(64).save(out, "PNG")
    return out.getvalue()
