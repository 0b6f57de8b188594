"""The tests' own eyes: each look and each watch must notice what it is there for."""

from collections.abc import Callable

import pytest

from tests.journeys.looks import axe_complaints, focus_complaints, large_text_complaints, room_complaints
from tests.journeys.looks import skeleton_complaints as skeleton
from tests.journeys.people import DESK, Equipment, Visitor
from tests.journeys.stage import Stage


@pytest.fixture
def visitor(visitors: Callable[[Equipment], Visitor], stage: Stage) -> Visitor:
    visitor = visitors(DESK)
    visitor.opens("/account/login/")
    return visitor


def spoil(visitor: Visitor, script: str) -> None:
    visitor.page.evaluate(f"() => {{ const main = document.querySelector('main'); {script} }}")


@pytest.mark.parametrize(
    ("look", "script", "complaint"),
    [
        (axe_complaints, "main.append(document.createElement('img'))", "axe image-alt"),
        (axe_complaints, "document.querySelector('label').remove()", "axe label"),
        (skeleton, "main.append(document.createElement('h1'))", "2 h1"),
        (skeleton, "document.documentElement.lang = 'en'", "lang=ja"),
        (skeleton, "document.querySelector('.skip-link').remove()", "skip link"),
        (skeleton, "document.querySelector('input[type=email]').placeholder = 'x'", "placeholder"),
        (skeleton, "document.querySelector('input[type=email]').disabled = true", "disabled"),
        (skeleton, "document.querySelector('main form').noValidate = false", "browser validates"),
        (skeleton, "main.append(main.querySelector('.button[type=submit]').cloneNode(true))", "2 prim"),
        (room_complaints, "main.style.width = '2000px'", "scrolls sideways"),
        (room_complaints, "main.style.cssText = 'overflow: hidden; height: 40px'", "cut off"),
        (large_text_complaints, "document.querySelector('h1').style.cssText = 'width:9rem;white-space:nowrap;"
         "overflow:hidden;font-size:3rem'", "at 200 % text: cut off"),
        (focus_complaints, "document.querySelector('input[type=email]').style.outline = 'none'", "not visible"),
        (focus_complaints, "document.querySelector('main a').style.cssText = 'position:absolute;left:-999px'",
         "outside the window"),
    ],
)  # fmt: skip
def test_a_look_notices(visitor: Visitor, look: Callable, script: str, complaint: str) -> None:
    assert look(visitor.page) == []
    spoil(visitor, script)
    assert any(complaint in found for found in look(visitor.page)), look(visitor.page)


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        (
            "const image = new Image(); image.src = 'https://elsewhere.example/x.png'; main.append(image)",
            "foreign origin",
        ),
        ("main.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')", "console error"),
        ("const s = document.createElement('script'); s.textContent = '1'; main.append(s)", "console error"),
        ("setTimeout(() => { throw new Error('broken') })", "script error"),
    ],
)
def test_the_watch_notices(visitor: Visitor, script: str, complaint: str) -> None:
    assert visitor.watch.found == []
    spoil(visitor, script)
    visitor.page.wait_for_function("() => true")
    visitor.until(lambda: any(complaint in found for found in visitor.watch.found))
    visitor.watch.found.clear()
