"""The secretariat needs a second factor: no page but setting one up is served to staff who have none."""

from collections.abc import Callable
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

OPEN_TO_STAFF_WITHOUT_IT = ("/account/", "/static/")


class StaffSecondFactorMiddleware:
    """Sends staff who logged in with a password alone to the page where they set up TOTP or a passkey.

    Whoever has a second factor is asked for it by allauth at login; this closes the gap of those who have none yet.
    In the demo a plain login will do, and every page says so.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.DEMO or request.path.startswith(OPEN_TO_STAFF_WITHOUT_IT):
            return self.get_response(request)
        user = request.user
        if not (user.is_authenticated and user.is_staff) or used_second_factor(request):
            return self.get_response(request)
        if is_mfa_enabled(user):
            return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")
        return redirect(reverse("mfa_index"))


def used_second_factor(request: HttpRequest) -> bool:
    """Whether TOTP, a passkey or a recovery code was used in this session, as allauth recorded it."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))
