"""A changed declaration in words: what stays, what changes and what it does to the fee."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from discounts.claims import Change, Terms
from discounts.handed_in import parts_of
from discounts.kinds import Discount
from discounts.models import Evidence, EvidencePart
from discounts.papers import SmeMethod
from fiscal_calendar.japanese import format_day
from renewals.declaration import Declared, applied_this_year, changes_of
from renewals.models import DraftDeclaration, Renewal, Submission
from renewals.status import Intent

NOTHING = "—"


@dataclass(frozen=True)
class Row:
    """One line of the comparison. ``anchor`` is the id on the form where it can be changed, empty where it cannot."""

    label: str
    this_year: str
    next_year: str
    changed: bool
    anchor: str = ""


@dataclass(frozen=True)
class ClaimInWords:
    """What a submission says about one discount: ``papers`` are those that came with it, ``files`` the keys of their
    files, which tell a new file of the same name."""

    discount: Discount
    claimed: bool
    group: str
    method: str
    valid_until: str
    papers: tuple[str, ...]
    files: tuple[int, ...]
    remark: str


def comparison(found: Declared, draft: DraftDeclaration, groups: Mapping[int, str]) -> list[Row]:
    """項目／今年度／次年度／変更 of a draft; ``groups`` names the groups by key."""
    return [*_rows_of_sme(found, draft), *_rows_of_group(found, draft, groups), _row_of_fee(found)]


def fee_sentence(before: int, after: int) -> str:
    """What the change does to the fee; ``before`` is next year's fee in yen if nothing changed."""
    if after == before:
        return f"年会費は、{after:,}円のまま変わりません。"
    cheaper = after < before
    difference = f"{abs(after - before):,}円{'安く' if cheaper else '高く'}なります"
    return f"年会費は、{before:,}円から{after:,}円に変わります（{difference}）。"


def wish(claimed: bool) -> str:
    return "希望する" if claimed else "希望しない"


def papers_of_part(part: EvidencePart) -> str:
    """「履歴事項全部証明書（touki.pdf、2ページ）」"""
    named = "・".join(str(paper.label) for paper in part.papers_named) or "書類名の指定なし"
    return f"{named}（{part.file.name}、{part.file.pages}ページ）"


def papers_in(evidence: Evidence | None) -> tuple[str, ...]:
    """Each file that was handed in, in order."""
    if evidence is None:
        return ()
    return tuple(papers_of_part(part) for part in parts_of(evidence))


def _files_in(evidence: Evidence | None) -> tuple[int, ...]:
    return tuple(part.file_id for part in parts_of(evidence)) if evidence else ()


def claims_in(submission: Submission) -> tuple[ClaimInWords, ...]:
    """Both discounts as a submission declares them."""
    method = SmeMethod(submission.sme_method).label if submission.sme_method else ""
    day = submission.certificate_valid_until
    return (
        ClaimInWords(
            Discount.SME,
            claimed=submission.sme,
            group="",
            method=str(method),
            valid_until="",
            papers=papers_in(submission.sme_evidence),
            files=_files_in(submission.sme_evidence),
            remark=submission.sme_remark,
        ),
        ClaimInWords(
            Discount.GROUP,
            claimed=submission.group is not None,
            group=submission.group.name if submission.group else "",
            method="",
            valid_until=format_day(day) if day else "",
            papers=papers_in(submission.group_evidence),
            files=_files_in(submission.group_evidence),
            remark=submission.group_remark,
        ),
    )


def discounts_in_words(renewal: Renewal, submission: Submission) -> list[str]:
    """「中小企業割引：希望する（新たに希望）」, what a changed continuation says; nothing for any other."""
    if submission.intent != Intent.CHANGED:
        return []
    found = changes_of(submission, applied_this_year(renewal))
    lines = []
    for change, claim in zip((found.sme, found.group), claims_in(submission), strict=True):
        note = "" if change in (Change.UNCLAIMED, Change.GIVEN_UP) else f"（{change.label}）"
        lines.append(f"{claim.discount.label}：{wish(claim.claimed)}{note}")
        if claim.group:
            lines.append(f"所属団体：{claim.group}")
    return lines


def mended(before: Submission, after: Submission) -> list[str]:
    """What a later version says otherwise than the one before it, a sentence each."""
    if before.intent != after.intent:
        return [f"更新意思：{Intent(before.intent).label} → {Intent(after.intent).label}"]
    if after.intent == Intent.WITHDRAW:
        return []
    pairs = zip(claims_in(before), claims_in(after), strict=True)
    return [line for old, new in pairs for line in _differences(old, new)]


def _differences(old: ClaimInWords, new: ClaimInWords) -> Iterator[str]:
    name = str(new.discount.label)
    if old.claimed != new.claimed:
        yield f"{name}：{wish(old.claimed)} → {wish(new.claimed)}"
    for label, before, after in (
        ("所属団体", old.group, new.group),
        ("証明方法", old.method, new.method),
        ("会員証の有効期限", old.valid_until, new.valid_until),
    ):
        if before != after and old.claimed and new.claimed:
            yield f"{name}の{label}：{before or NOTHING} → {after or NOTHING}"
    if (old.papers, old.files) != (new.papers, new.files):
        yield f"{name}の書類：{'、'.join(new.papers) or 'なし'}"
    if old.remark != new.remark:
        yield f"{name}の補足：{new.remark or 'なし'}"


def _rows_of_sme(found: Declared, draft: DraftDeclaration) -> Iterator[Row]:
    before, after = found.this_year.sme, found.next_year.sme
    yield Row(str(Discount.SME.label), wish(before), wish(after), before != after, "sme")
    if Discount.SME in found.changes.to_prove:
        method = str(SmeMethod(draft.sme_method).label) if draft.sme_method else NOTHING
        yield Row("証明方法", NOTHING, method, True, "sme_method")
        yield _row_of_papers(Discount.SME, draft)


def _rows_of_group(found: Declared, draft: DraftDeclaration, groups: Mapping[int, str]) -> Iterator[Row]:
    before, after = found.this_year, found.next_year
    yield Row(
        str(Discount.GROUP.label),
        wish(before.group is not None),
        wish(after.group is not None),
        (before.group is None) != (after.group is None),
        "group",
    )
    if before.group is None and after.group is None:
        return
    yield Row(
        "所属団体",
        _group(before, groups),
        _group(after, groups),
        before.group != after.group,
        "group_list",
    )
    if before.certificate_valid_until or after.certificate_valid_until:
        yield Row(
            "会員証の有効期限",
            _day(before),
            _day(after),
            before.certificate_valid_until != after.certificate_valid_until,
            "valid_until",
        )
    if Discount.GROUP in found.changes.to_prove and draft.group_evidence:
        yield _row_of_papers(Discount.GROUP, draft)


def _row_of_papers(discount: Discount, draft: DraftDeclaration) -> Row:
    files = "、".join(papers_in(draft.evidence_of(discount))) or NOTHING
    return Row("提出する書類", NOTHING, files, True, f"{discount}_papers")


def _row_of_fee(found: Declared) -> Row:
    before, after = found.amount_before, found.amount
    return Row("年会費", f"{before:,}円", f"{after:,}円", before != after)


def _group(terms: Terms, groups: Mapping[int, str]) -> str:
    return NOTHING if terms.group is None else groups[terms.group]


def _day(terms: Terms) -> str:
    return format_day(terms.certificate_valid_until) if terms.certificate_valid_until else NOTHING
