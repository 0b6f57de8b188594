"""Changed continuations for tests, through the verbs: filled in, with papers where a claim has to be proven."""

from datetime import datetime, timedelta
from uuid import uuid4

from discounts.kinds import Discount
from discounts.models import Evidence
from discounts.papers import Paper, SmeMethod
from renewals import drafting, lifecycle
from renewals.lifecycle import Answer
from renewals.models import Renewal, Submission
from renewals.status import Intent
from tests.factories import (
    SUBMITTED_AT,
    EstablishmentFactory,
    EvidenceFactory,
    RenewalFactory,
    clerk_of,
    filled,
)
from tests.pdfs import REGISTRY


def proof_of_capital(renewal: Renewal, *papers: Paper) -> Evidence:
    return EvidenceFactory(
        establishment=renewal.establishment, files=[[REGISTRY]], papers=[papers or (Paper.REGISTRY,)]
    )


def changed_submission(
    *, minutes: int = 0, gives_up: bool = False, renewal: Renewal | None = None
) -> Renewal:
    """A member that claims to be small by its capital, or one that gives its group discount up; submitted ``minutes``
    after the usual moment."""
    renewal = renewal or RenewalFactory(establishment=EstablishmentFactory(in_group=gives_up))
    now = SUBMITTED_AT + timedelta(minutes=minutes)
    clerk = clerk_of(renewal)
    if gives_up:
        drafting.save_draft(renewal_id=renewal.pk, filled=filled(), by=clerk, now=now)
    else:
        claimed = filled(sme=True, sme_method=SmeMethod.CAPITAL)
        drafting.save_draft(renewal_id=renewal.pk, filled=claimed, by=clerk, now=now)
        drafting.keep_evidence(
            renewal_id=renewal.pk,
            discount=Discount.SME,
            evidence=proof_of_capital(renewal),
            by=clerk,
            now=now,
        )
    resubmitted(renewal, now=now)
    return Renewal.objects.select_related("campaign", "establishment__corporation").get(pk=renewal.pk)


def resubmitted(renewal: Renewal, *, now: datetime) -> Submission:
    """「申請する」 on the draft as it stands."""
    answer = Answer(Intent.CHANGED, uuid4())
    return lifecycle.submit(renewal_id=renewal.pk, answer=answer, by=clerk_of(renewal), now=now)
