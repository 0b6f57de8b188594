"""What waits for the secretariat about certificates outside the season, for the day's page."""

from datetime import date

from django.urls import reverse
from django.utils.http import urlencode

from discounts.admin import CertificateFilter
from discounts.certificate_status import CertificateStatus
from discounts.certificates_on_record import expired, expiring, waiting
from fiscal_calendar.tokyo import day_of
from renewals.review.counts import Count, age

UPDATES, APPLIED = "discounts_certificateupdate", "discounts_applieddiscounts"


def certificate_counts(*, today: date) -> list[Count]:
    """Those to confirm, those about to expire and those that have expired, each with its list."""
    oldest = waiting().values_list("submitted_at", flat=True).first()
    to_confirm, soon, over = waiting().count(), expiring(today).count(), expired(today).count()
    return [
        Count(
            "確認待ちの会員証",
            to_confirm,
            _list(UPDATES, status=CertificateStatus.WAITING.value),
            "info" if to_confirm else "success",
            f"いちばん古い提出：{age(day_of(oldest), today)}" if oldest else "",
        ),
        Count(
            "30日以内に期限が切れる会員証",
            soon,
            _list(APPLIED, certificate=CertificateFilter.SOON),
            "neutral" if soon else "success",
        ),
        Count(
            "期限が切れた会員証",
            over,
            _list(APPLIED, certificate=CertificateFilter.EXPIRED),
            "warning" if over else "success",
        ),
    ]


def _list(model: str, **query: str) -> str:
    return f"{reverse(f'admin:{model}_changelist')}?{urlencode(query)}"
