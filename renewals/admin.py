"""The season in the admin: lists are Django's, what is decided happens on pages of ``renewals.review``."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.html import format_html

from audit.admin import AuditedModelAdmin, ReadOnlyModelAdmin
from audit.wording import register_verbs
from fiscal_calendar.tokyo import day_of
from members.search import search_establishments
from renewals import permissions
from renewals.models import Renewal, RenewalCampaign, ReturnReason
from renewals.receipts import parse_receipt_number
from renewals.review import bulk_views, campaign_views
from renewals.review.filters import (
    CampaignFilter,
    CertificateFilter,
    ChannelFilter,
    IntentFilter,
    ReasonFilter,
    ReviewFilter,
    StatusFilter,
)
from renewals.review.urls import campaign_urls, reason_urls, renewal_urls, workbench_urls
from renewals.review.wording import SHORT_INTENTS, TONES, VERBS
from renewals.status import Intent, Status

register_verbs(VERBS)


@admin.register(Renewal)
class RenewalAdmin(ReadOnlyModelAdmin):
    """The renewals of a season. A state moves only through the lifecycle's verbs, on the application page."""

    list_display = [
        "member_number",
        "member_name",
        "status_chip",
        "short_intent",
        "receipt_number",
        "submitted_on",
        "fee",
        "reviewer",
    ]
    list_display_links = ["member_number", "member_name"]
    list_select_related = ["campaign", "establishment__corporation", "reviewer", "fixed_fee"]
    list_filter = [
        CampaignFilter,
        StatusFilter,
        IntentFilter,
        ReviewFilter,
        ReasonFilter,
        CertificateFilter,
        ChannelFilter,
    ]
    sortable_by = ["receipt_number", "submitted_on"]
    search_fields = ["receipt_number"]
    search_help_text = "会員番号、法人名・事業所名（カナも可）、受付番号、法人番号で探せます。"
    actions = ["approve_unchanged", "complete_withdrawals"]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [*renewal_urls(wrap), *workbench_urls(wrap), *super().get_urls()]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Those who have not answered are called: beside their names stands the number to dial."""
        if request.GET.get(StatusFilter.parameter_name) != StatusFilter.UNANSWERED:
            return self.list_display
        return ["member_number", "member_name", "phone", "status_chip", "receipt_number"]

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """Oldest submission first where submissions wait, otherwise by member; each order is an index's."""
        if request.GET.get(StatusFilter.parameter_name) == Status.SUBMITTED:
            return ["submitted_at", "pk"]
        if request.GET.get(CampaignFilter.parameter_name) == "all":
            return ["-campaign_id", "-establishment_id"]
        return ["campaign_id", "establishment_id"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Renewal], search_term: str
    ) -> tuple[QuerySet[Renewal], bool]:
        if not search_term.strip():
            return queryset, False
        if number := parse_receipt_number(search_term):
            by_number = queryset.filter(receipt_number=number)
            if by_number.exists():
                return by_number, False
        return queryset.filter(establishment__in=search_establishments(search_term).values("pk")), False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        campaign = RenewalCampaign.objects.latest_opened()
        context = {"bulk_approve_url": ""}
        if campaign and request.user.has_perm(permissions.REVIEW):
            context["bulk_approve_url"] = reverse("admin:renewals_renewal_bulk", args=[campaign.pk])
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(permissions.REVIEW)

    @admin.action(description="変更なしの申請をまとめて承認する（確認画面へ）", permissions=["review"])
    def approve_unchanged(self, request: HttpRequest, queryset: QuerySet[Renewal]) -> HttpResponse:
        return bulk_views.show_plan(request, queryset)

    @admin.action(description="退会をまとめて完了する（確認画面へ）", permissions=["review"])
    def complete_withdrawals(self, request: HttpRequest, queryset: QuerySet[Renewal]) -> HttpResponse:
        return bulk_views.confirm_completions(request, queryset)

    @admin.display(description="会員番号")
    def member_number(self, renewal: Renewal) -> str:
        return renewal.establishment.member_number

    @admin.display(description="法人・事業所")
    def member_name(self, renewal: Renewal) -> str:
        return renewal.establishment.full_name

    @admin.display(description="電話番号", empty_value="登録なし")
    def phone(self, renewal: Renewal) -> str | None:
        return renewal.establishment.phone or None

    @admin.display(description="状態")
    def status_chip(self, renewal: Renewal) -> str:
        """「未回答」 takes the place of 「手続き前」 once the last day to answer has passed."""
        if renewal.is_unanswered(renewal.campaign, day_of(timezone.now())):
            return _chip("error", StatusFilter.UNANSWERED_LABEL)
        status = Status(renewal.status)
        return _chip(TONES[status], status.label)

    @admin.display(description="更新意思", empty_value="—")
    def short_intent(self, renewal: Renewal) -> str | None:
        return SHORT_INTENTS[Intent(renewal.intent)] if renewal.intent else None

    @admin.display(description="申請日時", ordering="submitted_at", empty_value="—")
    def submitted_on(self, renewal: Renewal) -> str | None:
        if renewal.submitted_at is None:
            return None
        at = timezone.localtime(renewal.submitted_at)
        return f"{at.month}月{at.day}日 {at:%H:%M}"

    @admin.display(description="次年度の年会費", empty_value="—")
    def fee(self, renewal: Renewal) -> str | None:
        return f"{renewal.fixed_fee.amount:,}円" if renewal.fixed_fee else None


def _chip(tone: str, text: str) -> str:
    return format_html('<span class="chip chip--{}">{}</span>', tone, text)


@admin.register(RenewalCampaign)
class RenewalCampaignAdmin(ReadOnlyModelAdmin):
    """Seasons. Planning, opening and moving the deadline happen on the campaign page."""

    list_display = ["year_label", "opens_on", "deadline", "debit_on", "fallback_on", "state"]
    ordering = ["-fiscal_year"]

    def get_urls(self) -> list[URLPattern]:
        return [*campaign_urls(self.admin_site.admin_view), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(permissions.MANAGE_SEASON)

    @admin.display(description="次年度", ordering="fiscal_year")
    def year_label(self, campaign: RenewalCampaign) -> str:
        return campaign.year.label

    @admin.display(description="状態")
    def state(self, campaign: RenewalCampaign) -> str:
        return campaign_views.state_of(campaign)


@admin.register(ReturnReason)
class ReturnReasonAdmin(AuditedModelAdmin):
    """Templates for what members are asked to mend. One that was used is never deleted; it is switched off."""

    list_display = ["title", "discount_label", "text", "position", "is_active"]
    list_filter = ["discount", "is_active"]
    ordering = ["position", "pk"]
    sortable_by = ()
    fields = ["discount", "title", "text", "position", "is_active"]
    audited_values = ("title", "is_active")

    def get_urls(self) -> list[URLPattern]:
        return [*reason_urls(self.admin_site.admin_view), *super().get_urls()]

    @admin.display(description="割引")
    def discount_label(self, reason: Any) -> str:
        return reason.get_discount_display() or "どちらの割引でも"
