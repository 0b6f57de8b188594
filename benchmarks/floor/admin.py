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

    def has_view_permission(self, request: HttpRequest, obj: PlainRow | None = None) -> bool:
        """The portal's table of roles does not know these rows."""
        return request.user.is_staff
