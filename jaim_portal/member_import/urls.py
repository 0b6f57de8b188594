from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from jaim_portal.member_import import views


def member_import_urls(guard: Callable[..., Any]) -> list[URLPattern]:
    """The import's pages, each behind ``guard``, the admin site's own door."""
    return [
        path("member-import/", guard(views.upload), name="member_import"),
        path("member-import/<str:token>/", guard(views.preview), name="member_import_preview"),
        path("member-import/<str:token>/store/", guard(views.store), name="member_import_store"),
        path("member-import/<str:token>/rejects.xlsx", guard(views.rejects), name="member_import_rejects"),
    ]
