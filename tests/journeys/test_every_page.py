"""Each page in each state: skeleton, axe, room at 320 px and at 200 % text, a visible focus at every Tab stop."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import (
    scenes,
    scenes_of_certificates,
    scenes_of_changes,
    scenes_of_reviewing,
    scenes_of_the_secretariat,
)
from tests.journeys.looks import all_complaints, axe_complaints, room_complaints
from tests.journeys.people import DESK, PHONE, Equipment, Visitor
from tests.journeys.stage import Stage

pytestmark = pytest.mark.any_database  # it is about what a page looks like
OF_MEMBERS = scenes.SCENES | scenes_of_changes.SCENES | scenes_of_certificates.OF_MEMBERS
OF_THE_SECRETARIAT = (
    scenes_of_the_secretariat.SCENES | scenes_of_certificates.OF_THE_SECRETARIAT | scenes_of_reviewing.SCENES
)
# Pages that a script changes, and the member's way through the renewal.
WHERE_SCRIPTS_MATTER = (
    "certificate",
    "certificate_filled_in_with_warnings",
    "change_claimed_by_headcount",
    "change_form",
    "choose",
    "login_empty",
    "many_check",
    "many_select",
    "password_link_empty",
    "unchanged",
    "withdrawal_empty",
)


def has_arrived(page: Page, name: str) -> None:
    """Where a mistake was sent in, the page that says so, not the one before."""
    if name.endswith("_error"):
        expect(page).to_have_title(re.compile("^エラー："))
    page.wait_for_load_state()


@pytest.mark.parametrize("name", OF_MEMBERS)
def test_a_page_of_the_member_is_in_order(
    name: str, visitors: Callable[[Equipment], Visitor], stage: Stage
) -> None:
    visitor = visitors(DESK)
    OF_MEMBERS[name](visitor, stage)
    has_arrived(visitor.page, name)
    complaints = all_complaints(visitor.page)
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("name", OF_THE_SECRETARIAT)
def test_a_page_of_the_secretariat_is_in_order(
    name: str, visitors: Callable[[Equipment], Visitor], stage: Stage
) -> None:
    visitor = visitors(DESK)
    OF_THE_SECRETARIAT[name](visitor, stage)
    has_arrived(visitor.page, name)
    complaints = all_complaints(visitor.page, tables_scroll=True)
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("name", WHERE_SCRIPTS_MATTER)
def test_a_page_without_its_scripts_is_in_order(
    name: str, visitors: Callable[[Equipment], Visitor], stage: Stage
) -> None:
    visitor = visitors(PHONE)
    visitor.has_no_scripts()
    OF_MEMBERS[name](visitor, stage)
    has_arrived(visitor.page, name)
    complaints = axe_complaints(visitor.page) + room_complaints(visitor.page)
    assert not complaints, "\n".join(complaints)
