"""The filters of the renewal list. None of them counts anything."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, TruncDate
from django.http import HttpRequest
from django.utils import timezone

from discounts.models import AppliedDiscounts
from fiscal_calendar.japanese import TOKYO
from fiscal_calendar.tokyo import day_of
from renewals.models import DecisionItem, Renewal, RenewalCampaign, ReturnReason, Submission
from renewals.status import NOT_ANSWERED, Channel, Intent, Outcome, Status

ALL = "all"


def left_unanswered(today: date) -> Q:
    """「未回答」: nothing submitted although the last day to answer has passed, the member's own if one was granted."""
    own_day_passed = Q(answer_until__isnull=True) | Q(answer_until__lt=today)
    return Q(status__in=NOT_ANSWERED, campaign__deadline__lt=today) & own_day_passed


def with_expired_certificate(renewals: QuerySet[Renewal], today: date) -> QuerySet[Renewal]:
    """Those who belong to a group this year, with a certificate that was no longer valid on the day of submission
    (today for those who have not answered)."""
    on_day = Coalesce(
        TruncDate("submitted_at", tzinfo=TOKYO),
        Value(today, output_field=DateField()),
        output_field=DateField(),
    )
    expired = AppliedDiscounts.objects.filter(
        establishment=OuterRef("establishment"),
        fiscal_year=OuterRef("campaign__fiscal_year") - 1,
        group__isnull=False,
        certificate_valid_until__lt=OuterRef("answered_on"),
    )
    return renewals.alias(answered_on=on_day).filter(Exists(expired))


class CampaignFilter(admin.SimpleListFilter):
    """The season. The newest opened one is chosen by itself; several at once only on demand."""

    title = "更新手続期間"
    parameter_name = "campaign"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.campaigns = list(RenewalCampaign.objects.order_by("-fiscal_year"))
        return [(str(campaign.pk), str(campaign.year)) for campaign in self.campaigns]

    def has_output(self) -> bool:
        return True

    def chosen(self) -> str | None:
        if self.value():
            return self.value()
        opened = [campaign for campaign in self.campaigns if campaign.is_open]
        newest = next(iter(opened or self.campaigns), None)
        return str(newest.pk) if newest else None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Renewal]) -> QuerySet[Renewal]:
        """A number that is no season's finds nothing."""
        chosen = self.chosen()
        if not (chosen and chosen.isdecimal()):
            return queryset
        campaign = next((campaign for campaign in self.campaigns if str(campaign.pk) == chosen), None)
        return queryset.filter(campaign=campaign) if campaign else queryset.none()

    def choices(self, changelist: Any) -> Any:
        chosen = self.chosen()
        for key, label in [*self.lookup_choices, (ALL, "すべての年度")]:
            yield {
                "selected": chosen == key,
                "query_string": changelist.get_query_string({self.parameter_name: key}),
                "display": label,
            }


class StatusFilter(admin.SimpleListFilter):
    """Statuses, and 「未回答」, which is derived from the last day to answer."""

    title = "状態"
    parameter_name = "status"
    UNANSWERED, UNANSWERED_LABEL = "unanswered", "未回答"
    NOT_ANSWERED = "not_answered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            *Status.choices,
            (self.NOT_ANSWERED, "まだ回答していない（手続き前・入力中）"),
            (self.UNANSWERED, f"{self.UNANSWERED_LABEL}（締切日を過ぎた手続き前・入力中）"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Renewal]) -> QuerySet[Renewal]:
        if self.value() == self.UNANSWERED:
            return queryset.filter(left_unanswered(day_of(timezone.now())))
        if self.value() == self.NOT_ANSWERED:
            return queryset.filter(status__in=NOT_ANSWERED)
        return queryset.filter(status=self.value()) if self.value() else queryset


class IntentFilter(admin.SimpleListFilter):
    title = "更新意思"
    parameter_name = "intent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Intent.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Renewal]) -> QuerySet[Renewal]:
        return queryset.filter(intent=self.value()) if self.value() else queryset


class ReviewFilter(admin.SimpleListFilter):
    """Who has begun to look at a submission."""

    title = "審査"
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("none", "まだ始めていない"),
            ("mine", "自分が担当"),
            ("others", "ほかの人が担当"),
            ("held", "保留"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Renewal]) -> QuerySet[Renewal]:
        begun = queryset.filter(review_started_at__isnull=False)
        match self.value():
            case "none":
                return queryset.filter(status=Status.SUBMITTED, review_started_at__isnull=True)
            case "mine":
                return begun.filter(reviewer=request.user.pk)
            case "held":
                return queryset.filter(held_at__isnull=False)
            case "others":
                return begun.exclude(reviewer=request.user.pk)
        return queryset


class ReasonFilter(admin.SimpleListFilter):
    """Those that were returned for one reason. Shown only where a link asks for it."""

    title = "差戻し理由"
    parameter_name = "reason"
    OTHER = "other"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        if self.parameter_name not in request.GET:
            return []
        reasons = ReturnReason.objects.values_list("pk", "title")
        return [*((str(key), title) for key, title in reasons), (self.OTHER, "そのほか（自由記入）")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Renewal]) -> QuerySet[Renewal]:
        chosen = self.value()
        if chosen is None:
            return queryset
        told = DecisionItem.objects.filter(
            decision__renewal=OuterRef("pk"),
            decision__outcome=Outcome.RETURNED,
            decision__undone_at__isnull=True,
        )
        known = chosen in (key for key, _ in self.lookup_choices)
        if not known:
            return queryset.none()
        reason = None if chosen == self.OTHER else int(chosen)
        of_reason = told.filter(reason__isnull=True) if reason is None else told.filter(reason=reason)
        return queryset.filter(Exists(of_reason))


class CertificateFilter(admin.SimpleListFilter):
    title = "会員証"
    parameter_name = "certificate"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("expired", "期限切れ（申請日の時点）")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Renewal]) -> QuerySet[Renewal]:
        if self.value() == "expired":
            return with_expired_certificate(queryset, day_of(timezone.now()))
        return queryset


class ChannelFilter(admin.SimpleListFilter):
    """How the answer that stands reached the secretariat."""

    title = "受付方法"
    parameter_name = "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Channel.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Renewal]) -> QuerySet[Renewal]:
        if self.value() is None:
            return queryset
        came_so = Submission.objects.filter(
            renewal=OuterRef("pk"), version=OuterRef("version"), channel=self.value()
        )
        return queryset.exclude(intent="").filter(Exists(came_so))
