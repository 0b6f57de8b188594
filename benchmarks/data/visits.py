"""Who opens the pages that are measured, already logged in, and at which addresses. Called with Django set up."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Count, QuerySet
from django.urls import reverse

from benchmarks.data.season import MANAGER
from benchmarks.pages import BARE_HOME, HOME, PAGES, PLAIN_LIST, RENEWALS
from members.models import User
from renewals.models import Renewal, RenewalCampaign
from renewals.status import Status

Visits = list[tuple[str, str]]


@dataclass(frozen=True)
class Clerk:
    """A member's account with its session, and the renewal of one establishment it acts for."""

    session: str
    renewal: Renewal


def visits(*, each: int) -> dict[str, Visits]:
    """For each page the addresses to open in turn, with sessions of ``each`` clerks from all over the list."""
    accounts = User.objects.annotate(acts_for=Count("assignments"))
    one, ten = accounts.filter(acts_for=1), accounts.filter(acts_for=10)
    unanswered = _clerks(Renewal.objects.filter(status=Status.NOT_STARTED), one, each)
    answered = _clerks(Renewal.objects.filter(status=Status.SUBMITTED), one, each)
    several = _clerks(Renewal.objects.filter(status=Status.NOT_STARTED), ten, each)
    campaign = RenewalCampaign.objects.get()
    manager = session_of(User.objects.get(email=MANAGER))
    renewals = reverse("admin:renewals_renewal_changelist")

    def by_clerks(clerks: list[Clerk], name: str, **more: int) -> Visits:
        return [
            (
                reverse(name, kwargs={"establishment_id": clerk.renewal.establishment_id, **more}),
                clerk.session,
            )
            for clerk in clerks
        ]

    found: dict[str, Visits] = {
        HOME: [(reverse("home"), clerk.session) for clerk in unanswered],
        BARE_HOME: [(reverse("floor_home"), clerk.session) for clerk in unanswered],
        "home after answering": [(reverse("home"), clerk.session) for clerk in answered],
        "choice": by_clerks(unanswered, "renewal_choose"),
        "unchanged confirmation": by_clerks(unanswered, "renewal_unchanged"),
        "withdrawal": by_clerks(unanswered, "renewal_withdrawal"),
        "receipt": by_clerks(answered, "renewal_receipt", fiscal_year=campaign.fiscal_year, version=1),
        "messages": by_clerks(answered, "messages_of"),
        "registered data": by_clerks(answered, "registered"),
        "overview of ten establishments": [(reverse("home"), clerk.session) for clerk in several],
        "answering for many": [(reverse("many_select"), clerk.session) for clerk in several],
        "admin: today": [(reverse("admin:index"), manager)],
        RENEWALS: [(renewals, manager)],
        PLAIN_LIST: [(reverse("stock:floor_plainrow_changelist"), manager)],
        "renewal list, by status": [(f"{renewals}?status={Status.SUBMITTED}", manager)],
        "renewal list, searched by member number": [
            (f"{renewals}?q={clerk.renewal.establishment.member_number}", manager) for clerk in answered
        ],
        "application page": [
            (reverse("admin:renewals_renewal_change", args=[clerk.renewal.pk]), manager) for clerk in answered
        ],
        "campaign page": [(reverse("admin:renewals_renewalcampaign_change", args=[campaign.pk]), manager)],
        "establishments list": [(reverse("admin:members_establishment_changelist"), manager)],
        "outbox list": [(reverse("admin:mailing_outboxmessage_changelist"), manager)],
        "audit list": [(reverse("admin:audit_auditevent_changelist"), manager)],
    }
    if unknown := found.keys() ^ {*PAGES, BARE_HOME, PLAIN_LIST}:
        raise RuntimeError(f"named here or in benchmarks.pages alone: {unknown}")
    return found


def _clerks(renewals: QuerySet[Renewal], accounts: QuerySet[User], each: int) -> list[Clerk]:
    """``each`` of ``accounts``, evenly spread, each with one of ``renewals`` that it answers for."""
    users = {user.pk: user for user in accounts}
    by_user = {
        assignment.user_id: renewal
        for renewal in renewals.select_related("establishment")
        .prefetch_related("establishment__assignments")
        .order_by("pk")
        for assignment in renewal.establishment.assignments.all()
        if assignment.user_id in users
    }
    chosen = list(by_user.items())[:: max(1, len(by_user) // each)][:each]
    return [Clerk(session_of(users[key]), renewal) for key, renewal in chosen]


def session_of(user: User) -> str:
    """A session as a login leaves it; the manager's with the second factor."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    records = [{"method": "password", "at": time.time(), "email": user.email}]
    if user.is_staff:
        session["account_authentication_methods_user"] = str(user.pk)
        records.append({"method": "mfa", "at": time.time(), "type": "totp"})
    session["account_authentication_methods"] = records
    session.create()
    return str(session.session_key)
