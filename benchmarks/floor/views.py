"""The least that a logged-in home page costs: three queries that an index answers, and a template."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mailing.models import OutboxMessage
from members.models import Establishment
from renewals.models import Renewal


def home(request: HttpRequest) -> HttpResponse:
    establishment = Establishment.objects.filter(assignments__user=request.user).first()
    renewal = Renewal.objects.filter(establishment=establishment).first()
    letters = OutboxMessage.objects.filter(member_number=establishment.member_number).order_by("-queued_at")[
        :5
    ]
    page = {"establishment": establishment, "renewal": renewal, "letters": letters}
    return render(request, "floor/home.html", page)
