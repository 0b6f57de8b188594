"""Small PDFs with a Japanese text layer, as members hand them in."""

from io import BytesIO

import pikepdf

FORM5 = "様式5 従業員数証明書\n企業名 株式会社青葉精機\n常時使用する従業員の数 214人\n令和9年1月20日"
LABOUR = (
    "労働保険 概算・増加概算・確定保険料申告書（写）\n事業の名称 株式会社青葉精機\n常時使用労働者数 214人"
)
REGISTRY = (
    "履歴事項全部証明書\n商号 株式会社青葉精機\n資本金の額 金9800万円\n"
    "これは登記簿に記録されている閉鎖されていない事項の全部であることを証明した書面である。\n"
    "令和8年12月10日\n東京法務局 登記官"
)
CERTIFICATE = "会員証\n株式会社青葉精機 殿\n有効期限 令和9年3月31日\n全国金属熱処理協議会"


def pdf_of(*pages: str) -> bytes:
    """A PDF of A4 pages with these texts; the same texts give the same bytes."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(_japanese_font())
    for text in pages:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = pdf.make_stream(_written(text))
    out = BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _written(text: str) -> bytes:
    lines = " T* ".join(f"<{line.encode('utf-16-be').hex()}> Tj" for line in text.splitlines())
    return f"BT /F1 14 Tf 24 TL 50 780 Td {lines} ET".encode()


def _japanese_font() -> pikepdf.Dictionary:
    """A font that every reader brings along, encoded by its predefined CMap."""
    name = pikepdf.Name("/HeiseiKakuGo-W5")
    described = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType0,
        BaseFont=name,
        CIDSystemInfo=pikepdf.Dictionary(Registry="Adobe", Ordering="Japan1", Supplement=5),
        DW=1000,
    )
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type0,
        BaseFont=name,
        Encoding=pikepdf.Name("/UniJIS-UTF16-H"),
        DescendantFonts=pikepdf.Array([described]),
    )
