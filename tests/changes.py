"""Changed continuations for tests: filled in, with their papers, submitted by the verbs that the pages call."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from discounts.kinds import Discount
from discounts.models import Evidence, IndustryGroup
from discounts.papers import Paper, SmeMethod
from fiscal_calendar.tokyo import at
from members.models import Establishment
from renewals import drafting, lifecycle
from renewals.lifecycle import Answer
from renewals.models import Renewal, Submission
from renewals.status import Intent
from tests import pdfs
from tests.factories import (
    SUBMITTED_AT,
    CorporationFactory,
    EstablishmentFactory,
    EvidenceFactory,
    RenewalFactory,
    clerk_of,
    filled,
)
from tests.papers import COMPANY

AGAIN_AT = at(date(2027, 1, 29), 10)
BY_REGISTRY = {"files": [[pdfs.REGISTRY]], "papers": [(Paper.REGISTRY,)]}
BY_HEADCOUNT = {
    "files": [[pdfs.FORM5], [pdfs.LABOUR]],
    "papers": [(Paper.FORM5,), (Paper.LABOUR,)],
}
BY_CERTIFICATE = {"files": [[pdfs.CERTIFICATE]], "papers": [(Paper.CERTIFICATE,)]}


def aoba(**more: Any) -> Establishment:
    """The company that the papers of :mod:`tests.pdfs` are about."""
    corporation = CorporationFactory(name=COMPANY, name_kana="アオバセイキ")
    return EstablishmentFactory(corporation=corporation, **more)


def papers(establishment: Establishment, discount: Discount = Discount.SME, **given: Any) -> Evidence:
    """Handed in and not submitted yet; a registry certificate by default."""
    return EvidenceFactory(establishment=establishment, discount=discount, **(given or BY_REGISTRY))


def submits_change(
    renewal: Renewal,
    *,
    sme: Evidence | None = None,
    method: SmeMethod = SmeMethod.CAPITAL,
    group: IndustryGroup | None = None,
    group_papers: Evidence | None = None,
    valid_until: date | None = None,
    now: datetime = SUBMITTED_AT,
    **typed: Any,
) -> Submission:
    """Claims the SME discount where ``sme`` proves it and the group discount where ``group`` is given."""
    by = clerk_of(renewal)
    given = filled(
        sme=sme is not None,
        sme_method=method if sme else "",
        in_group=group is not None,
        group=group.pk if group else None,
        certificate_valid_until=valid_until,
    )
    given = type(given)(**{**vars(given), **typed})
    drafting.save_draft(renewal_id=renewal.pk, filled=given, by=by, now=now)
    for discount, evidence in ((Discount.SME, sme), (Discount.GROUP, group_papers)):
        drafting.keep_evidence(renewal_id=renewal.pk, discount=discount, evidence=evidence, by=by, now=now)
    answer = Answer(Intent.CHANGED, uuid4())
    return lifecycle.submit(renewal_id=renewal.pk, answer=answer, by=by, now=now)


def small_company(establishment: Establishment | None = None, **more: Any) -> Renewal:
    """A new claim on the SME discount with a registry certificate, submitted."""
    renewal = RenewalFactory(establishment=establishment or aoba())
    submits_change(renewal, sme=papers(renewal.establishment), **more)
    return Renewal.objects.select_related("campaign", "establishment__corporation").get(pk=renewal.pk)
