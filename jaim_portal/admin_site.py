"""The secretariat's site: Django's admin with the day's work as its first page."""

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode

from discounts.permissions import IMPORT_GROUP_LISTS
from members.permissions import IMPORT_MEMBERS

ROOMS = frozenset({"renewals", "fees", "discounts", "members", "mailing", "audit"})
# Pages of the portal that are no model's list: label, name of the address, the permission it takes.
TOOLS: list[tuple[str, str, str]] = [
    ("会員名簿を取り込む", "admin:member_import", IMPORT_MEMBERS),
    ("団体の会員名簿を取り込む", "admin:group_list_import", IMPORT_GROUP_LISTS),
]


class SecretariatSite(AdminSite):
    site_header = "JAIM 賛助会員 事務局"
    site_title = "JAIM 事務局"
    index_title = "今日の仕事"
    index_template = "admin/today.html"
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """The portal's own rooms only: what packages bring along (groups, authenticators) is nobody's work here."""
        models: list[Any] = (
            [model_or_iterable] if isinstance(model_or_iterable, type) else [*model_or_iterable]
        )
        own = [model for model in models if model._meta.app_label in ROOMS]
        super().register(own, admin_class, **options)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from renewals.review.today import load_today

        today = load_today(now=timezone.now())
        context = {"today": today, "tools": tools_for(request)}
        return super().index(request, {**context, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        from jaim_portal.group_list_import.urls import group_list_import_urls
        from jaim_portal.member_import.urls import member_import_urls

        imports = [*member_import_urls(self.admin_view), *group_list_import_urls(self.admin_view)]
        return [*imports, *super().get_urls()]

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """One login for all, with its second factor. To members the secretariat's pages do not exist."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise Http404
        target = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': target})}")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """As in Django, but a member who asks for a page of the secretariat gets 404, not a login form."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def only_staff(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return only_staff


def tools_for(request: HttpRequest) -> list[dict[str, str]]:
    """The tools that exist and that this person may use."""
    found = []
    for label, name, permission in TOOLS:
        if not request.user.has_perm(permission):
            continue
        try:
            found.append({"label": label, "url": reverse(name)})
        except NoReverseMatch:
            continue
    return found
