"""A paper as a small PDF with a text layer, for those that are handed in for real."""

from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name

TEXTS = {
    "registry": "履歴事項全部証明書\n商号 {company}\n資本金の額 金9800万円",
    "statement": "決算書\n{company}\n資本金 9800万円",
    "form5": "様式5 従業員数証明書\n企業名 {company}\n常時使用する従業員の数 214人",
    "labour": "労働保険 概算・増加概算・確定保険料申告書（写）\n事業の名称 {company}\n常時使用労働者数 214人",
    "income_tax": "給与所得・退職所得等の所得税徴収高計算書（写）\n{company}\n人員 214人",
    "certificate": "会員証\n{company} 殿",
    "dues": "会費領収書\n{company} 様",
}
FONT, A4 = "/HeiseiKakuGo-W5", (595, 842)


def paper_pdf(paper: str, *, company: str, number: str) -> bytes:
    """One page that says what ``paper`` is and whose. ``number`` makes it a file like no other."""
    lines = [*TEXTS[paper].format(company=company).splitlines(), f"発行番号 {number}"]
    return pdf_of("\n".join(lines))


def pdf_of(*pages: str) -> bytes:
    """A PDF of A4 pages with these texts; the same texts give the same bytes."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(_font())
    for text in pages:
        page = pdf.add_blank_page(page_size=A4)
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        page.Contents = pdf.make_stream(_written(text))
    written = BytesIO()
    pdf.save(written, deterministic_id=True)
    return written.getvalue()


def _written(text: str) -> bytes:
    lines = " T* ".join(f"<{line.encode('utf-16-be').hex()}> Tj" for line in text.splitlines())
    return f"BT /F1 14 Tf 24 TL 50 780 Td {lines} ET".encode()


def _font() -> Dictionary:
    """One that every reader has, so that it need not be embedded."""
    system = Dictionary(Registry="Adobe", Ordering="Japan1", Supplement=5)
    descendant = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name(FONT), CIDSystemInfo=system, DW=1000
    )
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name(FONT),
        Encoding=Name("/UniJIS-UTF16-H"),
        DescendantFonts=Array([descendant]),
    )
