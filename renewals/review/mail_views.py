"""Mail previews with a real member's data, and test sends to one's own address."""

from smtplib import SMTPException

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from mailing.permissions import SEND_MAIL
from members.access import UserRequest
from members.models import Contact, Establishment
from renewals import permissions
from renewals.models import RenewalCampaign
from renewals.review.forms import MemberNumberForm
from renewals.review.page import REFUSALS, needs, page, say_refused
from renewals.review.previews import preview_all, preview_one, send_test

TEMPLATES = "admin/renewals/renewalcampaign"


@require_GET
@needs(permissions.VIEW_CAMPAIGNS)
def previews(request: UserRequest, campaign_id: int) -> HttpResponse:
    """Every kind of mail as one member would get it; without a choice, the first member of the list."""
    campaign = get_object_or_404(RenewalCampaign, pk=campaign_id)
    form = MemberNumberForm(request.GET if "member_number" in request.GET else None)
    establishment = form.establishment if form.is_valid() else None
    if not form.is_bound:
        establishment = _first_reachable()
    shown, refused = [], ""
    if establishment is not None:
        try:
            shown = preview_all(campaign=campaign, establishment=establishment, now=timezone.now())
        except REFUSALS as refusal:
            refused = str(refusal)
    return page(
        request,
        f"{TEMPLATES}/mails.html",
        "メールの文面を確認する",
        campaign=campaign,
        establishment=establishment,
        previews=shown,
        refused=refused,
        form=form,
        form_has_errors=bool(form.errors),
        may_send=request.user.has_perm(SEND_MAIL),
    )


@require_POST
@needs(SEND_MAIL)
def test_send(request: UserRequest, campaign_id: int) -> HttpResponse:
    campaign = get_object_or_404(RenewalCampaign, pk=campaign_id)
    establishment = get_object_or_404(
        Establishment.objects.with_corporation(), member_number=request.POST.get("member_number", "")
    )
    now = timezone.now()
    try:
        preview = preview_one(
            code=request.POST.get("kind", ""), campaign=campaign, establishment=establishment, now=now
        )
        send_test(preview=preview, to=request.user, campaign=campaign, now=now)
        messages.success(request, f"「{preview.kind.label}」を{request.user.email}へテスト送信しました。")
    except KeyError:
        messages.error(request, "この種類のメールはテスト送信できません。")
    except (OSError, SMTPException):
        messages.error(
            request,
            "メールサーバーに接続できなかったため、送信できませんでした。時間をおいて試してください。",
        )
    except REFUSALS as refusal:
        say_refused(request, refusal)
    query = urlencode({"member_number": establishment.member_number})
    return redirect(f"{reverse('admin:renewals_renewalcampaign_mails', args=[campaign.pk])}?{query}")


def _first_reachable() -> Establishment | None:
    """The first member of the list whom procedural mail reaches."""
    contacts = Contact.objects.procedural().filter(establishment=OuterRef("pk"))
    members = Establishment.objects.with_corporation().filter(Exists(contacts), left_on__isnull=True)
    return members.order_by("member_number").first()
