"""What members trip over: how often each reason was given, season by season."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count

from discounts.kinds import Discount
from renewals.models import DecisionItem, RenewalCampaign, ReturnReason
from renewals.review.filters import ReasonFilter
from renewals.review.lists import renewals_url
from renewals.status import Outcome

OTHER = "そのほか（自由記入）"


@dataclass(frozen=True)
class ReasonCount:
    """How often one reason was given in a season; ``share`` in per cent of everything that was asked for in it."""

    title: str
    discount: str
    count: int
    share: float
    url: str


@dataclass(frozen=True)
class SeasonOfReasons:
    """``returns`` counts the returns, ``total`` the reasons given in them."""

    campaign: RenewalCampaign
    returns: int
    total: int
    reasons: Sequence[ReasonCount]


def count_reasons(campaigns: Iterable[RenewalCampaign]) -> list[SeasonOfReasons]:
    """The seasons in which something was returned, each with its reasons, the most frequent first."""
    told = DecisionItem.objects.filter(
        decision__outcome=Outcome.RETURNED, decision__undone_at__isnull=True
    ).order_by()
    rows = list(told.values("decision__renewal__campaign", "discount", "reason").annotate(count=Count("pk")))
    returns: dict[int, int] = dict(
        told.values("decision__renewal__campaign")
        .annotate(count=Count("decision", distinct=True))
        .values_list("decision__renewal__campaign", "count")
    )
    titles = dict(ReturnReason.objects.values_list("pk", "title"))
    return [
        _season(campaign, returns[campaign.pk], of_season, titles)
        for campaign in campaigns
        if (of_season := [row for row in rows if row["decision__renewal__campaign"] == campaign.pk])
    ]


def _season(
    campaign: RenewalCampaign, returns: int, rows: Sequence[Mapping], titles: Mapping[int, str]
) -> SeasonOfReasons:
    total = sum(row["count"] for row in rows)
    reasons = [
        ReasonCount(
            title=titles.get(row["reason"], OTHER),
            discount=str(Discount(row["discount"]).label),
            count=row["count"],
            share=100 * row["count"] / total,
            url=renewals_url(campaign, reason=str(row["reason"] or ReasonFilter.OTHER)),
        )
        for row in rows
    ]
    return SeasonOfReasons(
        campaign, returns, total, sorted(reasons, key=lambda each: (-each.count, each.title))
    )
