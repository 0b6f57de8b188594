"""The papers of a draft: handing in, replacing, taking out, putting in order, and saying what is in each file.

What was submitted is sealed; whoever changes it works on a copy. ``place`` counts the files of a discount from 1. Each
function gives the draft as it is afterwards; ``on_behalf`` and what it raises are as in ``drafting.save_draft``.
"""

from collections.abc import Sequence
from datetime import date, datetime

from discounts import evidence_files
from discounts.handed_in import expiry_read
from discounts.handing_in import for_editing, name_papers
from discounts.kinds import Discount
from discounts.models import Evidence
from discounts.papers import Paper, SmeMethod
from discounts.requirements import CHECKLISTS, Checklist, ProofOfBelonging, checklist_for
from members.models import User
from renewals.declaration import applied_this_year
from renewals.drafting import keep_evidence
from renewals.models import DraftDeclaration, Renewal

BASES = {
    Discount.SME: tuple(SmeMethod),
    Discount.GROUP: (ProofOfBelonging.CERTIFICATE, ProofOfBelonging.DUES),
}


def checklist_of(draft: DraftDeclaration, discount: Discount) -> Checklist:
    """What has to be handed in for ``discount`` as the draft stands; every paper it may take while that is open."""
    if discount == Discount.SME and draft.sme_method:
        return checklist_for(SmeMethod(draft.sme_method))
    if discount == Discount.GROUP and draft.group and draft.group.proof != ProofOfBelonging.NONE:
        return checklist_for(ProofOfBelonging(draft.group.proof))
    return Checklist(tuple(line for basis in BASES[discount] for line in CHECKLISTS[basis].lines))


def add_file(
    renewal: Renewal,
    draft: DraftDeclaration,
    discount: Discount,
    *,
    name: str,
    content: bytes,
    by: User,
    now: datetime,
    on_behalf: bool = False,
) -> DraftDeclaration:
    """Take a file in behind the others. Raises ``NotTaken``, whose text says why and what to do."""
    taken = evidence_files.add(
        draft.evidence_of(discount),
        establishment=renewal.establishment,
        discount=discount,
        checklist=checklist_of(draft, discount),
        name=name,
        content=content,
        by=by,
        now=now,
    )
    return _keep(renewal, draft, discount, taken, by=by, now=now, on_behalf=on_behalf)


def replace_file(
    renewal: Renewal,
    draft: DraftDeclaration,
    discount: Discount,
    place: int,
    *,
    name: str,
    content: bytes,
    by: User,
    now: datetime,
) -> DraftDeclaration:
    """Take a file in at the place of another. Raises ``NotTaken``; the old file then stays."""
    draft = add_file(renewal, draft, discount, name=name, content=content, by=by, now=now)
    evidence = evidence_files.put_last_in_place_of(_evidence(draft, discount), place, by=by, now=now)
    return _keep(renewal, draft, discount, evidence, by=by, now=now)


def remove_file(
    renewal: Renewal,
    draft: DraftDeclaration,
    discount: Discount,
    place: int,
    *,
    by: User,
    now: datetime,
    on_behalf: bool = False,
) -> DraftDeclaration:
    """Take a file out. Without a file left there is no evidence either."""
    left = evidence_files.remove(_evidence(draft, discount), place, by=by, now=now)
    return _keep(renewal, draft, discount, left, by=by, now=now, on_behalf=on_behalf)


def move_file_up(
    renewal: Renewal, draft: DraftDeclaration, discount: Discount, place: int, *, by: User, now: datetime
) -> DraftDeclaration:
    evidence = evidence_files.up(_evidence(draft, discount), place, by=by, now=now)
    return _keep(renewal, draft, discount, evidence, by=by, now=now)


def say_what_is_in(
    renewal: Renewal,
    draft: DraftDeclaration,
    discount: Discount,
    papers: Sequence[Sequence[Paper]],
    *,
    by: User,
    now: datetime,
    on_behalf: bool = False,
) -> DraftDeclaration:
    """What the member says is in each file; nothing is written where it says so already."""
    evidence = draft.evidence_of(discount)
    if evidence is None or papers == [list(part.papers_named) for part in evidence.parts.all()]:
        return draft
    evidence = for_editing(evidence=evidence, by=by, now=now)
    named = {part.pk: list(said) for part, said in zip(evidence.parts.all(), papers, strict=True)}
    evidence = name_papers(evidence=evidence, papers=named, by=by, now=now)
    return _keep(renewal, draft, discount, evidence, by=by, now=now, on_behalf=on_behalf)


def _keep(
    renewal: Renewal,
    draft: DraftDeclaration,
    discount: Discount,
    evidence: Evidence | None,
    *,
    by: User,
    now: datetime,
    on_behalf: bool = False,
) -> DraftDeclaration:
    return keep_evidence(
        renewal_id=renewal.pk,
        discount=discount,
        evidence=evidence,
        by=by,
        now=now,
        certificate_valid_until=_day_to_fill_in(renewal, draft, discount, evidence),
        on_behalf=on_behalf,
    )


def _day_to_fill_in(
    renewal: Renewal, draft: DraftDeclaration, discount: Discount, evidence: Evidence | None
) -> date | None:
    """The day on a new certificate, where the member has entered no day of its own."""
    if discount != Discount.GROUP or evidence is None:
        return None
    this_year = applied_this_year(renewal)
    old = this_year.certificate_valid_until if this_year else None
    if draft.certificate_valid_until not in (None, old):
        return None
    return expiry_read(evidence)


def _evidence(draft: DraftDeclaration, discount: Discount) -> Evidence:
    evidence = draft.evidence_of(discount)
    if evidence is None:
        raise LookupError("there is no file to change")
    return evidence
