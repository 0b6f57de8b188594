"""The base of every page in the admin that changes something, and the trail itself, to be read only."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.http import urlencode

from audit.models import AuditEvent
from audit.paging import CappedPaginator
from audit.trail import Actor, Event, record
from audit.wording import actor_names, register_verbs, verb_label, verbs_called


class BoundedModelAdmin(admin.ModelAdmin):
    """A list that costs the same however long it is: no full count, no facets, a capped paginator. It is narrowed by
    its filters alone, and by ``linked_lookups``, which pages of ours lead to."""

    linked_lookups: tuple[str, ...] = ()

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    empty_value_display = "—"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = f"{self.opts.verbose_name_plural}の一覧"
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """Django allows any field of the row: whoever sees the list could guess the hash of a password, or an account
        number, letter by letter."""
        declared = {*self.linked_lookups, *map(_parameter_of, self.get_list_filter(request))}
        return lookup.split(LOOKUP_SEP)[0] in declared and super().lookup_allowed(lookup, value, request)


class AuditedModelAdmin(BoundedModelAdmin):
    """Whatever is saved here leaves an audit event in the same transaction: who, what, which fields, no values.

    Nothing is deleted through the admin; rows of an inline may be where the role allows it, and that is recorded.
    """

    # Fields whose new value the trail may hold because it is no personal data.
    audited_values: tuple[str, ...] = ()

    def __init__(self, model: type[Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        register_verbs(
            {
                f"{model._meta.model_name}.add": f"{model._meta.verbose_name}の登録",
                f"{model._meta.model_name}.change": f"{model._meta.verbose_name}の変更",
            }
        )

    def member_number_of(self, obj: Any) -> str:
        """The member whose trail shows the change; empty where it concerns no single member."""
        return ""

    def subject_of(self, obj: Any) -> str:
        return f"{self.opts.model_name}:{obj.pk}"

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        details = {**_fields(form.changed_data), **_inline_changes(formsets)}
        if change and not details:
            return
        details |= {
            name: form.cleaned_data[name] for name in self.audited_values if name in form.changed_data
        }
        event = Event(
            f"{self.opts.model_name}.{'change' if change else 'add'}",
            self.subject_of(form.instance),
            Actor.behind(request),
            self.member_number_of(form.instance),
            details,
        )
        record(event, now=timezone.now())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The trail replaces Django's own log."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The trail replaces Django's own log."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        subject = f"{self.opts.model_name}:{object_id}"
        query = urlencode({"subject": subject})
        return HttpResponseRedirect(f"{reverse('admin:audit_auditevent_changelist')}?{query}")


class ReadOnlyModelAdmin(BoundedModelAdmin):
    """To be looked at: nothing can be added, changed or deleted by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _parameter_of(list_filter: Any) -> str:
    """The name that a filter has in the address of its list."""
    return str(getattr(list_filter, "parameter_name", list_filter))


def _fields(names: list[str]) -> dict[str, list[str]]:
    return {"fields": sorted(names)} if names else {}


def _inline_changes(formsets: Any) -> dict[str, Any]:
    """How many rows each inline gained and lost, and which fields changed in it."""
    changes: dict[str, Any] = {}
    for formset in formsets:
        name = formset.model._meta.model_name
        if formset.new_objects:
            changes[f"{name}.added"] = len(formset.new_objects)
        if formset.changed_objects:
            changes[f"{name}.changed"] = sorted(
                {field for _, fields in formset.changed_objects for field in fields}
            )
        if formset.deleted_objects:
            changes[f"{name}.deleted"] = len(formset.deleted_objects)
    return changes


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyModelAdmin):
    """The trail, newest first. The page's actors are named in one query."""

    list_display = ["sequence", "at", "actor_name", "verb_name", "subject_link", "member_number"]
    list_display_links = ["sequence"]
    sortable_by = ["sequence"]
    linked_lookups = ("subject",)
    ordering = ["-sequence"]
    search_fields = ["member_number"]
    search_help_text = "会員番号（全桁）、行為（例：承認）、対象（例：renewal:12）で探せます。"
    fields = [
        "sequence",
        "at",
        "actor_name",
        "verb_name",
        "subject_link",
        "member_number",
        "details",
        "entry_hash",
    ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEvent], search_term: str
    ) -> tuple[QuerySet[AuditEvent], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        if ":" in term:
            return queryset.filter(subject=term), False
        if verbs := verbs_called(term):
            return queryset.filter(verb__in=verbs), False
        return queryset.filter(member_number=term.upper()), False

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        events = list(changelist.result_list)
        names = actor_names(event.actor for event in events)
        for event in events:
            event.named_actor = names[event.actor]
        changelist.result_list = events
        return changelist

    @admin.display(description="行為者")
    def actor_name(self, event: Any) -> str:
        return getattr(event, "named_actor", None) or actor_names([event.actor])[event.actor]

    @admin.display(description="行為")
    def verb_name(self, event: AuditEvent) -> str:
        return verb_label(event.verb)

    @admin.display(description="対象")
    def subject_link(self, event: AuditEvent) -> str:
        """The subject as it is searched for, leading to its own page where the admin has one."""
        address = self._page_of(event.subject)
        return format_html('<a href="{}">{}</a>', address, event.subject) if address else event.subject

    def _page_of(self, subject: str) -> str:
        """Subjects of :class:`AuditedModelAdmin` name a model and a key; others have no page."""
        name, _, key = subject.partition(":")
        return reverse(self._pages[name], args=[key]) if key and name in self._pages else ""

    @cached_property
    def _pages(self) -> dict[str, str]:
        administered = (model._meta for model in apps.get_models() if self.admin_site.is_registered(model))
        return {
            str(meta.model_name): f"{self.admin_site.name}:{meta.app_label}_{meta.model_name}_change"
            for meta in administered
        }
