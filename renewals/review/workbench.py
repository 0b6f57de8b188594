"""The workbench: one changed continuation with everything that a reviewer decides by, in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Prefetch, Q, prefetch_related_objects

from discounts.group_lists import listed_as
from discounts.handed_in import SameFile, same_files_elsewhere
from discounts.kinds import Discount
from discounts.models import AppliedDiscounts, Evidence, EvidencePart
from fees.models import FeeSchedule
from members.models import User
from renewals.change_summary import mended
from renewals.declaration import changes_of
from renewals.models import DecisionItem, Renewal, Submission
from renewals.quoting import applied_by_establishment
from renewals.review.candidates import amount_under, as_candidate, schedule_or_none
from renewals.review.claims import ClaimSeen, Known, claims_seen
from renewals.review.planning import open_points
from renewals.reviewing import marks_of
from renewals.status import Intent, Outcome, Status


class NothingToSee(Exception):
    """No changed continuation stands: the application page shows what does."""


@dataclass(frozen=True)
class Workbench:
    """What the page shows. ``amounts`` are the fees in yen by the claims that might not apply, None where no rates
    hold; ``amount_before`` is the one if nothing changed. ``mended`` is what changed since the version that was
    returned, ``changed_since_seen`` since the one that somebody decided on in vain."""

    renewal: Renewal
    submission: Submission
    claims: Sequence[ClaimSeen]
    amounts: Mapping[frozenset[Discount], int | None]
    amount_before: int | None
    open_points: Sequence[str]
    returned_version: int | None
    mended: Sequence[str]
    changed_since_seen: Sequence[str]

    @property
    def open_claims(self) -> list[ClaimSeen]:
        return [claim for claim in self.claims if claim.is_open]

    @property
    def claimed(self) -> list[ClaimSeen]:
        return [claim for claim in self.claims if claim.claimed]

    @property
    def with_evidence(self) -> list[ClaimSeen]:
        return [claim for claim in self.claims if claim.evidence]

    @property
    def amount(self) -> int | None:
        """The fee as declared, under the rates that hold."""
        return self.amounts[frozenset()]

    def amount_refusing(self, refused: Iterable[Discount]) -> int | None:
        """The fee in yen that would be fixed without the claims ``refused``."""
        return self.amounts.get(frozenset(refused))


def load_workbench(renewal_id: int, *, seen: int | None = None) -> Workbench:
    """Raises ``Renewal.DoesNotExist``, :class:`NothingToSee`. ``seen`` is the version of a stale decision."""
    renewal = Renewal.objects.select_related(
        "campaign", "establishment__corporation", "reviewer", "fixed_fee"
    ).get(pk=renewal_id)
    if renewal.intent != Intent.CHANGED:
        raise NothingToSee
    submissions, earlier = _submissions(renewal)
    submission = submissions[renewal.version]
    fiscal_year = renewal.campaign.fiscal_year
    applied = applied_by_establishment([renewal.establishment_id], fiscal_year=fiscal_year - 1).get(
        renewal.establishment_id
    )
    schedule = schedule_or_none(fiscal_year)
    returned = _returned(renewal)
    before = submissions.get(returned[0].decision.version) if returned else None
    changes = changes_of(submission, applied)
    amounts = amounts_by_refusal(submission, schedule)
    known = Known(
        submission=submission,
        applied=applied,
        changes=changes,
        before=before,
        returned=returned,
        marks=marks_of(renewal, renewal.version),
        same_files=_same_files(submission),
        last_year=_last_proofs(earlier),
        listed=listed_as(submission.group, renewal.establishment.corporation)
        if submission.group and Discount.GROUP in changes.to_prove
        else None,
        amounts_without={discount: amounts.get(frozenset({discount})) for discount in Discount},
    )
    return Workbench(
        renewal=renewal,
        submission=submission,
        claims=claims_seen(known),
        amounts=amounts,
        amount_before=_amount_before(applied, schedule),
        open_points=_open_points(renewal, submission, applied, schedule),
        returned_version=before.version if before else None,
        mended=mended(before, submission) if before else (),
        changed_since_seen=_since(submissions.get(seen or 0), submission),
    )


def may_decide(renewal: Renewal, user: User, now: datetime) -> bool:
    """Whether ``user`` holds the case: a reviewer's lease that has not run out."""
    return (
        renewal.status == Status.SUBMITTED
        and renewal.reviewer_id == user.pk
        and renewal.leased_until is not None
        and renewal.leased_until > now
    )


def amounts_by_refusal(
    submission: Submission, schedule: FeeSchedule | None
) -> dict[frozenset[Discount], int | None]:
    """The fee in yen for each set of claims that might not apply."""
    claimed = [discount for discount in Discount if submission.claims(discount)]
    sets = [frozenset(), *(frozenset({discount}) for discount in claimed), frozenset(claimed)]
    return {
        refused: amount_under(
            schedule,
            sme=submission.sme and Discount.SME not in refused,
            in_group=submission.group_id is not None and Discount.GROUP not in refused,
        )
        for refused in sets
    }


def _submissions(renewal: Renewal) -> tuple[dict[int, Submission], list[Submission]]:
    """The versions of this answer, and the approved changes of earlier seasons, newest first, all with their files."""
    approved_before = Q(
        renewal__establishment=renewal.establishment_id,
        renewal__campaign__fiscal_year__lt=renewal.campaign.fiscal_year,
        renewal__status=Status.APPROVED,
        intent=Intent.CHANGED,
        version=F("renewal__version"),
    )
    found = list(
        Submission.objects.filter(Q(renewal=renewal) | approved_before)
        .select_related("group", "sme_evidence", "group_evidence", "submitted_by", "renewal__fixed_fee")
        .order_by("-renewal__campaign__fiscal_year", "version")
    )
    versions = {submission.version: submission for submission in found if submission.renewal_id == renewal.pk}
    earlier = [submission for submission in found if submission.renewal_id != renewal.pk]
    _load_files(found, renewal)
    return versions, earlier


def _load_files(submissions: Sequence[Submission], renewal: Renewal) -> None:
    """The parts and files of all their evidence, in one query."""
    evidence = [
        held
        for submission in submissions
        for held in (submission.sme_evidence, submission.group_evidence)
        if held is not None
    ]
    for held in evidence:
        held.establishment = renewal.establishment
    parts = Prefetch("parts", EvidencePart.objects.select_related("file").order_by("position"))
    prefetch_related_objects(evidence, parts)


def _returned(renewal: Renewal) -> list[DecisionItem]:
    """What the last return of an earlier version asked to mend."""
    items = list(
        DecisionItem.objects.filter(
            decision__renewal=renewal,
            decision__outcome=Outcome.RETURNED,
            decision__undone_at__isnull=True,
            decision__version__lt=renewal.version,
        )
        .select_related("decision")
        .order_by("-decision__version", "pk")
    )
    return [item for item in items if item.decision.version == items[0].decision.version]


def _same_files(submission: Submission) -> list[SameFile]:
    return [
        same
        for evidence in (submission.sme_evidence, submission.group_evidence)
        if evidence
        for same in same_files_elsewhere(evidence)
    ]


def _last_proofs(earlier: Iterable[Submission]) -> dict[Discount, Evidence]:
    """What proved each discount when it was last found to apply."""
    found: dict[Discount, Evidence] = {}
    for submission in earlier:
        fee = submission.renewal.fixed_fee
        applied = {Discount.SME: fee and fee.sme, Discount.GROUP: fee and fee.in_group}
        for discount in Discount:
            evidence = submission.evidence_of(discount)
            if evidence is not None and applied[discount]:
                found.setdefault(discount, evidence)
    return found


def _amount_before(applied: AppliedDiscounts | None, schedule: FeeSchedule | None) -> int | None:
    return amount_under(
        schedule,
        sme=applied is not None and applied.sme,
        in_group=applied is not None and applied.group_id is not None,
    )


def _open_points(
    renewal: Renewal, submission: Submission, applied: AppliedDiscounts | None, schedule: FeeSchedule | None
) -> tuple[str, ...]:
    candidate = as_candidate(renewal, submission=submission, applied=applied, schedule=schedule)
    return open_points(candidate, reviewer_id=candidate.reviewer_id or 0)


def _since(before: Submission | None, submission: Submission) -> list[str]:
    if before is None or before.version == submission.version:
        return []
    return mended(before, submission) or ["申請はやり直されましたが、内容は同じです。"]
