"""Industry groups and the discounts that establishments enjoy."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from audit.admin import AuditedModelAdmin, ReadOnlyModelAdmin
from audit.wording import register_verbs
from discounts.certificate_admin import CertificateUpdateAdmin
from discounts.certificates_on_record import expired, expiring
from discounts.models import (
    AppliedDiscounts,
    CertificateUpdate,
    Evidence,
    EvidenceFile,
    EvidencePart,
    GroupMember,
    GroupMemberList,
    IndustryGroup,
    PaperText,
)
from fiscal_calendar.japanese import format_day
from fiscal_calendar.tokyo import day_of
from members.admin import EstablishmentAdmin
from members.member_list.corporations import name_key
from members.search import search_establishments

register_verbs(
    {
        "evidence.hand_in": "証跡の提出",
        "evidence.take_out": "証跡の削除",
        "evidence.move_up": "証跡の並べ替え",
        "evidence.name_papers": "証跡の書類名の登録",
        "evidence.copy": "提出済みの証跡の複製",
        "evidence.discard": "使われなくなった証跡の削除",
        "certificate.begin": "会員証の更新の入力開始",
        "certificate.submit": "会員証の更新の提出",
        "certificate.accept": "会員証の更新の確認",
        "certificate.refuse": "会員証の更新の差戻し",
    }
)


@admin.register(IndustryGroup)
class IndustryGroupAdmin(AuditedModelAdmin):
    list_display = ["name", "name_kana", "proof", "last_list", "matched", "note"]
    list_filter = ["proof"]
    search_fields = ["name", "name_kana"]
    search_help_text = "団体名、読みがなで探せます。"

    def get_queryset(self, request: HttpRequest) -> QuerySet[IndustryGroup]:
        newest = GroupMemberList.objects.filter(group=OuterRef("pk")).order_by("-as_of")
        annotations = {
            f"newest_{name}": Subquery(newest.values(name)[:1]) for name in ("pk", "as_of", "matched")
        }
        return super().get_queryset(request).annotate(**annotations)

    @admin.display(description="最新の名簿", empty_value="—")
    def last_list(self, group: Any) -> str | None:
        """The day of the list that counts, with the way to the companies on it."""
        if group.newest_pk is None:
            return None
        address = reverse("admin:discounts_groupmember_changelist")
        return format_html(
            '<a href="{}?member_list={}">{}</a>', address, group.newest_pk, format_day(group.newest_as_of)
        )

    @admin.display(description="会員と一致した法人", empty_value="—")
    def matched(self, group: Any) -> str | None:
        """As it was when the list came."""
        return None if group.newest_pk is None else f"{group.newest_matched}法人"


admin.site.register(CertificateUpdate, CertificateUpdateAdmin)


@admin.register(GroupMemberList)
class GroupMemberListAdmin(ReadOnlyModelAdmin):
    list_display = ["group", "as_of", "imported_at", "companies", "matched"]
    list_select_related = ["group"]
    list_filter = ["group"]
    fields = ["group", "as_of", "imported_at", "companies", "matched"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[GroupMemberList]:
        return super().get_queryset(request).annotate(size=Count("members"))

    @admin.display(description="会員企業")
    def companies(self, member_list: Any) -> str:
        address = reverse("admin:discounts_groupmember_changelist")
        return format_html(
            '<a href="{}?member_list={}">{}社を見る</a>', address, member_list.pk, member_list.size
        )


@admin.register(GroupMember)
class GroupMemberAdmin(ReadOnlyModelAdmin):
    list_display = ["name_or_number", "corporate_number", "member_list", "row_number"]
    list_select_related = ["member_list__group"]
    linked_lookups = ("member_list",)
    ordering = ["pk"]
    sortable_by = ()
    search_fields = ["corporate_number"]
    search_help_text = "法人番号（全桁）、会社名で探せます。"
    fields = ["member_list", "row_number", "corporate_number", "name"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[GroupMember], search_term: str
    ) -> tuple[QuerySet[GroupMember], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        if term.isdigit():
            return queryset.filter(corporate_number=term), False
        return queryset.filter(name_key__contains=name_key(term)), False

    @admin.display(description="会社名")
    def name_or_number(self, member: GroupMember) -> str:
        return str(member)


class CertificateFilter(admin.SimpleListFilter):
    """Members whose certificate runs out; each leads to the list behind a count of the day's page."""

    title = "会員証の有効期限"
    parameter_name = "certificate"
    SOON, EXPIRED = "soon", "expired"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(self.SOON, "30日以内に切れる"), (self.EXPIRED, "切れている")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AppliedDiscounts]
    ) -> QuerySet[AppliedDiscounts]:
        lists = {self.SOON: expiring, self.EXPIRED: expired}
        if (value := self.value()) not in lists:
            return queryset
        return queryset.filter(pk__in=lists[value](day_of(timezone.now())).values("pk"))


class AppliedDiscountsForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("certificate_valid_until") and "group" in cleaned and not cleaned["group"]:
            self.add_error("group", "会員証有効期限を入力するときは、所属団体を選んでください。")
        return cleaned


class AppliedDiscountsInline(admin.TabularInline):
    model = AppliedDiscounts
    form = AppliedDiscountsForm
    fields = ["fiscal_year", "sme", "group", "certificate_valid_until"]
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[AppliedDiscounts]:
        return super().get_queryset(request).select_related("group")


EstablishmentAdmin.inlines_of_other_rooms = [
    *EstablishmentAdmin.inlines_of_other_rooms,
    AppliedDiscountsInline,
]


@admin.register(AppliedDiscounts)
class AppliedDiscountsAdmin(AuditedModelAdmin):
    form = AppliedDiscountsForm
    list_display = ["member_number", "fiscal_year", "sme", "group", "certificate_valid_until"]
    list_select_related = ["establishment", "group"]
    list_filter = [CertificateFilter, "fiscal_year", "sme"]
    ordering = ["pk"]
    sortable_by = ()
    search_fields = ["fiscal_year"]
    search_help_text = "会員番号、法人名・事業所名（カナも可）で探せます。"
    fields = ["establishment", "fiscal_year", "sme", "group", "certificate_valid_until"]
    raw_id_fields = ["establishment"]
    audited_values = ("fiscal_year", "sme")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["establishment", "fiscal_year"] if obj else []

    def member_number_of(self, obj: AppliedDiscounts) -> str:
        return obj.establishment.member_number

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AppliedDiscounts], search_term: str
    ) -> tuple[QuerySet[AppliedDiscounts], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(establishment__in=search_establishments(search_term).values("pk")), False

    @admin.display(description="会員番号")
    def member_number(self, applied: AppliedDiscounts) -> str:
        return applied.establishment.member_number


class OfAMemberAdmin(ReadOnlyModelAdmin):
    """Rows of one establishment, found by the member."""

    list_select_related = ["establishment"]
    sortable_by = ()
    search_fields = ["establishment"]
    search_help_text = "会員番号、法人名・事業所名（カナも可）で探せます。"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(establishment__in=search_establishments(search_term).values("pk")), False

    @admin.display(description="会員番号")
    def member_number(self, row: Any) -> str:
        return row.establishment.member_number


class EvidencePartInline(admin.TabularInline):
    model = EvidencePart
    fields = ["file", "named"]
    readonly_fields = ["file", "named"]
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[EvidencePart]:
        return super().get_queryset(request).select_related("file").defer("file__texts")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="書類")
    def named(self, part: EvidencePart) -> str:
        return str(part)


@admin.register(Evidence)
class EvidenceAdmin(OfAMemberAdmin):
    list_display = ["member_number", "discount", "pages", "updated_at", "sealed_at", "pdf"]
    list_filter = ["discount"]
    fields = ["establishment", "discount", "pages", "updated_at", "sealed_at", "pdf"]
    inlines = [EvidencePartInline]

    @admin.display(description="PDF")
    def pdf(self, evidence: Evidence) -> str:
        if not evidence.merged:
            return self.empty_value_display
        return format_html(
            '<a href="{}">PDFを開く</a>', reverse("evidence_pdf", kwargs={"key": evidence.key})
        )


@admin.register(EvidenceFile)
class EvidenceFileAdmin(OfAMemberAdmin):
    list_display = ["name", "member_number", "pages", "size", "uploaded_at"]
    fields = ["establishment", "name", "pages", "size", "sha256", "uploaded_by", "uploaded_at", "files"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[EvidenceFile]:
        return super().get_queryset(request).defer("texts")

    @admin.display(description="ファイル")
    def files(self, file: EvidenceFile) -> str:
        return format_html(
            '<a href="{}">PDFを開く</a> <a href="{}">元のファイルを保存する</a>',
            reverse("evidence_file", kwargs={"key": file.key}),
            reverse("evidence_original", kwargs={"key": file.key}),
        )


@admin.register(PaperText)
class PaperTextAdmin(AuditedModelAdmin):
    """What members read about each paper. The papers themselves are given by the rules: none is added."""

    list_display = ["paper", "help", "where"]
    fields = ["paper", "help", "where"]
    readonly_fields = ["paper"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
