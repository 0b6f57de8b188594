"""Pages of somebody logged in belong to nobody else at the same computer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

ASKED_FOR_EACH_TIME = "private, no-cache"


class PrivatePagesMiddleware:
    """Lets no cache keep them: after logging out, the back button shows the login page and no member's data.

    An answer that says itself that the browser alone may keep it, and has to ask each time, is left as it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and response.get("Cache-Control") != ASKED_FOR_EACH_TIME:
            add_never_cache_headers(response)
        return response
