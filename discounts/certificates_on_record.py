"""The certificates on record: whose is good until when, and whose runs out (domain: group discount)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from discounts.certificate_status import CertificateStatus
from discounts.models import AppliedDiscounts, CertificateUpdate, IndustryGroup
from discounts.requirements import ProofOfBelonging
from fiscal_calendar.fiscal_year import FiscalYear
from members.models import Establishment

SOON = timedelta(days=30)
"""How long before its last day a certificate counts as about to expire."""


@dataclass(frozen=True)
class OnRecord:
    """The group whose discount applies and that asks for a proof, and the last day of the proof on record, if any.

    ``newest_status`` and ``newest_reason`` are of what was submitted last outside the season; empty if nothing was.
    """

    group: IndustryGroup
    last_day: date | None
    newest_status: str = ""
    newest_reason: str = ""

    @property
    def asks_for(self) -> ProofOfBelonging:
        return ProofOfBelonging(self.group.proof)


def on_record(establishment: Establishment, *, on: date) -> OnRecord | None:
    """What is on record for ``establishment`` on the day ``on``; None where its group asks for no proof, or it has
    left."""
    newest = CertificateUpdate.objects.filter(
        establishment=OuterRef("establishment"), submitted_at__isnull=False
    ).order_by("-submitted_at", "-pk")
    found = (
        applied_with_a_proof(on)
        .filter(establishment=establishment)
        .annotate(
            newest_status=Subquery(newest.values("status")[:1]),
            newest_reason=Subquery(newest.values("reason")[:1]),
        )
        .select_related("group")
        .order_by()
        .first()
    )
    if found is None:
        return None
    return OnRecord(found.group, found.last_day, found.newest_status or "", found.newest_reason or "")


def applied_with_a_proof(on: date) -> QuerySet[Any]:
    """This year's discounts of those whose group asks for a proof, each with ``last_day``: the latest that is recorded
    for that group, of this year or of one that is decided already."""
    year = FiscalYear.from_date(on)
    recorded = AppliedDiscounts.objects.filter(
        establishment=OuterRef("establishment"),
        group=OuterRef("group"),
        fiscal_year__gte=year.year,
        certificate_valid_until__isnull=False,
    ).order_by("-certificate_valid_until")
    return (
        AppliedDiscounts.objects.filter(fiscal_year=year.year, group__isnull=False)
        .exclude(group__proof=ProofOfBelonging.NONE)
        .filter(
            Q(establishment__left_on__isnull=True) | Q(establishment__left_on__gte=on),
            establishment__joined_on__lte=on,
        )
        .annotate(last_day=Subquery(recorded.values("certificate_valid_until")[:1]))
    )


def running_out(on: date, *, until: date) -> QuerySet[Any]:
    """Those of :func:`applied_with_a_proof` whose last day is ``until`` or before, and who need a newer proof after it.

    Nobody needs one who leaves by then, or who has that group no more in the year that begins then.
    """
    year = FiscalYear.from_date(on)
    of_next_year = AppliedDiscounts.objects.filter(
        establishment=OuterRef("establishment"), fiscal_year=year.next.year
    )
    given_up = of_next_year.exclude(group=OuterRef("group"))
    return (
        applied_with_a_proof(on)
        .filter(certificate_valid_until__lte=until, last_day__lte=until)
        .exclude(establishment__left_on__lte=F("last_day"))
        .exclude(Exists(given_up), last_day__gte=year.ends_on)
    )


def expiring(on: date) -> QuerySet[Any]:
    """Good on ``on``, and about to expire."""
    return running_out(on, until=on + SOON).filter(last_day__gte=on)


def expired(on: date) -> QuerySet[Any]:
    return running_out(on, until=on - timedelta(days=1))


def waiting() -> QuerySet[CertificateUpdate]:
    """Those for the secretariat to look at, oldest first."""
    return CertificateUpdate.objects.filter(status=CertificateStatus.WAITING).order_by("submitted_at", "pk")


def submitted_by(establishment: Establishment) -> QuerySet[CertificateUpdate]:
    """What ``establishment`` has submitted, the latest first, whatever became of it."""
    submitted = CertificateUpdate.objects.filter(establishment=establishment, submitted_at__isnull=False)
    return submitted.select_related("group", "evidence").order_by("-submitted_at", "-pk")
