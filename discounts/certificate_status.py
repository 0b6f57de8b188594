"""States of a certificate that comes outside the season, and the moves between them: one table."""

from dataclasses import dataclass

from django.db import models


class CertificateStatus(models.TextChoices):
    """Where a newer certificate stands. A replaced one was submitted, and another followed before it was looked at."""

    DRAFT = "draft", "入力中"
    WAITING = "waiting", "確認待ち"
    ACCEPTED = "accepted", "確認済み"
    RETURNED = "returned", "差戻し"
    REPLACED = "replaced", "差し替え済み"


@dataclass(frozen=True)
class Transition:
    """One allowed move."""

    verb: str
    source: CertificateStatus
    target: CertificateStatus


TRANSITIONS: tuple[Transition, ...] = (
    Transition("submit", CertificateStatus.DRAFT, CertificateStatus.WAITING),
    Transition("replace", CertificateStatus.WAITING, CertificateStatus.REPLACED),
    Transition("accept", CertificateStatus.WAITING, CertificateStatus.ACCEPTED),
    Transition("refuse", CertificateStatus.WAITING, CertificateStatus.RETURNED),
)
DECIDED = (CertificateStatus.ACCEPTED, CertificateStatus.RETURNED)


def target_of(verb: str, source: str) -> CertificateStatus | None:
    """Where ``verb`` leads from ``source``; None where the table does not allow it."""
    for transition in TRANSITIONS:
        if transition.verb == verb and transition.source == source:
            return transition.target
    return None
