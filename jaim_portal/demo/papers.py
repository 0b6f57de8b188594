"""The papers that the demo's members hand in: fictional, and like the real ones where a reader looks."""

from datetime import date, timedelta

from weasyprint import HTML

from discounts.papers import Paper

A_YEAR = timedelta(days=365)
STYLE = """
@page { size: A4; margin: 24mm }
body { font-family: "BIZ UDPGothic", sans-serif; font-size: 12pt; line-height: 2 }
h1 { font-size: 20pt; text-align: center; margin: 0 0 14mm }
footer { margin-top: 16mm; text-align: right }
.sample { color: #a00; font-size: 9pt; text-align: center; margin-top: 20mm }
"""


def paper_pdf(paper: Paper, *, company: str, issued_on: date) -> bytes:
    """One page that says what it is, whose, and of which day."""
    lines = "".join(f"<p>{line}</p>" for line in _lines(paper, company, issued_on))
    body = f"<h1>{TITLES[paper]}</h1>{lines}<p class='sample'>お試し用の見本です</p>"
    page = f"<html lang='ja'><head><style>{STYLE}</style></head><body>{body}</body></html>"
    written = HTML(string=page).write_pdf()
    if not written:
        raise ValueError(f"no PDF came of {paper}")
    return written


TITLES = {
    Paper.REGISTRY: "履歴事項全部証明書",
    Paper.STATEMENT: "決算報告書",
    Paper.FORM5: "様式5　従業員数証明書",
    Paper.LABOUR: "労働保険 概算・増加概算・確定保険料申告書（写）",
    Paper.CERTIFICATE: "会員証",
}


def _lines(paper: Paper, company: str, issued_on: date) -> tuple[str, ...]:
    issued = _in_words(issued_on)
    match paper:
        case Paper.REGISTRY:
            return (
                f"商号　{company}",
                "本店　東京都千代田区千代田一丁目1番",
                "資本金の額　金5000万円",
                "これは登記簿に記録されている閉鎖されていない事項の全部であることを証明した書面である。",
                issued,
                "東京法務局　登記官",
            )
        case Paper.STATEMENT:
            return (
                f"自　{_in_words(issued_on - A_YEAR)}　至　{issued}",
                company,
                "貸借対照表",
                "資本金　450,000,000円",
            )
        case Paper.FORM5:
            return (
                f"企業名　{company}",
                "常時使用する従業員の数　86人",
                "上記のとおり相違ありません。",
                issued,
            )
        case Paper.LABOUR:
            return (f"事業の名称　{company}", "常時使用労働者数　86人", issued)
        case Paper.CERTIFICATE:
            return (
                f"{company}　殿",
                "貴社が当会の会員であることを証します。",
                f"有効期限　{_in_words(issued_on + A_YEAR)}",
                "全国金属熱処理協議会",
            )
    raise ValueError(f"the demo has no {paper}")


def _in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
