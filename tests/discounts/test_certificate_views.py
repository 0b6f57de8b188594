"""「会員証を更新する」: what a member sees and does there, and what becomes of it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from discounts.models import AppliedDiscounts, CertificateUpdate
from discounts.requirements import ProofOfBelonging
from fiscal_calendar.tokyo import at
from members.models import Establishment, User
from tests import papers
from tests.conftest import Clock
from tests.factories import (
    CampaignFactory,
    CertificateUpdateFactory,
    EstablishmentFactory,
    IndustryGroupFactory,
    RenewalFactory,
    UserFactory,
)
from tests.pdfs import pdf_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 1)


@pytest.fixture
def factory(clock: Clock) -> Establishment:
    clock.set(at(TODAY, 10))
    return EstablishmentFactory(in_group=True, corporation__name=papers.COMPANY)


@pytest.fixture
def browser(factory: Establishment, login: Callable[[User], Client]) -> Client:
    return login(UserFactory(acts_for=[factory]))


def address(establishment: Establishment, name: str = "certificate") -> str:
    return reverse(name, args=[establishment.pk])


def shown(browser: Client, establishment: Establishment, name: str = "certificate") -> str:
    answer = browser.get(address(establishment, name), follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def certificate(until: str = "令和10年3月31日", name: str = "会員証.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_of(papers.certificate(until)), "application/pdf")


def posts(browser: Client, establishment: Establishment, action: str, **given: Any) -> Any:
    """The whole form, as a browser sends it: what stands in the fields unless something else is typed."""
    update = CertificateUpdate.objects.filter(establishment=establishment, status="draft").first()
    day = update.valid_until if update else None
    parts = (day.year, day.month, day.day) if day else ("", "", "")
    fields = dict(zip(("valid_year", "valid_month", "valid_day"), parts, strict=True))
    return browser.post(
        address(establishment), {**fields, "group_remark": "", "action": action, **given}, follow=True
    )


def draft() -> CertificateUpdate:
    return CertificateUpdate.objects.get(status="draft")


# --- the page ----------------------------------------------------------------------------------------------


def test_it_shows_what_is_on_record(browser: Client, factory: Establishment) -> None:
    page = shown(browser, factory)
    assert AppliedDiscounts.objects.get().group.name in page
    assert "2027年3月31日（水）" in page
    assert "これまでに提出した" not in page
    assert CertificateUpdate.objects.count() == 0


def test_for_proof_of_dues_it_speaks_of_dues_and_asks_for_no_day(
    login: Callable[[User], Client], factory: Establishment
) -> None:
    dues = EstablishmentFactory(applied__group=IndustryGroupFactory(proof=ProofOfBelonging.DUES))
    page = shown(login(UserFactory(acts_for=[dues])), dues)
    assert "会費支払証跡を更新する" in page
    assert "id_valid_year" not in page


@pytest.mark.parametrize(
    "fields", [{}, {"in_group": True, "left_on": date(2026, 3, 31)}], ids=["no group", "left"]
)
def test_who_needs_no_proof_is_told_so(
    fields: dict, login: Callable[[User], Client], factory: Establishment
) -> None:
    other = EstablishmentFactory(**fields)
    assert "証明書類の提出は必要ありません" in shown(login(UserFactory(acts_for=[other])), other)


def test_others_have_no_such_page(login: Callable[[User], Client], factory: Establishment) -> None:
    for somebody in (UserFactory(), UserFactory(reviewer=True)):
        for name in ("certificate", "certificate_received"):
            assert login(somebody).get(address(factory, name)).status_code == 404
        assert login(somebody).post(address(factory), {"action": "submit"}).status_code == 404


@pytest.mark.parametrize(
    ("today", "answered", "points"),
    [
        (date(2027, 1, 20), False, True),
        (date(2027, 1, 22), True, False),
        (date(2027, 2, 11), False, False),
        (date(2026, 12, 20), False, False),
    ],
)
def test_while_the_season_waits_for_an_answer_it_points_there(
    clock: Clock,
    login: Callable[[User], Client],
    factory: Establishment,
    today: date,
    answered: bool,
    points: bool,
) -> None:
    clock.set(at(today, 10))
    if today < date(2027, 1, 15):
        CampaignFactory()
    else:
        RenewalFactory(establishment=factory, submitted=answered)
    browser = login(UserFactory(acts_for=[factory]))
    assert ("更新手続に進む" in shown(browser, factory)) is points


# --- files and days ----------------------------------------------------------------------------------------


def test_the_day_that_was_read_is_filled_in(browser: Client, factory: Establishment) -> None:
    page = posts(browser, factory, "add-group", group_files=certificate()).content.decode()
    assert 'value="2028"' in page
    assert "「2028年3月31日（金）」と読み取りました" in page
    assert draft().valid_until == date(2028, 3, 31)


def test_a_day_that_was_typed_stays(browser: Client, factory: Establishment) -> None:
    typed = {"valid_year": "令和９", "valid_month": "１２", "valid_day": "３１"}
    page = posts(browser, factory, "add-group", group_files=certificate(), **typed).content.decode()
    assert draft().valid_until == date(2027, 12, 31)
    assert "会員証から読み取った有効期限（2028年3月31日（金））と、入力した日付が違います。" in page


def test_of_a_file_that_takes_the_place_of_another_the_day_is_read_again(
    browser: Client, factory: Establishment
) -> None:
    posts(browser, factory, "add-group", group_files=certificate())
    later = certificate("令和11年3月31日", "差し替え.pdf")
    posts(browser, factory, "replace-group-1", group_replacement_1=later)
    assert draft().valid_until == date(2029, 3, 31)
    evidence = draft().evidence
    assert evidence is not None
    assert [part.file.name for part in evidence.parts.all()] == ["差し替え.pdf"]


def test_several_files_are_put_in_order_and_taken_out(browser: Client, factory: Establishment) -> None:
    files = [certificate(name="1.pdf"), SimpleUploadedFile("2.pdf", pdf_of("裏面"))]
    posts(browser, factory, "add-group", group_files=files)
    posts(browser, factory, "up-group-2")
    evidence = draft().evidence
    assert evidence is not None
    assert [part.file.name for part in evidence.parts.all()] == ["2.pdf", "1.pdf"]
    posts(browser, factory, "remove-group-1")
    posts(browser, factory, "remove-group-1")
    assert draft().evidence is None


@pytest.mark.parametrize(
    "action", ["remove-group-9", "up-group-x", "replace-group-1", "nonsense", "", "up-sme-²"]
)
def test_a_button_that_means_nothing_changes_nothing(
    browser: Client, factory: Establishment, action: str
) -> None:
    posts(browser, factory, "add-group", group_files=certificate())
    assert posts(browser, factory, action).status_code == 200
    assert draft().evidence is not None


def test_what_is_wrong_with_a_paper_is_said_at_once(browser: Client, factory: Establishment) -> None:
    old = SimpleUploadedFile("会員証.pdf", pdf_of(papers.certificate("令和8年3月31日")))
    page = posts(browser, factory, "add-group", group_files=old).content.decode()
    assert "会員証の有効期限（2026年3月31日）が切れています。" in page


def test_a_file_that_is_not_taken_says_why_and_the_rest_stays(
    browser: Client, factory: Establishment
) -> None:
    wrong = SimpleUploadedFile("会員証.pdf", papers.program())
    answer = posts(browser, factory, "submit", group_files=wrong, group_remark="急いでいます。")
    page = answer.content.decode()
    assert "<title>エラー：" in page
    assert "「会員証.pdf」：" in page
    assert "急いでいます。" in page
    assert draft().remark == "急いでいます。"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"valid_year": "来年"}, "有効期限の日付を読み取れません。"),
        ({"group_remark": "あ" * 301}, "補足は300文字までです（いまは301文字）。"),
    ],
)
def test_what_cannot_be_read_is_said_and_stays(
    browser: Client, factory: Establishment, given: dict, says: str
) -> None:
    page = posts(browser, factory, "submit", **given).content.decode()
    assert says in page
    assert next(iter(given.values())) in page


def test_what_is_typed_is_kept_by_and_by(browser: Client, factory: Establishment) -> None:
    page = posts(browser, factory, "autosave", group_remark="再発行です。").content.decode()
    assert "に保存しました" in page
    assert draft().remark == "再発行です。"
    assert "まだ提出は完了していません" in posts(browser, factory, "save").content.decode()


# --- submitting --------------------------------------------------------------------------------------------


def test_a_certificate_is_submitted(browser: Client, factory: Establishment) -> None:
    posts(browser, factory, "add-group", group_files=certificate())
    answer = posts(browser, factory, "submit", group_remark="再発行です。")
    assert answer.redirect_chain[-1][0] == address(factory, "certificate_received")
    page = answer.content.decode()
    assert "会員証を受け付けました" in page
    assert "再発行です。" in page
    assert "確認待ち" in page
    assert "事務局が確認しています" in shown(browser, factory)


def test_what_comes_along_with_the_button_is_looked_at_first(browser: Client, factory: Establishment) -> None:
    page = posts(browser, factory, "submit", group_files=certificate()).content.decode()
    assert "まだ提出は完了していません" in page
    assert draft().valid_until == date(2028, 3, 31)
    posts(browser, factory, "submit")
    assert CertificateUpdate.objects.get().status == "waiting"


def test_what_is_missing_is_said_beside_its_field(browser: Client, factory: Establishment) -> None:
    page = posts(browser, factory, "submit").content.decode()
    assert '<a href="#id_group_files">「会員証」を提出してください。</a>' in page
    assert '<a href="#id_valid_year">会員証に書かれている有効期限を入力してください。' in page
    assert "<title>エラー：" in page


def test_a_second_press_leads_to_the_same_receipt(browser: Client, factory: Establishment) -> None:
    posts(browser, factory, "add-group", group_files=certificate())
    posts(browser, factory, "submit")
    again = browser.post(address(factory), {"action": "submit"}, follow=True)
    assert again.redirect_chain[-1][0] == address(factory, "certificate_received")
    assert CertificateUpdate.objects.filter(status="waiting").count() == 1


def test_without_a_submission_there_is_no_receipt(browser: Client, factory: Establishment) -> None:
    answer = browser.get(address(factory, "certificate_received"))
    assert answer["Location"] == address(factory)


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("waiting", "提出は完了しました"),
        ("accepted", "会員証の確認が終わりました"),
        ("returned", "会員証の文字が読めません。"),
    ],
)
def test_the_receipt_says_where_it_stands(
    browser: Client, factory: Establishment, status: str, says: str
) -> None:
    CertificateUpdateFactory(establishment=factory, status=status)
    assert says in shown(browser, factory, "certificate_received")
    assert "これまでに提出した会員証" in shown(browser, factory)


# --- the home page -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "says"),
    [
        (date(2027, 1, 29), ""),
        (date(2027, 1, 30), "会員証の有効期限が近づいています"),
        (date(2027, 3, 31), "今日が期限です"),
    ],
)
def test_the_home_page_mentions_what_runs_out(
    clock: Clock, login: Callable[[User], Client], factory: Establishment, today: date, says: str
) -> None:
    clock.set(at(today, 10))
    page = login(UserFactory(acts_for=[factory])).get("/").content.decode()
    assert says in page
    assert ("会員証の有効期限" in page) is bool(says)
    assert f'href="{address(factory)}"' in page


def test_the_home_page_says_that_it_has_expired(browser: Client, factory: Establishment) -> None:
    AppliedDiscounts.objects.update(certificate_valid_until=date(2026, 8, 31))
    page = browser.get("/").content.decode()
    assert "会員証の有効期限が切れています" in page
    assert "お手続きいただくことはありません" not in page


@pytest.mark.parametrize(
    ("status", "says"),
    [("waiting", "新しい会員証を受け付けました"), ("returned", "会員証の再提出をお願いします")],
)
def test_the_home_page_says_where_a_newer_one_stands(
    browser: Client, factory: Establishment, status: str, says: str
) -> None:
    CertificateUpdateFactory(establishment=factory, status=status)
    assert says in browser.get("/").content.decode()


def test_without_a_group_the_home_page_does_not_mention_it(
    login: Callable[[User], Client], factory: Establishment
) -> None:
    other = EstablishmentFactory(sme=True)
    page = login(UserFactory(acts_for=[other])).get("/").content.decode()
    assert address(other) not in page
