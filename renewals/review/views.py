"""The application page and what can be decided on it. Each POST is one verb of the lifecycle, then a redirect."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.trail import Actor
from fiscal_calendar.japanese import format_day
from fiscal_calendar.tokyo import day_of
from members.access import UserRequest
from renewals import deciding, leaving, lifecycle, permissions, reviewing
from renewals.models import Renewal
from renewals.refusals import Stale
from renewals.review.application import Application, changes_between, load_application
from renewals.review.forms import OnBehalfForm, ReopenForm
from renewals.review.lists import WayBack
from renewals.review.on_behalf_change import change_to_check
from renewals.review.page import (
    REFUSALS,
    done_already,
    needs,
    number_in,
    page,
    say_incomplete,
    say_refused,
)
from renewals.review.wording import TONES
from renewals.status import NOT_ANSWERED, Channel, Intent, Status, target_of

TEMPLATES = "admin/renewals/renewal"
DAYS_TO_ANSWER_AGAIN = 7
ON_BEHALF = "会員に代わって回答を入力する"


@require_GET
@needs(permissions.VIEW_RENEWALS)
def application(request: UserRequest, renewal_id: int) -> HttpResponse:
    """The application page. ``?seen=1`` comes from a stale decision: the page then shows what changed since."""
    shown = _load(request, renewal_id)
    seen = request.GET.get("seen", "")
    if seen == str(shown.renewal.version):
        seen = ""
    return page(
        request,
        f"{TEMPLATES}/application.html",
        shown.renewal.establishment.full_name,
        way_back=WayBack.of(request),
        application=shown,
        renewal=shown.renewal,
        establishment=shown.renewal.establishment,
        tone="error" if shown.unanswered else TONES[Status(shown.renewal.status)],
        changes=_changes_since(shown, seen),
        seen=seen,
        actions=_actions(request, shown),
    )


@require_POST
@needs(permissions.REVIEW)
def begin_review(request: UserRequest, renewal_id: int) -> HttpResponse:
    renewal = get_object_or_404(Renewal, pk=renewal_id)
    try:
        reviewing.begin_review(renewal_id=renewal.pk, by=request.user, now=timezone.now())
        messages.success(request, "審査を始めました。会員は、これから申請を取り下げることができません。")
    except REFUSALS as refusal:
        say_refused(request, refusal)
    return _back_to(request, renewal_id)


@require_POST
@needs(permissions.REVIEW)
def approve(request: UserRequest, renewal_id: int) -> HttpResponse:
    """Approve the submission and the fee that the page showed; 0 stands for a fee that could not be told."""
    amount = number_in(request.POST.get("amount", ""))
    if amount is None:
        return _incomplete(request, renewal_id)

    def decide(version: int) -> str:
        renewal = deciding.approve(
            renewal_id=renewal_id, version=version, amount=amount, by=request.user, now=timezone.now()
        )
        fee = renewal.fixed_fee.amount if renewal.fixed_fee else 0
        return f"承認しました。次年度の年会費は{fee:,}円です。担当者へメールで案内します。"

    return _decide(request, renewal_id, decide, already=Status.APPROVED)


@require_http_methods(["GET", "POST"])
@needs(permissions.REVIEW)
def accept_withdrawal(request: UserRequest, renewal_id: int) -> HttpResponse:
    """Asked once more before it is accepted: a factory may lose its right to employ people."""
    if request.method == "POST":

        def decide(version: int) -> str:
            leaving.accept_withdrawal(
                renewal_id=renewal_id, version=version, by=request.user, now=timezone.now()
            )
            return "退会を受理しました。担当者へ退会手続の案内をメールで送ります。"

        return _decide(request, renewal_id, decide, already=Status.WITHDRAWAL_ACCEPTED)
    shown = _load(request, renewal_id)
    if shown.renewal.status != Status.SUBMITTED or shown.renewal.intent != Intent.WITHDRAW:
        messages.error(request, "審査待ちの退会申請ではないため、受理できません。")
        return _back_to(request, renewal_id)
    return _confirm(request, shown, "退会を受理しますか", "accept_withdrawal.html")


@require_http_methods(["GET", "POST"])
@needs(permissions.REVIEW)
def complete_withdrawal(request: UserRequest, renewal_id: int) -> HttpResponse:
    shown = _load(request, renewal_id)
    if request.method == "POST":
        try:
            leaving.complete_withdrawal(renewal_id=renewal_id, by=Actor.behind(request), now=timezone.now())
            left_on = format_day(shown.renewal.campaign.effective_withdrawal_on)
            _say_done(request, f"退会を完了しました。名簿には{left_on}まで載ります。")
        except REFUSALS as refusal:
            _say(request, renewal_id, refusal, already=Status.WITHDRAWN)
        return _back_to(request, renewal_id)
    if shown.renewal.status != Status.WITHDRAWAL_ACCEPTED:
        messages.error(request, "退会手続中ではないため、完了にできません。")
        return _back_to(request, renewal_id)
    return _confirm(request, shown, "退会を完了しますか", "complete_withdrawal.html")


@require_http_methods(["GET", "POST"])
@needs(permissions.REOPEN)
def reopen(request: UserRequest, renewal_id: int) -> HttpResponse:
    shown = _load(request, renewal_id)
    if target_of("reopen", shown.renewal.status) is None:
        messages.error(request, f"「{shown.renewal.get_status_display()}」のため、再受付はできません。")
        return _back_to(request, renewal_id)
    suggested = _until_suggested(shown, today=day_of(timezone.now()))
    form = ReopenForm(
        request.POST or None, initial={"until": suggested.isoformat(), "seen": shown.renewal.stamp}
    )
    if form.is_valid():
        try:
            reopened = lifecycle.reopen(
                renewal_id=renewal_id, by=request.user, now=timezone.now(), **form.cleaned_data
            )
            until = format_day(reopened.last_day_to_answer(reopened.campaign))
            _say_done(request, f"再受付にしました。会員は{until}まで回答できます。メールで知らせます。")
            return _back_to(request, renewal_id)
        except Stale as stale:
            _say_stale_reopening(request, renewal_id, stale, until=form.cleaned_data["until"])
            return _back_to(request, renewal_id)
        except REFUSALS as refusal:
            form.add_error("until", str(refusal))
    return _confirm(request, shown, "回答をもう一度受け付けますか", "reopen.html", form=form)


@require_http_methods(["GET", "POST"])
@needs(permissions.ANSWER_ON_BEHALF)
def answer_on_behalf(request: UserRequest, renewal_id: int) -> HttpResponse:
    """Form, then a check page that repeats what will be entered, then the verb."""
    shown = _load(request, renewal_id)
    now = timezone.now()
    form = OnBehalfForm(
        request.POST or None, initial={"token": uuid4(), "intent": request.GET.get("intent", "")}
    )
    if not form.is_bound and target_of("answer_on_behalf", shown.renewal.status) is None:
        messages.error(request, f"「{shown.renewal.get_status_display()}」のため、代理入力はできません。")
        return _back_to(request, renewal_id)
    if form.is_valid() and request.POST.get("step") == "enter":
        answer = lifecycle.Answer(
            intent=Intent(form.cleaned_data["intent"]),
            token=form.cleaned_data["token"],
            confirmed=frozenset(form.cleaned_data["statements"]),
            seen=form.cleaned_data["seen"] or None,
        )
        try:
            submission = lifecycle.answer_on_behalf(
                renewal_id=renewal_id,
                answer=answer,
                channel=Channel(form.cleaned_data["channel"]),
                note=form.cleaned_data["note"],
                by=request.user,
                now=timezone.now(),
            )
            _say_done(
                request,
                f"代理入力を登録しました（{submission.get_intent_display()}）。担当者へメールを送ります。",
            )
            return _back_to(request, renewal_id)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
    if form.is_valid() and request.POST.get("step") == "check":
        chosen: dict[str, Any] = {
            "intent": Intent(form.cleaned_data["intent"]),
            "channel": Channel(form.cleaned_data["channel"]),
        }
        if chosen["intent"] == Intent.CHANGED:
            change = change_to_check(shown.renewal, on=day_of(now))
            if change is None:
                text = "割引の変更内容が揃っていません。「割引の変更内容を入力する」から入力してください。"
                form.add_error("intent", text)
                return _confirm(request, shown, ON_BEHALF, "on_behalf.html", form=form)
            chosen |= {"rows": change.rows, "sentence": change.sentence, "stamp": change.stamp}
        return _confirm(request, shown, "この内容で登録しますか", "on_behalf_check.html", form=form, **chosen)
    return _confirm(request, shown, ON_BEHALF, "on_behalf.html", form=form)


def _load(request: UserRequest, renewal_id: int) -> Application:
    try:
        return load_application(renewal_id, reviewer_id=request.user.pk, today=day_of(timezone.now()))
    except Renewal.DoesNotExist as missing:
        raise Http404("この年度更新は見つかりません。") from missing


def _until_suggested(shown: Application, *, today: date) -> date:
    """The last day to answer, at least a week to do so, and no day after the membership's last."""
    at_least = today + timedelta(days=DAYS_TO_ANSWER_AGAIN)
    return min(max(shown.last_day, at_least), shown.renewal.campaign.effective_withdrawal_on)


def _confirm(
    request: UserRequest, shown: Application, title: str, template: str, **context: Any
) -> HttpResponse:
    form = context.get("form")
    return page(
        request,
        f"{TEMPLATES}/{template}",
        title,
        way_back=WayBack.of(request),
        application=shown,
        renewal=shown.renewal,
        establishment=shown.renewal.establishment,
        form_has_errors=bool(form is not None and form.errors),
        **context,
    )


def _decide(
    request: UserRequest, renewal_id: int, decide: Callable[[int], str], *, already: Status
) -> HttpResponse:
    """Decide on the version that the page showed; a stale decision comes back with what changed."""
    get_object_or_404(Renewal, pk=renewal_id)
    seen = number_in(request.POST.get("version", ""))
    if seen is None:
        return _incomplete(request, renewal_id)
    try:
        _say_done(request, decide(seen))
    except Stale as stale:
        messages.error(request, str(stale))
        return _back_to(request, renewal_id, seen=seen)
    except REFUSALS as refusal:
        _say(request, renewal_id, refusal, already=already)
    return _back_to(request, renewal_id)


def _incomplete(request: UserRequest, renewal_id: int) -> HttpResponse:
    say_incomplete(request)
    return _back_to(request, renewal_id)


def _say_done(request: UserRequest, text: str, *, level: int = messages.SUCCESS) -> None:
    """What was done, and the way to the next case."""
    way_back = WayBack.of(request)
    link = format_html('{} <a href="{}">{}に戻る</a>', text, way_back.url, way_back.label)
    messages.add_message(request, level, link)


def _say(request: UserRequest, renewal_id: int, refusal: Exception, *, already: Status) -> None:
    if text := done_already(renewal_id, refusal, already):
        _say_done(request, text, level=messages.INFO)
    else:
        say_refused(request, refusal)


def _say_stale_reopening(request: UserRequest, renewal_id: int, stale: Stale, *, until: date) -> None:
    """A second press of the same button is no error."""
    done = Renewal.objects.filter(pk=renewal_id, status__in=NOT_ANSWERED, answer_until=until).exists()
    if done:
        messages.info(request, "すでに再受付になっています。もう一度処理する必要はありません。")
    else:
        messages.error(request, str(stale))


def _changes_since(shown: Application, seen: str) -> list:
    by_version = {str(submission.version): submission for submission in shown.submissions}
    before, after = by_version.get(seen), shown.submission
    if before is None or after is None or before.version == after.version:
        return []
    return changes_between(before, after)


def _actions(request: UserRequest, shown: Application) -> dict[str, bool]:
    """Which buttons this person gets: what the table of states allows, to those who hold the permission."""
    renewal, may = shown.renewal, request.user.has_perm
    submitted = renewal.status == Status.SUBMITTED
    leaving = renewal.intent == Intent.WITHDRAW
    reviews = may(permissions.REVIEW)
    changed = renewal.intent == Intent.CHANGED
    begun = shown.candidate.reviewer_id == request.user.pk
    return {
        "workbench": changed,
        "begin_review": reviews and submitted and not changed and not begun,
        "approve": reviews and submitted and not leaving and not changed,
        "accept_withdrawal": reviews and submitted and leaving,
        "complete_withdrawal": reviews and renewal.status == Status.WITHDRAWAL_ACCEPTED,
        "reopen": may(permissions.REOPEN) and target_of("reopen", renewal.status) is not None,
        "answer_on_behalf": may(permissions.ANSWER_ON_BEHALF)
        and target_of("answer_on_behalf", renewal.status) is not None,
    }


def _back_to(request: UserRequest, renewal_id: int, **query: int) -> HttpResponse:
    return redirect(WayBack.of(request).application_url(renewal_id, **query))
