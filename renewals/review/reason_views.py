"""The page that counts why submissions were returned."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from members.access import UserRequest
from renewals import permissions
from renewals.models import RenewalCampaign
from renewals.review.page import needs, page
from renewals.review.reason_counts import count_reasons

MOST_SEASONS = 5


@require_GET
@needs(permissions.VIEW_RENEWALS)
def counts(request: UserRequest) -> HttpResponse:
    """Which reasons, how often, and what share of a season's."""
    campaigns = RenewalCampaign.objects.order_by("-fiscal_year")[:MOST_SEASONS]
    return page(
        request,
        "admin/renewals/review/reason_counts.html",
        "差戻し理由の集計",
        seasons=count_reasons(campaigns),
        may_edit=request.user.has_perm("renewals.change_returnreason"),
    )
