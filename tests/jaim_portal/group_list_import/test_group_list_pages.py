"""The secretariat imports the list that a group sent in: upload, preview, import, and what was refused."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from discounts.group_list_reading import read_group_list
from discounts.group_matching import Match, match_rows
from discounts.models import GroupMember, GroupMemberList, IndustryGroup
from fiscal_calendar.tokyo import at
from members.models import User
from tests.conftest import Clock
from tests.factories import CorporationFactory, IndustryGroupFactory, UserFactory

pytestmark = pytest.mark.django_db
UPLOAD = "admin:group_list_import"
TODAY = date(2027, 1, 20)


@pytest.fixture
def group() -> IndustryGroup:
    return IndustryGroupFactory(name="日本機械加工団体連合会")


@pytest.fixture
def browser(clock: Clock, login: Callable[[User], Client]) -> Client:
    clock.set(at(TODAY, 10))
    return login(UserFactory(reviewer=True))


def csv(*rows: str) -> bytes:
    return "\n".join(("法人番号,会社名", *rows)).encode()


def upload(browser: Client, group: IndustryGroup, content: bytes, /, **given: str) -> Any:
    fields = {"group": group.pk, "as_of": "令和９年１月２０日", "amount": "whole", **given}
    return browser.post(reverse(UPLOAD), {**fields, "group_list": SimpleUploadedFile("list.csv", content)})


def text(answer: Any) -> str:
    return answer.content.decode()


def names() -> set[str]:
    return set(GroupMember.objects.values_list("name", flat=True))


# --- who is on it ------------------------------------------------------------------------------------------


def matches(*rows: str) -> list[tuple[Match, tuple[str, ...]]]:
    matching = match_rows(read_group_list(csv(*rows)).accepted)
    return [(row.match, tuple(found.name for found in row.corporations)) for row in matching.rows]


def test_a_company_is_found_by_its_number_or_its_name() -> None:
    one = CorporationFactory(name="株式会社青葉精機")
    CorporationFactory(name="株式会社赤松髙機")
    CorporationFactory(name="株式会社緑川")
    CorporationFactory(name="有限会社緑川")
    stranger = CorporationFactory.build(name="他社")
    assert matches(
        f"{one.corporate_number},まったく別の名前",
        ",㈱赤松高機",
        ",緑川",
        ",株式会社黒田",
        f"{stranger.corporate_number},青葉精機",
    ) == [
        (Match.NUMBER, ("株式会社青葉精機",)),
        (Match.NAME, ("株式会社赤松髙機",)),
        (Match.AMBIGUOUS, ("株式会社緑川", "有限会社緑川")),
        (Match.NONE, ()),
        (Match.NONE, ()),
    ]


# --- the pages ---------------------------------------------------------------------------------------------


def test_upload_preview_import(browser: Client, group: IndustryGroup) -> None:
    one = CorporationFactory(name="株式会社青葉精機")
    shown = upload(browser, group, csv(f"{one.corporate_number},青葉精機", ",黒田", "12,赤松"))
    preview = text(browser.get(shown.url))
    assert GroupMemberList.objects.count() == 0
    assert "2社を取り込む" in preview
    assert "2027年1月20日（水）" in preview
    assert "株式会社青葉精機" in preview
    assert "会員にない会社" in preview
    assert "<td>法人番号</td><td>12</td>" in preview
    done = browser.post(f"{shown.url}store/", follow=True)
    assert "を取り込みました。2社です。" in text(done)
    kept = GroupMemberList.objects.get()
    assert (kept.group, kept.as_of, kept.matched) == (group, TODAY, 1)
    again = browser.post(f"{shown.url}store/", follow=True)
    assert "すでに取り込まれています" in text(again)
    assert kept.members.count() == 2


def test_what_was_refused_is_mended_and_added(browser: Client, group: IndustryGroup) -> None:
    right = CorporationFactory.build().corporate_number
    shown = upload(browser, group, csv(",黒田", "12,赤松", f"{right},青葉", f"{right},緑川"))
    browser.post(f"{shown.url}store/")
    book = openpyxl.load_workbook(BytesIO(browser.get(f"{shown.url}rejects.xlsx").content))
    sheet = book.active
    assert [[cell.value for cell in row][1:3] for row in sheet.iter_rows(min_row=2)] == [
        [12, "赤松"],
        [None, "緑川"],
    ]
    assert "法人番号を空にしてあります" in sheet["D3"].value
    sheet["B2"], sheet["B3"] = None, CorporationFactory.build().corporate_number
    mended = BytesIO()
    book.save(mended)
    again = upload(browser, group, mended.getvalue(), amount="mended")
    assert "同じ日の名簿（2社）に、この内容を加えます" in text(browser.get(again.url))
    browser.post(f"{again.url}store/")
    assert names() == {"黒田", "赤松", "青葉", "緑川"}
    assert GroupMemberList.objects.count() == 1


def test_a_whole_list_takes_the_place_of_that_of_the_same_day(browser: Client, group: IndustryGroup) -> None:
    for name in ("黒田", "赤松"):
        browser.post(upload(browser, group, csv(f",{name}")).url + "store/")
    assert names() == {"赤松"}
    browser.post(upload(browser, group, csv(",青葉"), as_of="2026年12月1日").url + "store/")
    assert GroupMemberList.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"as_of": "来月"}, "日付を読み取れません。"),
        ({"as_of": "2027年1月21日"}, "今日より先の日付です。"),
        ({"as_of": ""}, "名簿の基準日を入力してください。"),
        ({"group": ""}, "名簿を送ってきた団体を選んでください。"),
        ({"group": "99999"}, "選んだ団体が見つかりません。"),
        ({"amount": "half"}, "ファイルの内容を選び直してください。"),
    ],
)
def test_what_is_missing_is_said(browser: Client, group: IndustryGroup, given: dict, says: str) -> None:
    assert says in text(upload(browser, group, csv(",黒田"), **given))


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "ファイルの中身が空です"), ("今日は晴れ\n".encode(), "見出し")],
)
def test_a_file_that_is_no_list_says_why(
    browser: Client, group: IndustryGroup, content: bytes, says: str
) -> None:
    assert says in text(upload(browser, group, content))


def test_a_list_without_a_good_row_is_not_imported(browser: Client, group: IndustryGroup) -> None:
    shown = upload(browser, group, csv("12,赤松"))
    assert "取り込める会社がありません" in text(browser.get(shown.url))
    assert "取り込める会社が1社もありません" in text(browser.post(f"{shown.url}store/", follow=True))
    assert GroupMemberList.objects.count() == 0


def test_an_upload_of_somebody_else_is_not_found(
    browser: Client, group: IndustryGroup, login: Callable[[User], Client]
) -> None:
    shown = upload(browser, group, csv(",黒田"))
    other = login(UserFactory(reviewer=True))
    for url in (shown.url, f"{shown.url}rejects.xlsx"):
        assert "もう一度ファイルを選んでください" in text(other.get(url, follow=True))
    other.post(f"{shown.url}store/")
    assert GroupMemberList.objects.count() == 0


@pytest.mark.parametrize("role", ["billing", "read_only"])
def test_who_may_not_import_is_refused(role: str, login: Callable[[User], Client]) -> None:
    assert login(UserFactory(**{role: True})).get(reverse(UPLOAD)).status_code == 403


# --- the list of groups ------------------------------------------------------------------------------------


def test_the_list_of_groups_says_when_the_last_list_came(browser: Client, group: IndustryGroup) -> None:
    CorporationFactory(name="株式会社青葉精機")
    IndustryGroupFactory()
    for day, rows in (("2026年12月1日", (",青葉精機",)), ("2027年1月20日", (",青葉精機", ",黒田"))):
        browser.post(upload(browser, group, csv(*rows), as_of=day).url + "store/", follow=True)
    page = text(browser.get(reverse("admin:discounts_industrygroup_changelist")))
    assert "2027年1月20日（水）" in page
    assert "2026年12月1日" not in page
    assert "1法人" in page
