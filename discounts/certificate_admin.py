"""Certificates that came outside the season: the list, the page to look at one, and what is decided there."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html

from audit.admin import ReadOnlyModelAdmin
from discounts.certificate_forms import ReturnForm
from discounts.certificate_page import TONES, doubts_about
from discounts.certificate_status import CertificateStatus
from discounts.certificates import NotNow, accept_certificate, refuse_certificate
from discounts.certificates_on_record import on_record, submitted_by, waiting
from discounts.handed_in import expiry_read, readings_of, same_files_elsewhere, warnings_of
from discounts.models import CertificateUpdate
from discounts.page_images import FULL
from discounts.permissions import CONFIRM_CERTIFICATES
from fiscal_calendar.tokyo import day_of
from members.search import search_establishments

LIST = "admin:discounts_certificateupdate_changelist"
PAGE = "admin:discounts_certificateupdate_change"


class StatusFilter(admin.SimpleListFilter):
    """Every state but that of what members still fill in."""

    title = "状態"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        submitted = (status for status in CertificateStatus if status != CertificateStatus.DRAFT)
        return [(status.value, str(status.label)) for status in submitted]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[CertificateUpdate]
    ) -> QuerySet[CertificateUpdate]:
        return queryset.filter(status=self.value()) if self.value() else queryset


class CertificateUpdateAdmin(ReadOnlyModelAdmin):
    """What members submitted; what they still fill in is theirs alone."""

    list_display = ["member_number", "member_name", "group", "valid_until", "status_chip", "submitted_at"]
    list_display_links = ["member_number", "member_name"]
    list_select_related = ["establishment__corporation", "group"]
    list_filter = [StatusFilter]
    sortable_by = ()
    ordering = ["-submitted_at", "-pk"]
    search_fields = ["pk"]
    search_help_text = "会員番号、法人名・事業所名（カナも可）で探せます。"

    def get_queryset(self, request: HttpRequest) -> QuerySet[CertificateUpdate]:
        return super().get_queryset(request).exclude(status=CertificateStatus.DRAFT)

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """The oldest first where they wait."""
        if request.GET.get(StatusFilter.parameter_name) == CertificateStatus.WAITING:
            return ["submitted_at", "pk"]
        return list(self.ordering)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[CertificateUpdate], search_term: str
    ) -> tuple[QuerySet[CertificateUpdate], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(establishment__in=search_establishments(search_term).values("pk")), False

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path(
                "<int:update_id>/accept/",
                guard(self.accept),
                name="discounts_certificateupdate_accept",
            ),
            path(
                "<int:update_id>/refuse/",
                guard(self.refuse),
                name="discounts_certificateupdate_refuse",
            ),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The pages beside what the member says and what the portal read."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, self._submitted(request, object_id), ReturnForm())

    def accept(self, request: Any, update_id: int) -> HttpResponse:
        self._require(request)
        update = self._submitted(request, str(update_id))
        try:
            accept_certificate(update_id=update.pk, by=request.user, now=timezone.now())
        except NotNow as refused:
            messages.error(request, str(refused))
            return redirect(PAGE, update.pk)
        messages.success(
            request, f"{update.establishment.full_name}の書類を確認済みにしました。会員へメールで知らせます。"
        )
        return self._next()

    def refuse(self, request: Any, update_id: int) -> HttpResponse:
        self._require(request)
        update, form = self._submitted(request, str(update_id)), ReturnForm(request.POST)
        if not form.is_valid():
            return self._page(request, update, form)
        try:
            reason = form.cleaned_data["reason"]
            refuse_certificate(update_id=update.pk, reason=reason, by=request.user, now=timezone.now())
        except NotNow as refused:
            messages.error(request, str(refused))
            return redirect(PAGE, update.pk)
        messages.success(
            request,
            f"{update.establishment.full_name}の書類を差し戻しました。理由を会員へメールで知らせます。",
        )
        return self._next()

    def _require(self, request: HttpRequest) -> None:
        if request.method != "POST" or not request.user.has_perm(CONFIRM_CERTIFICATES):
            raise PermissionDenied

    def _next(self) -> HttpResponse:
        """On to the one that waits longest, else back to the list."""
        following = waiting().first()
        return redirect(PAGE, following.pk) if following else redirect(LIST)

    def _submitted(self, request: HttpRequest, object_id: str) -> CertificateUpdate:
        found = None
        if object_id.isascii() and object_id.isdecimal() and len(object_id) < 19:
            rows = self.get_queryset(request).select_related(
                "establishment__corporation", "group", "evidence", "decided_by", "submitted_by"
            )
            found = rows.filter(pk=object_id).first()
        if found is None:
            raise Http404
        return found

    def _page(self, request: HttpRequest, update: CertificateUpdate, form: ReturnForm) -> HttpResponse:
        evidence = update.evidence
        if evidence is None or update.submitted_at is None:
            raise Http404
        read = expiry_read(evidence)
        asked = on_record(update.establishment, on=day_of(timezone.now()))
        submitted_on = day_of(update.submitted_at)
        page = {
            **self.admin_site.each_context(request),
            "title": f"{update.establishment.full_name}の{update.group.get_proof_display()}",
            "update": update,
            "establishment": update.establishment,
            "asked": asked,
            "applies": bool(asked and asked.group == update.group),
            "read": read,
            "papers": [paper for reading in readings_of(evidence) for paper in reading.papers],
            "warnings": [
                *(
                    warning.sentence
                    for warning in warnings_of(evidence, claim=None, submitted_on=submitted_on)
                ),
                *(doubts_about(update.valid_until, read=read, asked=asked) if asked else ()),
                *dict.fromkeys(found.where.label for found in same_files_elsewhere(evidence)),
            ],
            "pages": range(1, evidence.pages + 1),
            "image_width": FULL,
            "tone": TONES[CertificateStatus(update.status)],
            "may_decide": update.status == CertificateStatus.WAITING
            and request.user.has_perm(CONFIRM_CERTIFICATES),
            "earlier": submitted_by(update.establishment).exclude(pk=update.pk)[:10],
            "form": form,
            "form_has_errors": bool(form.errors),
        }
        return TemplateResponse(request, "admin/discounts/certificate.html", page)

    @admin.display(description="会員番号")
    def member_number(self, update: CertificateUpdate) -> str:
        return update.establishment.member_number

    @admin.display(description="法人・事業所")
    def member_name(self, update: CertificateUpdate) -> str:
        return update.establishment.full_name

    @admin.display(description="状態")
    def status_chip(self, update: CertificateUpdate) -> str:
        status = CertificateStatus(update.status)
        return format_html('<span class="chip chip--{}">{}</span>', TONES[status], status.label)
