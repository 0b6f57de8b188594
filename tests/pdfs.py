"""Small PDFs as members hand them in: real files with a text layer, and some that no portal takes."""

from functools import lru_cache
from html import escape
from io import BytesIO

import pikepdf
from weasyprint import HTML

COMPANY = "株式会社青葉精機"
FORM5 = (
    f"様式5 従業員数証明書\n企業名 {COMPANY}\n常時使用する従業員の数 214人\n上記のとおり相違ありません。\n"
)
LABOUR = f"労働保険 概算・増加概算・確定保険料申告書（写）\n事業の名称 {COMPANY}\n常時使用労働者数 214人\n"
STATEMENT = f"決算報告書\n第42期\n{COMPANY}\n貸借対照表\n純資産の部\n資本金 98,000,000円\n"
REGISTRY = (
    "履歴事項全部証明書\n商号 株式会社青葉精機\n資本金の額 金9800万円\n"
    "これは登記簿に記録されている閉鎖されていない事項の全部であることを証明した書面である。\n"
    "令和8年12月10日\n東京法務局 登記官"
)
CERTIFICATE = "会員証\n株式会社青葉精機 殿\n有効期限 令和9年3月31日\n全国金属熱処理協議会"
DUES = f"会費領収証明書\n{COMPANY} 殿\n会費 金１２０，０００円\n上記のとおり領収しました。\n"


def registry(issued: str = "令和8年12月10日") -> str:
    """A 履歴事項全部証明書 that was issued on the day ``issued`` as it is written."""
    return (
        f"履歴事項全部証明書\n会社法人等番号 1234-01-234567\n商号 {COMPANY}\n資本金の額 金９８００万円\n"
        f"これは登記簿に記録されている閉鎖されていない事項の全部であることを証明した書面である。\n"
        f"{issued}\n東京法務局 登記官\n"
    )


def certificate(until: str = "令和10年3月31日") -> str:
    """A 会員証 that is good until the day ``until`` as it is written."""
    return f"会員証\n{COMPANY} 殿\n貴社が当会の会員であることを証します。\n有効期限 {until}\n全国金属熱処理協議会\n"


@lru_cache(maxsize=64)
def pdf(*pages: str) -> bytes:
    """A PDF with a page for each of the texts."""
    sheets = "".join(
        f'<div style="break-after: page">{escape(page).replace(chr(10), "<br>")}</div>' for page in pages
    )
    return HTML(string=f"<html lang=ja><body>{sheets}</body></html>").write_pdf()


@lru_cache(maxsize=1)
def locked_pdf() -> bytes:
    """A good PDF that opens with a password."""
    with pikepdf.open(BytesIO(pdf(FORM5))) as document:
        locked = BytesIO()
        document.save(locked, encryption=pikepdf.Encryption(owner="secret", user="secret", R=6))
    return locked.getvalue()


def program() -> bytes:
    """A Windows program, whatever its name says."""
    return b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)


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
