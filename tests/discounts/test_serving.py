"""Evidence is shown to those who act for its establishment and to the secretariat; for others it does not exist."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.core.files.storage import InMemoryStorage
from django.test import Client, override_settings
from django.urls import reverse
from PIL import Image

from discounts import page_images
from discounts.evidence.inspection import NotOpened
from discounts.handing_in import take_out
from discounts.models import Evidence
from discounts.stored_files import content_of, evidence_storage
from members.models import StaffRole, User
from tests.factories import (
    HANDED_IN_AT,
    EstablishmentFactory,
    EvidenceFactory,
    EvidenceFileFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
ROLES = list(StaffRole.values)


@pytest.fixture
def evidence() -> Evidence:
    return EvidenceFactory(files=[["様式5"], ["労働保険", "2ページ目"]])


@pytest.fixture
def browser(evidence: Evidence, login: Callable[[User], Client]) -> Client:
    return login(UserFactory(acts_for=[evidence.establishment]))


def addresses(evidence: Evidence) -> dict[str, str]:
    """Every address under which something of it is shown."""
    file = evidence.parts.first().file
    return {
        "pdf": reverse("evidence_pdf", args=[evidence.key]),
        "thumbnail": reverse("evidence_page", args=[evidence.key, 1, 240]),
        "page": reverse("evidence_page", args=[evidence.key, 3, 1200]),
        "file": reverse("evidence_file", args=[file.key]),
        "original": reverse("evidence_original", args=[file.key]),
    }


def get(client: Client, url: str, **given: Any) -> Any:
    """The answer, read to its end as a browser does, with what came as its ``body``."""
    response: Any = client.get(url, **given)
    response.body = b"".join(response) if response.streaming else response.content
    return response


def statuses(client: Client, evidence: Evidence) -> set[int]:
    return {get(client, url).status_code for url in addresses(evidence).values()}


# --- who ------------------------------------------------------------------------------------------------------


def test_who_acts_for_the_establishment_sees_it(browser: Client, evidence: Evidence) -> None:
    assert statuses(browser, evidence) == {200}


@pytest.mark.parametrize("role", ROLES)
def test_every_role_of_the_secretariat_sees_it(
    role: str, evidence: Evidence, login: Callable[[User], Client]
) -> None:
    assert statuses(login(UserFactory(role=role)), evidence) == {200}


def test_for_another_member_it_does_not_exist(evidence: Evidence, login: Callable[[User], Client]) -> None:
    stranger = login(
        UserFactory(acts_for=[EstablishmentFactory(corporation=evidence.establishment.corporation)])
    )
    assert statuses(stranger, evidence) == {404}


def test_nor_for_whoever_no_longer_acts_for_the_establishment(browser: Client, evidence: Evidence) -> None:
    evidence.establishment.assignments.all().delete()
    assert statuses(browser, evidence) == {404}


def test_who_is_not_logged_in_is_sent_to_the_login(evidence: Evidence) -> None:
    for url in addresses(evidence).values():
        response = get(Client(), url)
        assert (response.status_code, response["Location"].partition("?")[0]) == (
            302,
            reverse("account_login"),
        )


def test_what_does_not_exist_does_not_exist(browser: Client, evidence: Evidence) -> None:
    names = ("evidence_pdf", "evidence_file", "evidence_original")
    unknown = [reverse(name, args=[uuid4()]) for name in names]
    unknown += [
        reverse("evidence_page", args=[evidence.key, *given]) for given in ((0, 240), (4, 240), (1, 241))
    ]
    assert {get(browser, url).status_code for url in unknown} == {404}


def test_evidence_without_a_paper_shows_nothing(login: Callable[[User], Client]) -> None:
    empty = EvidenceFactory(files=[])
    client = login(UserFactory(acts_for=[empty.establishment]))
    assert get(client, reverse("evidence_pdf", args=[empty.key])).status_code == 404
    assert get(client, reverse("evidence_page", args=[empty.key, 1, 240])).status_code == 404


def test_it_is_only_looked_at(browser: Client, evidence: Evidence) -> None:
    assert {browser.post(url).status_code for url in addresses(evidence).values()} == {405}


# --- what -----------------------------------------------------------------------------------------------------


def test_each_address_gives_what_it_names(browser: Client, evidence: Evidence) -> None:
    file, at = evidence.parts.first().file, addresses(evidence)
    assert get(browser, at["pdf"]).body == content_of(evidence.merged)
    assert get(browser, at["file"]).body == content_of(file.view)
    assert get(browser, at["original"]).body == content_of(file.original)


@pytest.mark.parametrize(("which", "width"), [("thumbnail", 240), ("page", 1200)])
def test_a_page_is_a_picture_of_its_width(
    which: str, width: int, browser: Client, evidence: Evidence
) -> None:
    response = get(browser, addresses(evidence)[which])
    with Image.open(BytesIO(response.body)) as picture:
        assert (picture.format, picture.width) == ("PNG", width)
    assert response["Content-Type"] == "image/png"


def test_a_page_is_drawn_once(browser: Client, evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    first = get(browser, addresses(evidence)["page"]).body
    monkeypatch.delattr(page_images, "render_page")
    assert get(browser, addresses(evidence)["page"]).body == first


def test_a_page_drawn_twice_at_the_same_moment_is_kept_once(
    browser: Client, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw, again = page_images.render_page, [browser]

    def slow(pdf: bytes, **given: Any) -> bytes:
        if again:
            get(again.pop(), addresses(evidence)["page"])
        return draw(pdf, **given)

    monkeypatch.setattr(page_images, "render_page", slow)
    response = get(browser, addresses(evidence)["page"])
    assert (response.status_code, response.body[:4]) == (200, b"\x89PNG")
    name = page_images.page_image(evidence, page=3, width=1200)
    assert evidence_storage().listdir(name.rpartition("/")[0]) == ([], ["3-1200.png"])


def test_a_page_that_cannot_be_drawn_says_so(
    browser: Client, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_slow(pdf: bytes, **given: Any) -> bytes:
        raise NotOpened("too_complicated")

    monkeypatch.setattr(page_images, "render_page", too_slow)
    response = get(browser, addresses(evidence)["page"])
    assert response.status_code == 503
    assert "no-store" in response["Cache-Control"]


def test_a_storage_without_paths_will_do(
    in_memory: InMemoryStorage, evidence: Evidence, browser: Client
) -> None:
    with override_settings(EVIDENCE_X_ACCEL_PREFIX="/evidence-files"):
        for url in addresses(evidence).values():
            response = get(browser, url)
            assert (response.status_code, "X-Accel-Redirect" in response) == (200, False)
            assert response.body


# --- how ------------------------------------------------------------------------------------------------------


def test_a_file_is_private_never_sniffed_and_never_run(browser: Client, evidence: Evidence) -> None:
    for which, url in addresses(evidence).items():
        response = get(browser, url)
        assert response["X-Content-Type-Options"] == "nosniff", which
        assert response["Content-Security-Policy"].endswith("; sandbox"), which
        assert response["Content-Security-Policy"].startswith("default-src 'none'"), which
        assert response["Cache-Control"] == "private, no-cache", which
        assert response["Content-Disposition"].startswith("attachment" if which == "original" else "inline")


@pytest.mark.parametrize("which", ["pdf", "thumbnail", "page", "file", "original"])
def test_what_the_browser_has_is_not_sent_again(which: str, browser: Client, evidence: Evidence) -> None:
    url = addresses(evidence)[which]
    etag = get(browser, url)["ETag"]
    assert not etag.startswith("W/")
    again = get(browser, url, headers={"If-None-Match": etag})
    assert (again.status_code, again["ETag"], again["Cache-Control"]) == (304, etag, "private, no-cache")


def test_each_address_has_a_tag_of_its_own(browser: Client, evidence: Evidence) -> None:
    tags = [get(browser, url)["ETag"] for url in addresses(evidence).values()]
    assert len(set(tags)) == len(tags)


def test_changed_evidence_is_sent_again(browser: Client, evidence: Evidence) -> None:
    seen = {which: get(browser, url)["ETag"] for which, url in addresses(evidence).items()}
    last = evidence.parts.last().pk
    now = HANDED_IN_AT + timedelta(minutes=1)
    take_out(evidence=evidence, part_id=last, by=UserFactory(), now=now)
    for which in ("pdf", "thumbnail"):
        response = get(browser, addresses(evidence)[which], headers={"If-None-Match": seen[which]})
        assert response.status_code == 200


def test_a_tag_opens_nothing_to_others(
    browser: Client, evidence: Evidence, login: Callable[[User], Client]
) -> None:
    url = addresses(evidence)["pdf"]
    etag = get(browser, url)["ETag"]
    assert get(login(UserFactory()), url, headers={"If-None-Match": etag}).status_code == 404


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("report.pdf", 'attachment; filename="report.pdf"'),
        ("𠮷田㈱ 決算書.pdf", f"attachment; filename*=utf-8''{quote('𠮷田㈱ 決算書.pdf')}"),
        ('a"b.pdf', r'attachment; filename="a\"b.pdf"'),
        ("list.exe", 'attachment; filename="list.exe.pdf"'),
        ("会員証.PDF", f"attachment; filename*=utf-8''{quote('会員証.PDF')}"),
    ],
)
def test_a_file_is_saved_under_the_members_name(
    name: str, offered: str, login: Callable[[User], Client]
) -> None:
    file = EvidenceFileFactory(name=name)
    client = login(UserFactory(acts_for=[file.establishment]))
    response = get(client, reverse("evidence_original", args=[file.key]))
    assert response["Content-Disposition"] == offered


def test_addresses_hold_nothing_about_the_member(evidence: Evidence) -> None:
    told = {str(evidence.establishment_id), evidence.establishment.member_number, "書類"}
    for url in addresses(evidence).values():
        assert not told & set(url.split("/"))


@override_settings(EVIDENCE_X_ACCEL_PREFIX="/evidence-files/")
def test_nginx_sends_the_file_where_it_is_told_to(browser: Client, evidence: Evidence) -> None:
    response = get(browser, addresses(evidence)["pdf"])
    assert response["X-Accel-Redirect"] == f"/evidence-files/{evidence.merged}"
    assert (response.content, response["Content-Type"]) == (b"", "application/pdf")
    assert get(browser, addresses(evidence)["page"])["X-Accel-Redirect"].endswith("/3-1200.png")
