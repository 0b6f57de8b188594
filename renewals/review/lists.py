"""Ways to the renewal list: to one of its work lists, and from a case back to the list it was opened from."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from renewals.models import RenewalCampaign
from renewals.review.filters import StatusFilter
from renewals.status import Status

# Django's admin puts a list's filters under this name on the links of its rows.
FILTERS = "_changelist_filters"


def renewals_url(campaign: RenewalCampaign, **filters: str) -> str:
    query = urlencode({"campaign": str(campaign.pk), **filters})
    return f"{reverse('admin:renewals_renewal_changelist')}?{query}"


@dataclass(frozen=True)
class WayBack:
    """The list that a case was opened from; the pages of the case carry its ``filters``, a query string."""

    filters: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "WayBack":
        return cls(request.GET.get(FILTERS, ""))

    @property
    def url(self) -> str:
        address = reverse("admin:renewals_renewal_changelist")
        return f"{address}?{self.filters}" if self.filters else address

    @property
    def label(self) -> str:
        """「審査待ちの一覧」 where the list shows one state, otherwise 「年度更新の一覧」."""
        status = QueryDict(self.filters).get(StatusFilter.parameter_name, "")
        if status == StatusFilter.UNANSWERED:
            return f"{StatusFilter.UNANSWERED_LABEL}の一覧"
        return f"{Status(status).label}の一覧" if status in Status.values else "年度更新の一覧"

    @property
    def query(self) -> str:
        """What an address of the case ends with so that its page knows the way back; empty without filters."""
        return self._query({})

    def application_url(self, renewal_id: int, **query: int) -> str:
        return reverse("admin:renewals_renewal_change", args=[renewal_id]) + self._query(query)

    def _query(self, given: Mapping[str, int]) -> str:
        carried: Mapping[str, int | str] = {**given, FILTERS: self.filters} if self.filters else given
        return f"?{urlencode(carried)}" if carried else ""
