"""Each claim of a changed continuation as a reviewer sees it: beside this year, with its papers and what they say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from discounts.claims import Change, Changes
from discounts.evidence.reading import read
from discounts.evidence.warnings import EvidenceWarning
from discounts.handed_in import SameFile, names_of, parts_of, warnings_of
from discounts.kinds import Discount
from discounts.models import AppliedDiscounts, Evidence, EvidencePart, GroupMember
from discounts.papers import SmeMethod
from discounts.requirements import Checklist, ProofOfBelonging, checklist_for
from fiscal_calendar.japanese import format_day
from fiscal_calendar.tokyo import day_of
from renewals.change_summary import NOTHING, wish
from renewals.models import DecisionItem, Submission
from renewals.review.readings import Expected, PaperCompared, compare
from renewals.status import Mark


@dataclass(frozen=True)
class Line:
    """One line of the checklist, and whether the papers that the member names meet it."""

    text: str
    met: bool


@dataclass(frozen=True)
class FileSeen:
    """One file of a claim. ``first_page`` is where it begins in the merged PDF; ``is_new`` since the last return."""

    part: EvidencePart
    place: int
    first_page: int
    papers: tuple[PaperCompared, ...]
    warnings: tuple[EvidenceWarning, ...]
    same_files: tuple[SameFile, ...]
    is_new: bool

    @property
    def last_page(self) -> int:
        return self.first_page + self.part.file.pages - 1

    @property
    def pages(self) -> range:
        return range(self.first_page, self.last_page + 1)


@dataclass(frozen=True)
class ClaimSeen:
    """One discount: what holds this year, what is claimed, and what proves it.

    ``amount_without`` is the fee in yen if this claim does not apply, None where it is not claimed or no rates hold.
    ``listed`` is the entry in the group's own list; ``last_year`` what proved the discount before; ``returned_for``
    what the member was asked to mend.
    """

    discount: Discount
    change: Change
    to_prove: bool
    claimed: bool
    this_year: str
    next_year: str
    details: tuple[tuple[str, str], ...] = ()
    remark: str = ""
    checklist: tuple[Line, ...] = ()
    evidence: Evidence | None = None
    files: tuple[FileSeen, ...] = ()
    last_year: Evidence | None = None
    listed: GroupMember | None = None
    mark: Mark | None = None
    amount_without: int | None = None
    returned_for: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to look at it before it can be approved as declared."""
        return self.to_prove and self.mark != Mark.CONFIRMED

    @property
    def last_year_pages(self) -> range:
        return range(1, self.last_year.pages + 1) if self.last_year else range(0)

    @property
    def warned(self) -> int:
        return sum(len(file.warnings) + len(file.same_files) for file in self.files)


@dataclass(frozen=True)
class Known:
    """What the claims are built from, read beforehand. ``before`` is the version that was returned last."""

    submission: Submission
    applied: AppliedDiscounts | None
    changes: Changes
    before: Submission | None = None
    returned: Sequence[DecisionItem] = ()
    marks: Mapping[Discount, Mark] = field(default_factory=dict)
    same_files: Sequence[SameFile] = ()
    last_year: Mapping[Discount, Evidence] = field(default_factory=dict)
    listed: GroupMember | None = None
    amounts_without: Mapping[Discount, int | None] = field(default_factory=dict)


def claims_seen(known: Known) -> tuple[ClaimSeen, ...]:
    """Both discounts, those to prove first."""
    both = (_claim(known, Discount.SME), _claim(known, Discount.GROUP))
    return tuple(sorted(both, key=lambda claim: not claim.to_prove))


def checklist_of(submission: Submission, discount: Discount) -> Checklist:
    """The papers that this claim had to bring."""
    if discount == Discount.SME:
        return checklist_for(SmeMethod(submission.sme_method)) if submission.sme_method else Checklist()
    return checklist_for(ProofOfBelonging(submission.group.proof)) if submission.group else Checklist()


def _claim(known: Known, discount: Discount) -> ClaimSeen:
    submission = known.submission
    change = known.changes.sme if discount == Discount.SME else known.changes.group
    to_prove = discount in known.changes.to_prove
    evidence = submission.evidence_of(discount)
    files = tuple(_files(known, discount, evidence)) if evidence else ()
    this_year, next_year = _sides(known, discount)
    return ClaimSeen(
        discount=discount,
        change=change,
        to_prove=to_prove,
        claimed=submission.claims(discount),
        this_year=this_year,
        next_year=next_year,
        details=tuple(_details(known, discount)),
        remark=submission.sme_remark if discount == Discount.SME else submission.group_remark,
        checklist=tuple(_checked(submission, discount, files)) if to_prove else (),
        evidence=evidence,
        files=files,
        last_year=known.last_year.get(discount),
        listed=known.listed if discount == Discount.GROUP else None,
        mark=known.marks.get(discount),
        amount_without=known.amounts_without.get(discount),
        returned_for=tuple(item.text for item in known.returned if item.discount == discount),
    )


def _sides(known: Known, discount: Discount) -> tuple[str, str]:
    """This year's value and the one declared."""
    if discount == Discount.SME:
        applied = known.applied is not None and known.applied.sme
        return "適用あり" if applied else "適用なし", wish(known.submission.sme)
    before = known.applied.group if known.applied else None
    after = known.submission.group
    return before.name if before else "適用なし", after.name if after else wish(False)


def _details(known: Known, discount: Discount) -> Iterator[tuple[str, str]]:
    submission = known.submission
    if discount == Discount.SME:
        if submission.sme_method:
            yield "証明方法", str(SmeMethod(submission.sme_method).label)
        return
    if submission.group is None:
        return
    yield "団体が求める証明", str(ProofOfBelonging(submission.group.proof).label)
    before = known.applied.certificate_valid_until if known.applied else None
    after = submission.certificate_valid_until
    if before or after:
        yield "会員証の有効期限", f"今年度 {_day(before)} ／ 申請 {_day(after)}"


def _day(day: date | None) -> str:
    return format_day(day) if day else NOTHING


def _checked(submission: Submission, discount: Discount, files: Sequence[FileSeen]) -> Iterator[Line]:
    named = {paper for file in files for paper in file.part.papers_named}
    for line in checklist_of(submission, discount).lines:
        yield Line(str(line), line.is_met_by(named))


def _files(known: Known, discount: Discount, evidence: Evidence) -> Iterator[FileSeen]:
    submission = known.submission
    submitted_on = day_of(submission.submitted_at)
    claim = SmeMethod(submission.sme_method) if discount == Discount.SME and submission.sme_method else None
    warnings = warnings_of(evidence, claim=claim, submitted_on=submitted_on)
    earlier = _files_before(known.before, discount)
    first_page = 1
    for place, part in enumerate(parts_of(evidence), start=1):
        expected = Expected(
            papers=part.papers_named,
            names=names_of(evidence.establishment),
            valid_until=submission.certificate_valid_until if discount == Discount.GROUP else None,
            submitted_on=submitted_on,
        )
        yield FileSeen(
            part=part,
            place=place,
            first_page=first_page,
            papers=compare(read(part.file.texts), expected),
            warnings=tuple(warning for warning in warnings if warning.place.file == place),
            same_files=tuple(same for same in known.same_files if same.part.pk == part.pk),
            is_new=earlier is not None and part.file_id not in earlier,
        )
        first_page += part.file.pages


def _files_before(before: Submission | None, discount: Discount) -> set[int] | None:
    """The files of the version that was returned; None where nothing was."""
    if before is None:
        return None
    evidence = before.evidence_of(discount)
    return {part.file_id for part in parts_of(evidence)} if evidence else set()
