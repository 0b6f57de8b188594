"""Answering for a member who called, wrote or sent a fax: a form, a check page, the verb."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fiscal_calendar.tokyo import at
from members.models import User
from renewals.drafting import save_draft
from renewals.models import DraftDeclaration, Renewal, Submission
from renewals.refusals import Closed, NotAllowed
from renewals.status import Channel, Intent, Status
from renewals.withdrawal import STATEMENTS
from tests import papers, pdfs
from tests.changes import aoba
from tests.factories import RenewalFactory, UserFactory, filled
from tests.pdfs import pdf_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> User:
    return UserFactory(reviewer=True, name="審査 花子")


@pytest.fixture
def browser(clock: Any, login: Any, reviewer: User) -> Client:
    clock.set(at(date(2027, 2, 1), 10))
    return login(reviewer)


def address(renewal: Renewal) -> str:
    return reverse("admin:renewals_renewal_answer_on_behalf", args=[renewal.pk])


def text(response: Any) -> str:
    return response.content.decode()


def state(renewal: Renewal) -> str:
    return Renewal.objects.get(pk=renewal.pk).status


def on_behalf(intent: str, **more: Any) -> dict[str, Any]:
    return {
        "intent": intent,
        "channel": "phone",
        "note": "2月1日 総務の山田様から電話",
        "token": str(uuid4()),
        "step": "check",
        **more,
    }


def test_answering_unchanged_on_behalf_checks_first_and_then_enters(browser: Client, reviewer: User) -> None:
    renewal = RenewalFactory()
    data = on_behalf("unchanged")
    check = text(browser.post(address(renewal), data))
    assert "まだ登録は完了していません" in check
    assert state(renewal) == Status.NOT_STARTED
    browser.post(address(renewal), {**data, "step": "enter"})
    submission = renewal.submissions.get()
    assert (submission.intent, submission.channel, submission.submitted_by) == (
        Intent.UNCHANGED,
        Channel.PHONE,
        reviewer,
    )
    assert submission.note == "2月1日 総務の山田様から電話"


def test_entering_it_again_keeps_what_was_typed(browser: Client) -> None:
    renewal = RenewalFactory()
    data = on_behalf("withdraw", statements=list(STATEMENTS))
    assert 'name="step" value="edit">入力し直す' in text(browser.post(address(renewal), data))
    again = browser.post(address(renewal), {**data, "step": "edit"})
    assert "内容を確認する" in text(again)
    assert "2月1日 総務の山田様から電話</textarea>" in text(again)
    assert text(again).count(" checked>") == 7  # intent, channel and five statements
    assert not again.context["form_has_errors"]
    assert state(renewal) == Status.NOT_STARTED


def test_pressing_twice_enters_once(browser: Client) -> None:
    renewal = RenewalFactory()
    data = on_behalf("unchanged", step="enter")
    browser.post(address(renewal), data)
    browser.post(address(renewal), data)
    assert renewal.submissions.count() == 1


def test_a_withdrawal_on_behalf_needs_all_five_statements(browser: Client) -> None:
    renewal = RenewalFactory()
    four = list(STATEMENTS)[:4]
    shown = text(browser.post(address(renewal), on_behalf("withdraw", statements=four, step="enter")))
    assert "確認していない項目が1つあります" in shown
    assert "2月1日 総務の山田様から電話" in shown
    assert state(renewal) == Status.NOT_STARTED
    browser.post(address(renewal), on_behalf("withdraw", statements=list(STATEMENTS), step="enter"))
    assert Renewal.objects.get(pk=renewal.pk).intent == Intent.WITHDRAW


def test_the_check_page_carries_the_ticked_statements_on(browser: Client) -> None:
    renewal = RenewalFactory()
    shown = text(browser.post(address(renewal), on_behalf("withdraw", statements=list(STATEMENTS))))
    assert shown.count('<input type="hidden" name="statements"') == 5


@pytest.mark.parametrize("missing", ["intent", "channel", "note"])
def test_what_is_missing_on_behalf_is_said(browser: Client, missing: str) -> None:
    renewal = RenewalFactory()
    data = on_behalf("unchanged", step="enter")
    del data[missing]
    shown = text(browser.post(address(renewal), data))
    assert "error-summary" in shown
    assert state(renewal) == Status.NOT_STARTED


def test_no_second_answer_on_behalf(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True)
    shown = browser.get(address(renewal), follow=True)
    assert "代理入力はできません" in text(shown)
    again = text(browser.post(address(renewal), on_behalf("unchanged", step="enter")))
    assert "この操作はできません" in again
    assert renewal.submissions.count() == 1


def test_answering_after_the_deadline_is_the_secretariats_right(clock: Any, login: Any) -> None:
    renewal = RenewalFactory()
    clock.set(at(date(2027, 2, 15), 9))
    login(UserFactory(reviewer=True)).post(address(renewal), on_behalf("unchanged", step="enter"))
    assert state(renewal) == Status.SUBMITTED


# --- changed discounts --------------------------------------------------------------------------------------


def change_page(renewal: Renewal) -> str:
    return reverse("admin:renewals_renewal_change_on_behalf", args=[renewal.pk])


def pdf(text_of_page: str, name: str = "登記簿.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_of(text_of_page), content_type="application/pdf")


def test_a_changed_answer_that_came_by_fax_is_filled_in_after_the_deadline(
    clock: Any, login: Any, reviewer: User
) -> None:
    clock.set(at(date(2027, 2, 12), 10))
    browser = login(reviewer)
    renewal = RenewalFactory(establishment=aoba())
    missing = browser.post(change_page(renewal), {"sme": "on", "sme_method": "capital", "action": "done"})
    assert "「履歴事項全部証明書」か「決算書」のどちらか1つを提出してください。" in text(missing)
    assert "<title>エラー：" in text(missing)
    stamp = missing.context["form"]["stamp"].value()
    typed = {"sme": "on", "sme_method": "capital", "stamp": stamp, "action": "done"}
    done = browser.post(change_page(renewal), {**typed, "sme_file": pdf(pdfs.REGISTRY)})
    assert done["Location"] == f"{address(renewal)}?intent=changed"
    assert state(renewal) == Status.DRAFT
    check = browser.post(address(renewal), on_behalf("changed", channel="fax"))
    for words in ("まだ登録は完了していません", "履歴事項全部証明書（登記簿.pdf、1ページ）", "63,000円"):
        assert words in text(check)
    seen = DraftDeclaration.objects.get().stamp
    browser.post(address(renewal), on_behalf("changed", channel="fax", step="enter", seen=seen))
    submission = Submission.objects.get()
    assert (submission.intent, submission.channel, submission.sme) == (Intent.CHANGED, Channel.FAX, True)
    assert submission.sme_evidence.sealed_at
    assert state(renewal) == Status.SUBMITTED


def test_what_the_member_changed_meanwhile_is_not_entered_unseen(browser: Client) -> None:
    renewal = RenewalFactory(establishment=aoba())
    browser.post(
        change_page(renewal),
        {"sme": "on", "sme_method": "capital", "sme_file": pdf(pdfs.REGISTRY), "action": "done"},
    )
    data = on_behalf("changed", step="enter", seen="2027-01-01T00:00:00.000000+00:00")
    assert "入力内容が変わりました" in text(browser.post(address(renewal), data))
    assert state(renewal) == Status.DRAFT


def test_a_change_that_is_not_filled_in_is_asked_for(browser: Client) -> None:
    shown = text(browser.post(address(RenewalFactory()), on_behalf("changed")))
    assert "割引の変更内容が揃っていません。" in shown


def test_nothing_changed_is_said(browser: Client) -> None:
    shown = browser.post(change_page(RenewalFactory()), {"action": "done"})
    assert "今年度の内容から変更がありません。" in text(shown)


def test_a_file_is_named_and_taken_out_again(browser: Client) -> None:
    renewal = RenewalFactory(establishment=aoba())
    first = {"sme": "on", "sme_method": "capital", "action": "save"}
    shown = browser.post(change_page(renewal), {**first, "sme_file": pdf("何かの書類", "x.pdf")}, follow=True)
    assert "「x.pdf」に入っている書類" in text(shown)
    stamp = DraftDeclaration.objects.get().stamp
    browser.post(change_page(renewal), {**first, "stamp": stamp, "sme_papers_1": ["registry"]})
    draft = DraftDeclaration.objects.get()
    assert draft.sme_evidence.parts.get().papers == ["registry"]
    browser.post(change_page(renewal), {**first, "stamp": draft.stamp, "sme_remove_1": "on"})
    assert DraftDeclaration.objects.get().sme_evidence is None


def test_a_file_that_is_no_pdf_is_refused_in_words(browser: Client) -> None:
    renewal = RenewalFactory()
    program = SimpleUploadedFile("tool.pdf", papers.program())
    shown = browser.post(change_page(renewal), {"sme": "on", "sme_file": program}, follow=True)
    assert "中小企業割引：" in text(shown)
    assert DraftDeclaration.objects.get().sme_evidence is None


def test_after_the_deadline_only_the_secretariat_fills_in(clock: Any, reviewer: User) -> None:
    renewal = RenewalFactory()
    late = at(date(2027, 2, 12), 10)
    with pytest.raises(Closed):
        save_draft(renewal_id=renewal.pk, filled=filled(), by=reviewer, now=late)
    save_draft(renewal_id=renewal.pk, filled=filled(), by=reviewer, now=late, on_behalf=True)
    assert state(renewal) == Status.DRAFT


def test_what_is_submitted_is_not_filled_in_on_behalf(browser: Client, reviewer: User) -> None:
    renewal = RenewalFactory(submitted=True)
    shown = browser.get(change_page(renewal), follow=True)
    assert "「審査待ち」のため、代理入力はできません。" in text(shown)
    with pytest.raises(NotAllowed):
        save_draft(
            renewal_id=renewal.pk, filled=filled(), by=reviewer, now=at(date(2027, 2, 1), 10), on_behalf=True
        )
