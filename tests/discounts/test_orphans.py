"""What nothing refers to is discarded after a day; what a draft or an answer refers to stays."""

from datetime import timedelta

import pytest

from discounts.kinds import Discount
from discounts.models import Evidence, EvidenceFile
from discounts.orphans import discard_orphans
from renewals.drafting import keep_evidence
from tests.factories import HANDED_IN_AT, EvidenceFactory, RenewalFactory, clerk_of

pytestmark = pytest.mark.django_db
A_DAY_LATER = HANDED_IN_AT + timedelta(days=1, minutes=1)


def test_evidence_of_a_draft_stays() -> None:
    renewal = RenewalFactory(draft_begun=True)
    evidence = EvidenceFactory(establishment=renewal.establishment)
    clerk = clerk_of(renewal)
    keep_evidence(renewal_id=renewal.pk, discount=Discount.SME, evidence=evidence, by=clerk, now=HANDED_IN_AT)

    discard_orphans(now=A_DAY_LATER)

    assert list(Evidence.objects.all()) == [evidence]
    assert EvidenceFile.objects.count() == 1


def test_evidence_of_nothing_goes_with_its_file_after_a_day() -> None:
    EvidenceFactory()

    discard_orphans(now=A_DAY_LATER - timedelta(minutes=2))
    assert Evidence.objects.count() == 1

    discard_orphans(now=A_DAY_LATER)
    assert Evidence.objects.count() == EvidenceFile.objects.count() == 0
