"""Small PDFs with a Japanese text layer, as members hand them in."""

from jaim_portal.simulation.paper_pdf import pdf_of

__all__ = ["CERTIFICATE", "FORM5", "LABOUR", "REGISTRY", "pdf_of"]

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
