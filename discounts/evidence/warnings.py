"""Warnings about the papers of a claim, shown to the member before it submits and to the reviewer beside the page.

They inform and stop nothing: a scan may be right where the reader is wrong. A missing paper is a hard rule and stands
elsewhere. What the reader did not find raises no warning, except where the text layer or the name itself is missing.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models

from discounts.eligibility import CAPITAL_LIMIT, EMPLOYEE_LIMIT, REGISTRY_MONTHS
from discounts.evidence.reading import PaperReading, Reading
from discounts.papers import Paper, SmeMethod

MONTHS_OF_A_STATEMENT = 18  # a year until the next closes, and half a year to settle it
COMPANIONS = (Paper.LABOUR, Paper.INCOME_TAX)


class Code(models.TextChoices):
    """What a warning is about. The labels are its heading."""

    NO_TEXT = "no_text", "文字を読み取れないページ"
    FORM5_ALONE = "form5_alone", "様式5のみ"
    COMPANION_ALONE = "companion_alone", "様式5がない"
    REGISTRY_TOO_OLD = "registry_too_old", "発行から3か月を超えた証明書"
    ISSUED_IN_FUTURE = "issued_in_future", "先の日付の書類"
    ABOVE_BOTH_LIMITS = "above_both_limits", "資本金も従業員数も上限超"
    CAPITAL_ABOVE_LIMIT = "capital_above_limit", "資本金が上限超"
    HEADCOUNT_ABOVE_LIMIT = "headcount_above_limit", "従業員数が上限超"
    CERTIFICATE_EXPIRED = "certificate_expired", "有効期限切れ"
    NAME_NOT_FOUND = "name_not_found", "法人名が見当たらない"
    OTHER_PAPER = "other_paper", "選ばれた書類と違う書類"
    PAPER_NOT_SEEN = "paper_not_seen", "書類名を確かめられない"
    STATEMENT_TOO_OLD = "statement_too_old", "古い決算書"


@dataclass(frozen=True)
class Place:
    """Where: ``file`` and ``page`` count from 1, ``page`` within its file; ``paper`` as the portal reads it."""

    file: int
    page: int
    paper: Paper | None


@dataclass(frozen=True)
class EvidenceWarning:
    """One warning: what was found and what to do, as a Japanese sentence for the member."""

    code: Code
    place: Place
    sentence: str


@dataclass(frozen=True)
class _Placed:
    file: int
    reading: PaperReading

    @property
    def title(self) -> str:
        return str(self.reading.paper.label) if self.reading.paper else "書類"

    def place(self, page: int | None = None) -> Place:
        return Place(self.file, page or self.reading.page, self.reading.paper)


def warnings_for(
    readings: Sequence[Reading],
    *,
    claim: SmeMethod | None,
    company_names: Collection[str],
    submitted_on: date,
    papers_named: Sequence[Collection[Paper]],
) -> tuple[EvidenceWarning, ...]:
    """The warnings of one claim, in the order of its files.

    ``readings``: one per file of the claim. ``claim``: the method of a claim on the SME discount, None for a claim on
    the group discount. ``company_names``: names any of which will do (corporation, establishment). ``papers_named``:
    for each file what the member says is in it, empty where it said nothing.
    Raises ``ValueError`` where ``papers_named`` is not as long as ``readings``.
    """
    placed = [
        _Placed(file, paper) for file, reading in enumerate(readings, start=1) for paper in reading.papers
    ]
    found = [
        *_without_text(placed),
        *_other_than_named(readings, papers_named),
        *(_form5_and_companion(placed, readings, papers_named) if claim is SmeMethod.HEADCOUNT else ()),
        *(_above_limits(placed) if claim else ()),
        *(warning for each in placed for warning in _of_one_paper(each, company_names, submitted_on)),
    ]
    return tuple(sorted(found, key=lambda warning: (warning.place.file, warning.place.page)))


def earliest_issue(submitted_on: date) -> date:
    """The earliest day of issue of a registry certificate that is 「発行日より3か月以内」 on ``submitted_on``.

    Three calendar months back (domain §2; months are counted by the calendar, Civil Code arts. 140 and 143). Where
    that month has no such day, its last day: for 31 May the end of February.
    """
    return _months_before(submitted_on, REGISTRY_MONTHS)


def earliest_closing(submitted_on: date) -> date:
    """The earliest closing day of a 「直近の」 statement on ``submitted_on``; days as in ``earliest_issue``."""
    return _months_before(submitted_on, MONTHS_OF_A_STATEMENT)


def _months_before(day: date, months: int) -> date:
    year, month0 = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def _without_text(placed: Iterable[_Placed]) -> Iterator[EvidenceWarning]:
    for each in placed:
        for page in each.reading.pages:
            if not page.has_text:
                yield EvidenceWarning(
                    Code.NO_TEXT,
                    each.place(page.page),
                    f"{page.page}ページ目は画像のため、内容を自動で確認できません。"
                    "事務局の担当者が目で確認しますので、文字がはっきり読めることをお確かめください。",
                )


def _other_than_named(
    readings: Sequence[Reading], papers_named: Sequence[Collection[Paper]]
) -> Iterator[EvidenceWarning]:
    for file, (reading, named) in enumerate(zip(readings, papers_named, strict=True), start=1):
        if not named:
            continue
        others = [each for each in reading.papers if each.paper and each.paper not in named]
        yield from (_other_paper(_Placed(file, other), named) for other in others)
        if reading.has_text:
            seen = {each.paper for each in reading.papers}
            unseen = [paper for paper in Paper if paper in named and paper not in seen]
            # As many others as unseen: the others are what was named, by another name, and said so above.
            for paper in unseen[len(others) :]:
                yield _paper_not_seen(file, paper)


def _other_paper(other: _Placed, named: Collection[Paper]) -> EvidenceWarning:
    said = "".join(f"「{paper.label}」" for paper in Paper if paper in named)
    return EvidenceWarning(
        Code.OTHER_PAPER,
        other.place(),
        f"{said}として選ばれていますが、{other.reading.page}ページ目は「{other.title}」のようです。"
        "ファイルか書類の種類を選び直してください。",
    )


def _paper_not_seen(file: int, paper: Paper) -> EvidenceWarning:
    return EvidenceWarning(
        Code.PAPER_NOT_SEEN,
        Place(file, 1, paper),
        f"「{paper.label}」として選ばれていますが、書類名を読み取れませんでした。"
        "この書類で間違いがないか、お確かめください。",
    )


def _form5_and_companion(
    placed: Sequence[_Placed], readings: Sequence[Reading], papers_named: Sequence[Collection[Paper]]
) -> Iterator[EvidenceWarning]:
    present = _present(readings, papers_named)
    form5 = [each for each in placed if each.reading.paper is Paper.FORM5]
    companions = [each for each in placed if each.reading.paper in COMPANIONS]
    if form5 and not present.intersection(COMPANIONS):
        either = "または".join(f"「{paper.label}」" for paper in COMPANIONS)
        yield EvidenceWarning(
            Code.FORM5_ALONE,
            form5[0].place(),
            f"様式5だけが見つかりました。様式5だけでは割引を受けられません。{either}を一緒に提出してください。",
        )
    if companions and Paper.FORM5 not in present:
        yield EvidenceWarning(
            Code.COMPANION_ALONE,
            companions[0].place(),
            f"「{companions[0].title}」は見つかりましたが、「{Paper.FORM5.label}」が見つかりません。"
            "様式5を一緒に提出してください。",
        )


def _present(readings: Sequence[Reading], papers_named: Sequence[Collection[Paper]]) -> set[Paper]:
    """The papers that were read, and, of a file with pages that could not be told, those that the member names."""
    present: set[Paper] = set()
    for reading, named in zip(readings, papers_named, strict=True):
        read = {each.paper for each in reading.papers}
        present.update(paper for paper in read if paper)
        if None in read:
            present.update(named)
    return present


def _above_limits(placed: Sequence[_Placed]) -> Iterator[EvidenceWarning]:
    """Either capital or headcount within its limit suffices, and of several figures the smallest."""
    capitals = [
        (each.reading.capital, each)
        for each in placed
        if each.reading.paper and each.reading.capital is not None
    ]
    headcounts = [
        (each.reading.headcount, each)
        for each in placed
        if each.reading.paper and each.reading.headcount is not None
    ]
    capital, at_capital = min(capitals, key=lambda each: each[0], default=(0, None))
    headcount, at_headcount = min(headcounts, key=lambda each: each[0], default=(0, None))
    above_capital, above_headcount = capital > CAPITAL_LIMIT, headcount > EMPLOYEE_LIMIT
    if above_capital and above_headcount and at_capital:
        yield EvidenceWarning(
            Code.ABOVE_BOTH_LIMITS,
            at_capital.place(),
            f"資本金（{capital:,}円）が{CAPITAL_LIMIT:,}円を、従業員数（{headcount:,}人）が{EMPLOYEE_LIMIT}人を"
            "超えているため、中小企業割引の対象にならないようです。数字をお確かめください。",
        )
    elif above_capital and at_capital and not at_headcount:
        yield EvidenceWarning(
            Code.CAPITAL_ABOVE_LIMIT,
            at_capital.place(),
            f"資本金（{capital:,}円）が{CAPITAL_LIMIT:,}円を超えています。"
            f"常時使用する従業員が{EMPLOYEE_LIMIT}人以下のときは、「{SmeMethod.HEADCOUNT.label}」をお選びください。",
        )
    elif above_headcount and at_headcount and not at_capital:
        yield EvidenceWarning(
            Code.HEADCOUNT_ABOVE_LIMIT,
            at_headcount.place(),
            f"従業員数（{headcount:,}人）が{EMPLOYEE_LIMIT}人を超えています。"
            f"会社で資本金が{CAPITAL_LIMIT:,}円以下のときは、「{SmeMethod.CAPITAL.label}」をお選びください。",
        )


def _of_one_paper(
    placed: _Placed, company_names: Collection[str], submitted_on: date
) -> Iterator[EvidenceWarning]:
    reading = placed.reading
    if not reading.has_text:
        return
    yield from _days_of_issue(placed, submitted_on)
    if reading.paper is Paper.CERTIFICATE and reading.expires_on and reading.expires_on < submitted_on:
        yield EvidenceWarning(
            Code.CERTIFICATE_EXPIRED,
            placed.place(_page_of(placed, "expires_on", reading.expires_on)),
            f"会員証の有効期限（{_written(reading.expires_on)}）が切れています。"
            "団体から新しい会員証を受け取り、差し替えてください。",
        )
    if (
        reading.paper is Paper.STATEMENT
        and reading.period
        and reading.period.end < earliest_closing(submitted_on)
    ):
        yield EvidenceWarning(
            Code.STATEMENT_TOO_OLD,
            placed.place(_page_of(placed, "period", reading.period)),
            f"決算期の末日が{_written(reading.period.end)}の決算書です。直近の決算書をお持ちでしたら、差し替えてください。",
        )
    if reading.paper and company_names and not any(reading.mentions(name) for name in company_names):
        yield _name_not_found(placed, company_names)


def _days_of_issue(placed: _Placed, submitted_on: date) -> Iterator[EvidenceWarning]:
    issued_on = placed.reading.issued_on
    if issued_on is None:
        return
    place = placed.place(_page_of(placed, "issued_on", issued_on))
    if issued_on > submitted_on and placed.reading.paper:
        yield EvidenceWarning(
            Code.ISSUED_IN_FUTURE,
            place,
            f"「{placed.title}」の日付（{_written(issued_on)}）が提出日より先になっています。"
            "日付をお確かめください。",
        )
    if placed.reading.paper is Paper.REGISTRY and issued_on < earliest_issue(submitted_on):
        yield EvidenceWarning(
            Code.REGISTRY_TOO_OLD,
            place,
            f"履歴事項全部証明書の発行日（{_written(issued_on)}）から3か月を超えています。"
            f"{_written(earliest_issue(submitted_on))}以降に発行されたものに差し替えてください。",
        )


def _name_not_found(placed: _Placed, company_names: Collection[str]) -> EvidenceWarning:
    company = next(iter(company_names))
    shown = "、".join(placed.reading.names[:3])
    instead = f"読み取れた名称は「{shown}」です。" if shown else ""
    return EvidenceWarning(
        Code.NAME_NOT_FOUND,
        placed.place(),
        f"「{placed.title}」に「{company}」の名称が見当たりません。{instead}"
        "御社の書類で間違いがないか、お確かめください。",
    )


def _page_of(placed: _Placed, name: str, value: object) -> int:
    return next(page.page for page in placed.reading.pages if getattr(page, name) == value)


def _written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
