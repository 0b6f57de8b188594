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
from renewals.change_summary import claims_in, mended
from renewals.corrections import latest_decision, told_in
from renewals.forms import SubmitForm, TakeBackForm, WithdrawalForm
from renewals.lifecycle import Answer, take_back
from renewals.models import Renewal, Submission
from renewals.pages import may_answer, page_of, renewal_of, submit_answer, to_receipt, where_it_stands
from renewals.quoting import CarriedOver, applied_by_establishment, carried_over, schedule_for
from renewals.receipt_pdf import receipt_pdf
from renewals.refusals import Refused
from renewals.status import Intent, Status
from renewals.todo import deadline_history
from renewals.withdrawal import Unconfirmed

NO_VERSION = 0  # submissions count from 1: what names none is as good as stale


@require_GET
def choose(request: UserRequest, establishment_id: int) -> HttpResponse:
    """The three choices; following one commits nothing."""
    renewal = renewal_of(request, establishment_id)
    if not may_answer(renewal):
        return where_it_stands(renewal)
    carried, _ = _carried_over(renewal)
    campaign = renewal.campaign
    rates = schedule_for(campaign.fiscal_year).rates
    page = page_of(
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
    renewal = renewal_of(request, establishment_id)
    form = SubmitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _submit(request, renewal, Answer(Intent.UNCHANGED, form.cleaned_data["token"]))
    if not may_answer(renewal):
        return where_it_stands(renewal)
    carried, expired_on = _carried_over(renewal)
    page = page_of(
        renewal,
        1,
        form=SubmitForm(),
        carried=carried,
        expired_on=expired_on,
        billing=renewal.establishment.contacts.filter(role="billing").first(),
        mandate=DebitMandate.objects.filter(establishment=renewal.establishment).first(),
    )
    return render(request, "renewals/unchanged.html", page)


@require_http_methods(["GET", "POST"])
def withdrawal(request: UserRequest, establishment_id: int) -> HttpResponse:
    """「継続しない（退会希望）」: five statements to tick, then a page to check."""
    renewal = renewal_of(request, establishment_id)
    if not may_answer(renewal):
        return where_it_stands(renewal)
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        request.session[_confirmed_key(renewal)] = form.cleaned_data["confirmed"]
        return redirect("renewal_withdrawal_check", establishment_id)
    return render(request, "renewals/withdrawal.html", page_of(renewal, 1, form=form))


@require_http_methods(["GET", "POST"])
def withdrawal_check(request: UserRequest, establishment_id: int) -> HttpResponse:
    renewal = renewal_of(request, establishment_id)
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
    if not may_answer(renewal):
        return where_it_stands(renewal)
    if not confirmed:
        return redirect("renewal_withdrawal", establishment_id)
    return render(request, "renewals/withdrawal_check.html", page_of(renewal, 1, form=SubmitForm()))


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
    renewal = renewal_of(request, establishment_id, fiscal_year)
    values = _receipt(renewal, _submission_of(renewal, version))
    stage = 2 if values["awaits_review"] else None
    return render(request, "renewals/receipt.html", page_of(renewal, stage, **values))


@require_GET
def receipt_copy(request: UserRequest, establishment_id: int, fiscal_year: int, version: int) -> HttpResponse:
    """The member's copy of the receipt as a PDF."""
    renewal = renewal_of(request, establishment_id, fiscal_year)
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
    renewal = renewal_of(request, establishment_id)
    form = TakeBackForm(request.POST or None, initial={"version": renewal.version})
    if request.method == "POST":
        try:
            version = form.cleaned_data["version"] if form.is_valid() else NO_VERSION
            take_back(renewal_id=renewal.pk, version=version, by=request.user, now=timezone.now())
        except Refused as refused:
            renewal.refresh_from_db(fields=["status", "version"])
            if renewal.has_answered:
                messages.error(request, str(refused))
            return where_it_stands(renewal)
        messages.success(request, "申請を取り下げました。締切日までに、もう一度申請してください。")
        return redirect("establishment_home", establishment_id)
    if not _may_take_back(renewal):
        return where_it_stands(renewal)
    return render(request, "renewals/take_back.html", page_of(renewal, form=form))


# --- what the pages share -------------------------------------------------------------------------------------------


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


def _submit(request: UserRequest, renewal: Renewal, answer: Answer) -> HttpResponse:
    try:
        submitted = submit_answer(request, renewal, answer)
    except Unconfirmed:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("establishment_home", renewal.establishment_id)
    if isinstance(submitted, HttpResponse):
        return submitted
    request.session.pop(_confirmed_key(renewal), None)
    return to_receipt(renewal, submitted.version)


def _confirmed_key(renewal: Renewal) -> str:
    return f"withdrawal_confirmed_{renewal.pk}"


def _submission_of(renewal: Renewal, version: int) -> Submission:
    submission = renewal.submissions.select_related("group").filter(version=version).first()
    if submission is None:
        raise Http404
    return submission


def _receipt(renewal: Renewal, submission: Submission) -> dict[str, Any]:
    current = renewal.stands(submission.version)
    decision = latest_decision(renewal) if current else None
    before = renewal.submissions.select_related("group").filter(version=submission.version - 1).first()
    fixed = renewal.fixed_fee if current else None
    decided_on = day_of(renewal.decided_at or timezone.now())
    return {
        "amount": fixed.amount if fixed else submission.amount,
        "will_be_debited": renewal.campaign.will_be_debited(decided_on),
        "submission": submission,
        "receipt_number": renewal.receipt_number,
        "submitted_at": format_day_time(submission.submitted_at),
        "is_current": current,
        "claims": claims_in(submission),
        "mended": mended(before, submission) if before else [],
        "is_returned": current and renewal.status == Status.RETURNED,
        "told": told_in(decision) if decision else [],
        "refused": {item.discount for item in decision.items.all()} if decision else set(),
        "awaits_review": current and renewal.status == Status.SUBMITTED,
        "is_decided": current and renewal.status in (Status.APPROVED, Status.WITHDRAWAL_ACCEPTED),
        "is_changed": submission.intent == Intent.CHANGED,
        "withdraws": submission.intent == Intent.WITHDRAW,
        "may_take_back": current and _may_take_back(renewal),
    }


def _may_take_back(renewal: Renewal) -> bool:
    today = day_of(timezone.now())
    return renewal.may_be_taken_back and today <= renewal.last_day_to_answer(renewal.campaign)
