"""The secretariat's pages under the same eyes as the member's."""

import os

import pytest

from tests.journeys.looks import all_complaints
from tests.journeys.people import DESK, Visitor
from tests.journeys.scenes_of_the_secretariat import SCENES
from tests.journeys.stage import Stage


@pytest.mark.parametrize("name", SCENES)
def test_page_is_in_order(name: str, visitors, stage: Stage) -> None:
    visitor: Visitor = visitors(DESK)
    SCENES[name](visitor, stage)
    complaints = all_complaints(visitor.page, tables_scroll=True)
    if folder := os.environ.get("SHOTS"):
        for width in (1280, 375):
            visitor.page.set_viewport_size({"width": width, "height": 800})
            visitor.page.screenshot(path=f"{folder}/s_{name}-{width}.png", full_page=True)
        visitor.page.set_viewport_size({"width": 1280, "height": 800})
    assert not complaints, "\n".join(complaints)
