"""Fees in the admin: the rates, and the accounts that fees are debited from. An account number is never shown."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from audit.admin import AuditedModelAdmin
from fees.models import DebitMandate, FeeSchedule, FixedFee, MandateStatus
from members.admin import EstablishmentAdmin
from members.member_list.banking import account_holder, account_number, bank_code, branch_code
from members.member_list.refusal import CellRefused, CellValue
from members.search import search_establishments

ACCOUNT_FIELDS = ("bank_code", "branch_code", "account_type", "holder_kana")
IN_USE = "この規程で確定した年会費があるため、変更できません。新しい会費規程を登録してください。"


class DebitMandateForm(forms.ModelForm):
    """The number can be replaced here; what is stored is neither shown nor sent to the browser."""

    new_account_number = forms.CharField(
        label="新しい口座番号",
        required=False,
        max_length=7,
        help_text="変更するときだけ、7桁までの数字で入力してください。空欄なら、登録済みの番号のままです。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    class Meta:
        model = DebitMandate
        fields = ["status", *ACCOUNT_FIELDS]

    def clean_bank_code(self) -> str:
        return self._by_rule("bank_code", bank_code)

    def clean_branch_code(self) -> str:
        return self._by_rule("branch_code", branch_code)

    def clean_holder_kana(self) -> str:
        return self._by_rule("holder_kana", account_holder)

    def clean_new_account_number(self) -> str:
        return self._by_rule("new_account_number", account_number)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if new := cleaned.get("new_account_number"):
            self.instance.account_number = new
        if cleaned.get("status") == MandateStatus.READY:
            for name in ACCOUNT_FIELDS:
                if name in cleaned and not cleaned[name]:
                    self.add_error(name, "「登録済」にするには、この項目が必要です。")
            if "new_account_number" in cleaned and not self.instance.account_number:
                self.add_error("new_account_number", "「登録済」にするには、口座番号が必要です。")
        return cleaned

    def _by_rule(self, name: str, rule: Callable[[CellValue], str]) -> str:
        """As the import of the member list takes it; nothing stays nothing."""
        value = self.cleaned_data[name]
        if not value:
            return ""
        try:
            return rule(value)
        except CellRefused as refused:
            raise forms.ValidationError(refused.reason, code=refused.code) from refused


class MandateFields(BaseModelAdmin):
    """Fields of a mandate as this person may see them: who cannot edit sees the masked number only."""

    form = DebitMandateForm
    readonly_fields = ["masked"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = ["status", "bank_code", "branch_code", "account_type", "masked", "holder_kana"]
        return [*fields, "new_account_number"] if self._may_edit(request) else fields

    def _may_edit(self, request: HttpRequest) -> bool:
        return request.user.has_perm("fees.change_debitmandate")

    @admin.display(description="口座番号（末尾3桁）", empty_value="未登録")
    def masked(self, mandate: DebitMandate) -> str:
        return mandate.masked_account_number


class DebitMandateInline(MandateFields, admin.StackedInline):
    model = DebitMandate
    can_delete = False
    extra = 0


EstablishmentAdmin.inlines_of_other_rooms = [*EstablishmentAdmin.inlines_of_other_rooms, DebitMandateInline]


@admin.register(DebitMandate)
class DebitMandateAdmin(MandateFields, AuditedModelAdmin):
    """Mandates by themselves, for those who keep the accounts but not the rest of the member's data."""

    list_display = ["member_number", "member_name", "status", "bank_code", "branch_code"]
    list_display_links = ["member_number"]
    list_select_related = ["establishment__corporation"]
    list_filter = ["status"]
    ordering = ["pk"]
    sortable_by = ()
    search_fields = ["bank_code"]
    search_help_text = "会員番号、法人名・事業所名（カナも可）で探せます。"
    raw_id_fields = ["establishment"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["establishment", *super().get_fields(request, obj)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["establishment", *self.readonly_fields] if obj else list(self.readonly_fields)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """On adding, the establishment is chosen as well."""
        names = [
            name for name in self.get_fields(request, obj) if name not in ("masked", "new_account_number")
        ]
        return super().get_form(request, obj, change, **{**kwargs, "fields": names})

    def member_number_of(self, obj: DebitMandate) -> str:
        return obj.establishment.member_number

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[DebitMandate], search_term: str
    ) -> tuple[QuerySet[DebitMandate], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(establishment__in=search_establishments(search_term).values("pk")), False

    @admin.display(description="会員番号")
    def member_number(self, mandate: DebitMandate) -> str:
        return mandate.establishment.member_number

    @admin.display(description="法人・事業所")
    def member_name(self, mandate: DebitMandate) -> str:
        return mandate.establishment.full_name


@admin.register(FeeSchedule)
class FeeScheduleAdmin(AuditedModelAdmin):
    """Rates. Once a fee was fixed under them they are history and can only be read."""

    list_display = ["valid_from", "small_in_group", "small", "large_in_group", "large", "is_used"]
    audited_values = ("valid_from", "small_in_group", "small", "large_in_group", "large")

    def has_change_permission(self, request: HttpRequest, obj: FeeSchedule | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and not (obj is not None and self._used(obj))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A fee may be fixed between showing the form and saving it: then the database refuses, in words here."""
        may_change = super().has_change_permission(request)
        if (
            may_change
            and request.method == "POST"
            and FixedFee.objects.filter(schedule__pk=object_id).exists()
        ):
            return self._refused(request)
        try:
            with transaction.atomic():
                return super().change_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            return self._refused(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[FeeSchedule]:
        under_it = FixedFee.objects.filter(schedule=OuterRef("pk"))
        return super().get_queryset(request).annotate(used=Exists(under_it))

    @admin.display(description="確定した年会費がある", boolean=True)
    def is_used(self, schedule: Any) -> bool:
        return schedule.used

    def _used(self, schedule: FeeSchedule) -> bool:
        return FixedFee.objects.filter(schedule=schedule).exists()

    def _refused(self, request: HttpRequest) -> HttpResponse:
        messages.error(request, IN_USE)
        return HttpResponseRedirect(request.path)
