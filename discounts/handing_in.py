from datetime import datetime

from discounts.models import Evidence
from discounts.papers import Paper


def seal(*, evidence: Evidence, now: datetime) -> None:
    Evidence.objects.filter(pk=evidence.pk, sealed_at__isnull=True).update(sealed_at=now)


def papers_of(evidence: Evidence | None) -> frozenset[Paper]:
    if evidence is None:
        return frozenset()
    return frozenset(Paper(code) for part in evidence.parts.all() for code in part.papers)
