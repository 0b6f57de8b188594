"""What an answer declares for next year. An unchanged continuation carries this year's discounts over as they are, a
changed one says what its draft says, with the papers that belong to it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F

from discounts.applied import terms_of
from discounts.claims import (
    Changes,
    Declaration,
    Finding,
    Terms,
    changes,
    nothing_changed,
    notices,
    problems,
    terms_declared,
)
from discounts.handed_in import papers_of
from discounts.kinds import Discount
from discounts.models import AppliedDiscounts, Evidence, IndustryGroup
from discounts.papers import Paper, SmeMethod
from discounts.requirements import ProofOfBelonging
from renewals.models import DraftDeclaration, Renewal, Submission
from renewals.quoting import applied_by_establishment, carried_over, schedule_for
from renewals.refusals import NotAllowed, Refused
from renewals.status import Intent, Status
from renewals.withdrawal import STATEMENTS, Unconfirmed


class Incomplete(Refused):
    """The draft cannot be submitted as it is; ``findings`` say what is missing, each beside its field."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("入力内容に、まだ足りないものがあります。内容を確認してください。")
        self.findings = tuple(findings)


class NothingChanged(Refused):
    """The draft says what holds this year already: 「継続する（割引の変更なし）」 is the way."""

    def __init__(self) -> None:
        super().__init__(
            "今年度の内容から変更がありません。"
            f"変更がないときは、「{Intent.UNCHANGED.label}」で申請してください。"
        )


@dataclass(frozen=True)
class Declared:
    """A draft beside this year: what changes, what next year's discounts and fee (yen) would be, and what is still
    missing or should be known."""

    this_year: Terms
    declaration: Declaration
    changes: Changes
    next_year: Terms
    amount_before: int
    amount: int
    problems: tuple[Finding, ...]
    notices: tuple[Finding, ...]

    @property
    def nothing_changed(self) -> bool:
        return nothing_changed(self.this_year, self.declaration)


def declared(renewal: Renewal, intent: Intent, *, confirmed: frozenset[str], on: date) -> dict[str, Any]:
    """The discounts, their proof and the fee in yen that a submission on the day ``on`` states; a withdrawal states
    none of them.

    ``confirmed`` holds the withdrawal statements that were ticked. Raises ``Unconfirmed`` if one is missing,
    :class:`Incomplete` and :class:`NothingChanged` for a draft, :class:`NotAllowed` without one, ``NoFeeSchedule``.
    """
    match intent:
        case Intent.WITHDRAW:
            if confirmed != STATEMENTS.keys():
                raise Unconfirmed(STATEMENTS.keys() - confirmed)
            return {}
        case Intent.UNCHANGED:
            fiscal_year = renewal.campaign.fiscal_year
            carried = carried_over(
                applied=applied_this_year(renewal),
                schedule=schedule_for(fiscal_year),
                fiscal_year=fiscal_year,
            )
            return {"sme": carried.sme, "group": carried.group, "amount": carried.quote.amount}
    draft = DraftDeclaration.objects.select_related("group").filter(renewal=renewal).first()
    if draft is None:
        raise NotAllowed("割引の変更内容が入力されていません。もう一度はじめから入力してください。")
    return _changed(renewal, draft, on=on)


def as_declared(renewal: Renewal, draft: DraftDeclaration, *, on: date) -> Declared:
    """What ``draft`` would declare on the day ``on``. Raises ``NoFeeSchedule``."""
    this_year = terms_of(applied_this_year(renewal))
    declaration = declaration_of(draft)
    group_asks = _group_asks(draft)
    sole_proprietor = renewal.establishment.corporation.is_sole_proprietor
    next_year = terms_declared(this_year, declaration)
    rates = schedule_for(renewal.campaign.fiscal_year).rates
    return Declared(
        this_year=this_year,
        declaration=declaration,
        changes=changes(this_year, declaration),
        next_year=next_year,
        amount_before=rates.amount(sme=this_year.sme, in_group=this_year.group is not None),
        amount=rates.amount(sme=next_year.sme, in_group=next_year.group is not None),
        problems=(
            *problems(this_year, declaration, group_asks=group_asks, sole_proprietor=sole_proprietor),
            *_unnamed_files(draft, group_asks),
        ),
        notices=notices(this_year, declaration, group_asks=group_asks, submitted_on=on),
    )


def _unnamed_files(draft: DraftDeclaration, group_asks: ProofOfBelonging | None) -> Iterator[Finding]:
    """A file of which nobody says what it is would count for nothing, without a word."""
    wanted = {Discount.SME: draft.sme, Discount.GROUP: group_asks not in (None, ProofOfBelonging.NONE)}
    for discount, is_wanted in wanted.items():
        evidence = draft.evidence_of(discount)
        if is_wanted and evidence and any(not part.papers for part in evidence.parts.all()):
            yield Finding(
                discount,
                f"{discount.value}_papers",
                "unnamed_file",
                "どの書類か選ばれていないファイルがあります。ファイルごとに、入っている書類にチェックを入れてください。",
            )


def declaration_of(draft: DraftDeclaration) -> Declaration:
    """The draft as the rules of claiming take it. What was filled in for another group, before the member chose one
    that asks for less, counts for nothing."""
    group_asks = _group_asks(draft)
    return Declaration(
        sme=draft.sme,
        sme_method=SmeMethod(draft.sme_method) if draft.sme_method else None,
        sme_papers=_papers(draft.sme_evidence),
        in_group=draft.in_group,
        group=draft.group_id,
        group_papers=frozenset() if group_asks is ProofOfBelonging.NONE else _papers(draft.group_evidence),
        certificate_valid_until=(
            draft.certificate_valid_until if group_asks is ProofOfBelonging.CERTIFICATE else None
        ),
    )


def _group_asks(draft: DraftDeclaration) -> ProofOfBelonging | None:
    """The proof that the wanted group asks for; None while no group is wanted or chosen."""
    return ProofOfBelonging(draft.group.proof) if draft.group and draft.in_group else None


def to_prove(submission: Submission, applied: AppliedDiscounts | None) -> tuple[Discount, ...]:
    """The claims of a submission whose proof came with it, for a reviewer to confirm. ``applied`` is this year's."""
    return changes_of(submission, applied).to_prove


def proof_of(submission: Submission, applied: AppliedDiscounts | None) -> Mapping[Discount, bool]:
    """Of each claim to prove, whether its papers came with it. They may not have, where the secretariat corrected this
    year's record (``applied``) after the member had kept the discount."""
    this_year, as_submitted = terms_of(applied), _as_submitted(submission)
    group_asks = ProofOfBelonging(submission.group.proof) if submission.group else None
    sole_proprietor = submission.renewal.establishment.corporation.is_sole_proprietor
    wanting = problems(this_year, as_submitted, group_asks=group_asks, sole_proprietor=sole_proprietor)
    without = {finding.discount for finding in wanting}
    return {discount: discount not in without for discount in changes(this_year, as_submitted).to_prove}


def changes_of(submission: Submission, applied: AppliedDiscounts | None) -> Changes:
    """What becomes of each discount by a changed continuation. ``applied`` is this year's."""
    return changes(terms_of(applied), _as_submitted(submission))


def _as_submitted(submission: Submission) -> Declaration:
    return Declaration(
        sme=submission.sme,
        sme_method=SmeMethod(submission.sme_method) if submission.sme_method else None,
        sme_papers=_papers(submission.sme_evidence),
        in_group=submission.group_id is not None,
        group=submission.group_id,
        group_papers=_papers(submission.group_evidence),
        certificate_valid_until=submission.certificate_valid_until,
    )


def _papers(evidence: Evidence | None) -> frozenset[Paper]:
    return papers_of(evidence) if evidence else frozenset()


def applied_this_year(renewal: Renewal) -> AppliedDiscounts | None:
    this_year = renewal.campaign.fiscal_year - 1
    return applied_by_establishment([renewal.establishment_id], fiscal_year=this_year).get(
        renewal.establishment_id
    )


def certificate_of(renewal: Renewal, submission: Submission) -> date | None:
    """The last day of the certificate that came with the answer; otherwise this year's, carried over with its group."""
    if submission.group_id is None or submission.certificate_valid_until:
        return submission.certificate_valid_until
    applied = applied_this_year(renewal)
    same_group = applied is not None and applied.group_id == submission.group_id
    return applied.certificate_valid_until if applied and same_group else None


def certificates_to_be_reviewed(establishment_ids: Collection[int]) -> Mapping[int, date]:
    """The last day of the certificate that came with a renewal which is not decided yet, by establishment."""
    submitted = Submission.objects.filter(
        renewal__establishment__in=list(establishment_ids),
        renewal__status__in=(Status.SUBMITTED, Status.RETURNED),
        version=F("renewal__version"),
        certificate_valid_until__isnull=False,
    )
    days = submitted.values_list("renewal__establishment", "certificate_valid_until")
    return {key: day for key, day in days if day is not None}


def _changed(renewal: Renewal, draft: DraftDeclaration, *, on: date) -> dict[str, Any]:
    found = as_declared(renewal, draft, on=on)
    if found.problems:
        raise Incomplete(found.problems)
    if found.nothing_changed:
        raise NothingChanged
    values: dict[str, Any] = {"sme": draft.sme, "group": _group(draft), "amount": found.amount}
    to_prove = found.changes.to_prove
    if Discount.SME in to_prove:
        values |= {
            "sme_method": draft.sme_method,
            "sme_evidence": draft.sme_evidence,
            "sme_remark": draft.sme_remark,
        }
    if Discount.GROUP in to_prove:
        values |= {
            "certificate_valid_until": found.declaration.certificate_valid_until,
            "group_evidence": draft.group_evidence if found.declaration.group_papers else None,
            "group_remark": draft.group_remark,
        }
    return values


def _group(draft: DraftDeclaration) -> IndustryGroup | None:
    return draft.group if draft.in_group else None
