"""The member's renewal of one establishment: choose, confirm, submit, receipt, take back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fees.models import DebitMandate
from fiscal_calendar.japanese import format_day_time
from fiscal_calendar.tokyo import day_of
from members.access import UserRequest, establishment_of
from renewals.forms import SubmitForm, TakeBackForm, WithdrawalForm
from renewals.lifecycle import Answer, submit, take_back
from renewals.models import Renewal, RenewalCampaign, Submission
from renewals.quoting import CarriedOver, applied_by_establishment, carried_over, schedule_for
from renewals.receipt_pdf import receipt_pdf
from renewals.refusals import NotAllowed, Refused
from renewals.status import Intent, Status
from renewals.todo import Step, days_left_text, deadline_history, last_desk_day
from renewals.withdrawal import Unconfirmed

NO_VERSION = 0  # submissions count from 1: what names none is as good as stale
STAGES = ("手続きを選ぶ", "内容を確認する", "受付完了")


@require_GET
def choose(request: UserRequest, establishment_id: int) -> HttpResponse:
    """The three choices; following one commits nothing."""
    renewal = _renewal_of(request, establishment_id)
    if not _may_answer(renewal):
        return _where_it_stands(renewal)
    carried, _ = _carried_over(renewal)
    campaign = renewal.campaign
    rates = schedule_for(campaign.fiscal_year).rates
    page = _page(
        renewal,
        0,
        carried=carried,
        lowest_fee=rates.lowest,
        highest_fee=rates.highest,
        deadline_note=deadline_history(campaign, renewal, campaign.first_deadline()),
    )
    return render(request, "renewals/choose.html", page)


@require_http_methods(["GET", "POST"])
def unchanged(request: UserRequest, establishment_id: int) -> HttpResponse:
    """「継続する（割引の変更なし）」: this year's details, then 「申請する」."""
    renewal = _renewal_of(request, establishment_id)
    form = SubmitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _submit(request, renewal, Answer(Intent.UNCHANGED, form.cleaned_data["token"]))
    if not _may_answer(renewal):
        return _where_it_stands(renewal)
    carried, expired_on = _carried_over(renewal)
    page = _page(
        renewal,
        1,
        form=SubmitForm(),
        carried=carried,
        expired_on=expired_on,
        billing=renewal.establishment.contacts.filter(role="billing").first(),
        mandate=DebitMandate.objects.filter(establishment=renewal.establishment).first(),
    )
    return render(request, "renewals/unchanged.html", page)


@require_GET
def changed(request: UserRequest, establishment_id: int) -> HttpResponse:
    """「継続する（割引の変更あり）」: until the portal takes it itself, by which day to call whom."""
    renewal = _renewal_of(request, establishment_id)
    if not _may_answer(renewal):
        return _where_it_stands(renewal)
    carried, _ = _carried_over(renewal)
    last_day = renewal.last_day_to_answer(renewal.campaign)
    call_by = last_desk_day(timezone.now(), last_day)
    return render(request, "renewals/changed.html", _page(renewal, carried=carried, call_by=call_by))


@require_http_methods(["GET", "POST"])
def withdrawal(request: UserRequest, establishment_id: int) -> HttpResponse:
    """「継続しない（退会希望）」: five statements to tick, then a page to check."""
    renewal = _renewal_of(request, establishment_id)
    if not _may_answer(renewal):
        return _where_it_stands(renewal)
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        request.session[_confirmed_key(renewal)] = form.cleaned_data["confirmed"]
        return redirect("renewal_withdrawal_check", establishment_id)
    return render(request, "renewals/withdrawal.html", _page(renewal, 1, form=form))


@require_http_methods(["GET", "POST"])
def withdrawal_check(request: UserRequest, establishment_id: int) -> HttpResponse:
    renewal = _renewal_of(request, establishment_id)
    confirmed = request.session.get(_confirmed_key(renewal), [])
    form = SubmitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = Answer(Intent.WITHDRAW, form.cleaned_data["token"], frozenset(confirmed))
        try:
            return _submit(request, renewal, answer)
        except Unconfirmed:
            messages.error(
                request, "確認事項のチェックが残っていませんでした。もう一度、5つの項目を確認してください。"
            )
            return redirect("renewal_withdrawal", establishment_id)
    if not _may_answer(renewal):
        return _where_it_stands(renewal)
    if not confirmed:
        return redirect("renewal_withdrawal", establishment_id)
    return render(request, "renewals/withdrawal_check.html", _page(renewal, 1, form=SubmitForm()))


@require_GET
def receipts(request: UserRequest, establishment_id: int) -> HttpResponse:
    """「これまでの受付内容と控え」: everything the establishment ever declared, newest first."""
    establishment = establishment_of(request.user, establishment_id)
    submissions = (
        Submission.objects.filter(renewal__establishment=establishment)
        .select_related("renewal__campaign")
        .order_by("-submitted_at", "-pk")
    )
    page = {
        "establishment": establishment,
        "receipts": [
            (submission, submission.renewal.stands(submission.version)) for submission in submissions
        ],
    }
    return render(request, "renewals/receipts.html", page)


@require_GET
def receipt(request: UserRequest, establishment_id: int, fiscal_year: int, version: int) -> HttpResponse:
    """「年度更新手続を受け付けました」: permanent, one page per season and version of the answer."""
    renewal = _renewal_of(request, establishment_id, fiscal_year)
    values = _receipt(renewal, _submission_of(renewal, version))
    stage = 2 if values["awaits_review"] else None
    return render(request, "renewals/receipt.html", _page(renewal, stage, **values))


@require_GET
def receipt_copy(request: UserRequest, establishment_id: int, fiscal_year: int, version: int) -> HttpResponse:
    """The member's copy of the receipt as a PDF."""
    renewal = _renewal_of(request, establishment_id, fiscal_year)
    submission = _submission_of(renewal, version)
    page = {
        "establishment": renewal.establishment,
        "campaign": renewal.campaign,
        **_receipt(renewal, submission),
    }
    response = HttpResponse(receipt_pdf(page), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="renewal-{renewal.receipt_number}-{version}.pdf"'
    return response


@require_http_methods(["GET", "POST"])
def take_back_submission(request: UserRequest, establishment_id: int) -> HttpResponse:
    """Asked once more before it is done. Who comes too late is led to what is true now, which says how to go on."""
    renewal = _renewal_of(request, establishment_id)
    form = TakeBackForm(request.POST or None, initial={"version": renewal.version})
    if request.method == "POST":
        try:
            version = form.cleaned_data["version"] if form.is_valid() else NO_VERSION
            take_back(renewal_id=renewal.pk, version=version, by=request.user, now=timezone.now())
        except Refused as refused:
            renewal.refresh_from_db(fields=["status", "version"])
            if renewal.has_answered:
                messages.error(request, str(refused))
            return _where_it_stands(renewal)
        messages.success(request, "申請を取り下げました。締切日までに、もう一度申請してください。")
        return redirect("establishment_home", establishment_id)
    if not _may_take_back(renewal):
        return _where_it_stands(renewal)
    return render(request, "renewals/take_back.html", _page(renewal, form=form))


# --- what the pages share -------------------------------------------------------------------------------------------


def _renewal_of(request: UserRequest, establishment_id: int, fiscal_year: int | None = None) -> Renewal:
    """The establishment's renewal for ``fiscal_year``, without it in the newest season.

    Raises ``Http404`` for anything that is not the user's.
    """
    establishment = establishment_of(request.user, establishment_id)
    opened = RenewalCampaign.objects.opened()
    campaign = opened.filter(fiscal_year=fiscal_year).first() if fiscal_year else opened.latest_opened()
    renewal = Renewal.objects.filter(campaign=campaign, establishment=establishment).first()
    if campaign is None or renewal is None:
        raise Http404
    renewal.establishment, renewal.campaign = establishment, campaign
    return renewal


def _may_answer(renewal: Renewal) -> bool:
    return renewal.may_answer(renewal.campaign, day_of(timezone.now()))


def _where_it_stands(renewal: Renewal) -> HttpResponse:
    """Somebody came by an old link or the back button: on to what is true now."""
    if not renewal.has_answered:
        return redirect("establishment_home", renewal.establishment_id)
    return _to_receipt(renewal, renewal.version)


def _to_receipt(renewal: Renewal, version: int) -> HttpResponse:
    return redirect("renewal_receipt", renewal.establishment_id, renewal.campaign.fiscal_year, version)


def _carried_over(renewal: Renewal) -> tuple[CarriedOver, Any]:
    """This year's discounts and the fee they lead to; with them the certificate's last day if it is over."""
    fiscal_year = renewal.campaign.fiscal_year
    applied = applied_by_establishment([renewal.establishment_id], fiscal_year=fiscal_year - 1).get(
        renewal.establishment_id
    )
    carried = carried_over(applied=applied, schedule=schedule_for(fiscal_year), fiscal_year=fiscal_year)
    valid_until = applied.certificate_valid_until if applied else None
    expired = valid_until if valid_until and valid_until < day_of(timezone.now()) else None
    return carried, expired


def _page(renewal: Renewal, stage: int | None = None, **values: Any) -> dict[str, Any]:
    last_day = renewal.last_day_to_answer(renewal.campaign)
    return {
        "establishment": renewal.establishment,
        "campaign": renewal.campaign,
        "renewal": renewal,
        "last_day": last_day,
        "remaining": days_left_text((last_day - day_of(timezone.now())).days),
        "will_be_debited": renewal.campaign.will_be_debited(day_of(timezone.now())),
        "stages": [
            Step(label, "done" if place < stage else "current" if place == stage else "todo")
            for place, label in enumerate(STAGES)
        ]
        if stage is not None
        else [],
        "Intent": Intent,
        **values,
    }


def _submit(request: UserRequest, renewal: Renewal, answer: Answer) -> HttpResponse:
    try:
        submission = submit(renewal_id=renewal.pk, answer=answer, by=request.user, now=timezone.now())
    except NotAllowed:
        renewal.refresh_from_db(fields=["status", "version", "intent"])
        if renewal.has_answered:
            _say_what_stands(request, renewal, answer)
        return _where_it_stands(renewal)
    except Unconfirmed:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("establishment_home", renewal.establishment_id)
    request.session.pop(_confirmed_key(renewal), None)
    return _to_receipt(renewal, submission.version)


def _say_what_stands(request: UserRequest, renewal: Renewal, answer: Answer) -> None:
    """Somebody else, or the same person in another tab, was quicker."""
    if renewal.intent == answer.intent:
        messages.info(request, "この事業所の回答は、すでに受け付けています。受け付けた内容を表示しています。")
        return
    messages.error(
        request,
        f"いまの「{answer.intent.label}」の申請は、受け付けていません。この事業所から先に受け付けているのは"
        f"「{renewal.get_intent_display()}」です。変更したいときは、申請を取り下げるか、相談窓口へお電話ください。",
    )


def _confirmed_key(renewal: Renewal) -> str:
    return f"withdrawal_confirmed_{renewal.pk}"


def _submission_of(renewal: Renewal, version: int) -> Submission:
    submission = renewal.submissions.select_related("group").filter(version=version).first()
    if submission is None:
        raise Http404
    return submission


def _receipt(renewal: Renewal, submission: Submission) -> dict[str, Any]:
    current = renewal.stands(submission.version)
    fixed = renewal.fixed_fee if current else None
    decided_on = day_of(renewal.decided_at or timezone.now())
    return {
        "amount": fixed.amount if fixed else submission.amount,
        "will_be_debited": renewal.campaign.will_be_debited(decided_on),
        "submission": submission,
        "receipt_number": renewal.receipt_number,
        "submitted_at": format_day_time(submission.submitted_at),
        "is_current": current,
        "awaits_review": current and renewal.status == Status.SUBMITTED,
        "is_decided": current and renewal.status in (Status.APPROVED, Status.WITHDRAWAL_ACCEPTED),
        "withdraws": submission.intent == Intent.WITHDRAW,
        "may_take_back": current and _may_take_back(renewal),
    }


def _may_take_back(renewal: Renewal) -> bool:
    today = day_of(timezone.now())
    return renewal.may_be_taken_back and today <= renewal.last_day_to_answer(renewal.campaign)
