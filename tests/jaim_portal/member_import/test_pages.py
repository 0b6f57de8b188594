"""The secretariat imports a list in the browser: upload, preview, import."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from members.models import Establishment
from tests.factories import UserFactory
from tests.jaim_portal.member_import.test_importing import OTHER, ROW, SOLE, groups, workbook  # noqa: F401

UPLOAD = "admin:member_import"


@pytest.fixture
def manager(client, settings, db):
    settings.DEMO = True  # the second factor has its own tests
    user = UserFactory(manager=True)
    client.force_login(user)
    return user


def upload(client, content: bytes, name: str = "members.xlsx"):
    return client.post(reverse(UPLOAD), {"member_list": SimpleUploadedFile(name, content)})


def test_upload_preview_import(client, manager, groups):  # noqa: F811
    response = upload(client, workbook(ROW, SOLE | {"メールアドレス1": ""}))
    preview = client.get(response.url)
    assert Establishment.objects.count() == 0
    assert "1件を取り込む" in preview.content.decode()
    assert "メールアドレス1が空です" in preview.content.decode()
    done = client.post(response.url + "store/", follow=True)
    assert "追加 1件" in done.content.decode()
    assert Establishment.objects.count() == 1
    again = client.post(response.url + "store/", follow=True)
    assert "追加 0件" in again.content.decode()
    assert Establishment.objects.count() == 1


def test_the_rejects_can_be_saved(client, manager, groups):  # noqa: F811
    token_url = upload(client, workbook(SOLE | {"メールアドレス1": ""})).url
    response = client.get(token_url + "rejects.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    assert "attachment" in response["Content-Disposition"]
    assert any("メールアドレス1が空です" in str(cell.value) for row in sheet.iter_rows() for cell in row)


def test_a_row_of_another_corporation_is_among_the_rejects(client, manager, groups):  # noqa: F811
    client.post(upload(client, workbook(ROW)).url + "store/")
    moved = upload(client, workbook(ROW | {"法人番号": OTHER})).url
    assert "法人番号「8181590830166」の会員として登録されています" in client.get(moved).content.decode()
    sheet = openpyxl.load_workbook(BytesIO(client.get(moved + "rejects.xlsx").content)).active
    assert sheet.max_row == 2


def test_the_preview_shows_who_joins_only_later(client, manager, groups):  # noqa: F811
    preview = client.get(upload(client, workbook(ROW | {"入会日": "2099-04-01"})).url).content.decode()
    assert "2行目 入会日：入会日が今日より後です（2099-04-01）" in preview


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "ファイルの中身が空です"), (b"\x89PNG\r\n", "読"), ("今日は晴れ\n".encode(), "見出し")],
)
def test_a_file_that_is_no_list_says_why(client, manager, content, says):
    response = upload(client, content)
    assert response.status_code == 200
    assert says in response.content.decode()


def test_an_upload_of_somebody_else_is_not_found(client, manager, groups):  # noqa: F811
    url = upload(client, workbook(ROW)).url
    client.force_login(UserFactory(manager=True))
    response = client.get(url, follow=True)
    assert "もう一度ファイルを選んでください" in response.content.decode()


@pytest.mark.parametrize("role", ["reviewer", "billing", "read_only"])
def test_only_managers_import(client, settings, db, role):
    settings.DEMO = True
    client.force_login(UserFactory(**{role: True}))
    assert client.get(reverse(UPLOAD)).status_code == 403


def test_to_members_the_page_does_not_exist(client, db):
    client.force_login(UserFactory())
    assert client.get(reverse(UPLOAD)).status_code == 404
