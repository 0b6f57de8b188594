"""On paper: the content alone, black on white."""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.people import DESK, Visitor
from tests.journeys.stage import Stage


@pytest.mark.parametrize("equipment", [DESK], indirect=True, ids=str)
def test_a_receipt_is_printed_without_buttons_and_on_one_sheet(clerk: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season(), corporation__name="𠮷野﨑髙精機株式会社", in_group=True)
    stage.continues(member)
    clerk.is_logged_in_as(member.clerk)
    clerk.opens(f"/establishments/{member.establishment.pk}/receipts/{member.now().campaign.fiscal_year}/1/")
    clerk.page.emulate_media(media="print")
    for part in (".actions", ".ways-back", ".site-footer", ".site-header__account", ".skip-link"):
        expect(clerk.page.locator(part).first).to_be_hidden()
    expect(clerk.page.locator(".receipt__number")).to_be_visible()

    paper = PdfReader(io.BytesIO(clerk.page.pdf(format="A4", prefer_css_page_size=True)))
    text = "".join(page.extract_text() for page in paper.pages)
    assert len(paper.pages) == 1
    assert member.now().receipt_number in text
    assert "申請を取り下げて" not in text
