from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from jaim_portal.group_list_import import views


def group_list_import_urls(guard: Callable[..., Any]) -> list[URLPattern]:
    """The import's pages, each behind ``guard``, the admin site's own door."""
    return [
        path("group-lists/", guard(views.upload), name="group_list_import"),
        path("group-lists/<str:token>/", guard(views.preview), name="group_list_import_preview"),
        path("group-lists/<str:token>/store/", guard(views.store), name="group_list_import_store"),
        path("group-lists/<str:token>/rejects.xlsx", guard(views.rejects), name="group_list_import_rejects"),
    ]
