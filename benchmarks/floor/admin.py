"""A stock admin site with a stock changelist: nothing of the portal's own admin takes part in it."""

from django.contrib import admin
from django.http import HttpRequest

from benchmarks.floor.models import PlainRow

stock_site = admin.AdminSite(name="stock")


@admin.register(PlainRow, site=stock_site)
class PlainRowAdmin(admin.ModelAdmin):
    """As many columns and as many rows a page as the renewal list."""

    list_display = ["number", "name", "state", "intent", "receipt", "at", "amount", "reviewer"]
    list_per_page = 50

    # The portal's table of roles does not know these rows: staff may do everything, as a stock superuser may.

    def has_view_permission(self, request: HttpRequest, obj: PlainRow | None = None) -> bool:
        return request.user.is_staff

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission
