"""The member's copy of its receipt as a PDF."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

STYLE = """
@page { size: A4; margin: 22mm 20mm; font-family: "BIZ UDPGothic", "Noto Sans CJK JP", sans-serif;
        @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt } }
body { font-family: "BIZ UDPGothic", "Noto Sans CJK JP", sans-serif; font-size: 10.5pt; line-height: 1.7; color: #333 }
h1 { font-size: 16pt; margin: 0 0 6mm; font-weight: 700 }
h2 { font-size: 12pt; margin: 8mm 0 2mm; font-weight: 700 }
.number { border: 1px solid #333; padding: 4mm 6mm; font-size: 16pt; font-weight: 700 }
.number small { display: block; font-size: 9.5pt; font-weight: 400 }
table { width: 100%; border-collapse: collapse; table-layout: fixed }
th, td { border: 1px solid #999; padding: 2mm 3mm; text-align: left; vertical-align: top; overflow-wrap: anywhere }
th { width: 34%; background: #f2f2f2; font-weight: 400 }
.sender { margin-top: 10mm; font-size: 9.5pt }
"""


class NothingFetched(Exception):
    """A document asked for a resource; ours are whole in themselves."""


def refuse_to_fetch(url: str, *args: Any, **kwargs: Any) -> Any:
    raise NothingFetched(url.split(":", 1)[0])


@lru_cache(maxsize=1)
def _style() -> tuple[CSS, FontConfiguration]:
    fonts = FontConfiguration()
    return CSS(string=STYLE, font_config=fonts, url_fetcher=refuse_to_fetch), fonts


def receipt_pdf(values: Mapping[str, Any]) -> bytes:
    """A one-page A4 document as bytes. It fetches nothing, neither files nor addresses."""
    style, fonts = _style()
    html = HTML(
        string=render_to_string("renewals/receipt_copy.html", dict(values)), url_fetcher=refuse_to_fetch
    )
    return html.write_pdf(stylesheets=[style], font_config=fonts)
