"""Pages that belong to no room: errors that are not exceptions."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token no longer fits, most often because the session ended in another tab."""
    return render(request, "403_csrf.html", status=403)
