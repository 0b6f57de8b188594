"""What the secretariat's own pages share: permission, the admin's frame, and refusals as messages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template.response import TemplateResponse

from members.access import UserRequest
from renewals.models import Renewal
from renewals.quoting import NoFeeSchedule
from renewals.refusals import NotAllowed, Refused
from renewals.status import Status

View = Callable[..., HttpResponse]
REFUSALS = (Refused, NoFeeSchedule)
MOST_DIGITS = 18  # what the database holds in a key


def needs(permission: str) -> Callable[[View], View]:
    """Refuse with 403 whoever does not hold ``permission``."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: UserRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


def number_in(text: str) -> int | None:
    """The number that a page posted; None for anything that is none, or is longer than any number of ours."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


def page(request: UserRequest, template: str, title: str, **context: Any) -> HttpResponse:
    """A page in the admin's frame."""
    frame = admin.site.each_context(request)
    return TemplateResponse(request, template, {**frame, "title": title, **context})


def done_already(renewal_id: int, refusal: Exception, already: Status | None) -> str:
    """What to say where a second press finds the work done, which is no error; empty where it is not."""
    if already is None or not isinstance(refusal, NotAllowed):
        return ""
    done = Renewal.objects.filter(pk=renewal_id, status=already).exists()
    return f"すでに「{already.label}」になっています。もう一度処理する必要はありません。" if done else ""


def say_incomplete(request: UserRequest) -> None:
    messages.error(request, "画面の情報が足りないため、処理しませんでした。画面を開き直してください。")


def say_refused(request: UserRequest, refusal: Exception) -> None:
    messages.error(request, str(refusal))
