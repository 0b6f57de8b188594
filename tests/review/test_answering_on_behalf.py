"""Answering for a member who called, wrote or sent a fax: a form, a check page, the verb."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from fiscal_calendar.tokyo import at
from members.models import User
from renewals.models import Renewal
from renewals.status import Channel, Intent, Status
from renewals.withdrawal import STATEMENTS
from tests.factories import RenewalFactory, UserFactory

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
