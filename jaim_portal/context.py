from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    """Whether this is the demo, which every page then says."""
    return {"DEMO": settings.DEMO}
