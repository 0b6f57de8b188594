"""What the reader found in a file beside what the member says and what the rules ask. Values in, values out."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from discounts.eligibility import CAPITAL_LIMIT, EMPLOYEE_LIMIT
from discounts.evidence.days import FiscalPeriod
from discounts.evidence.reading import PaperReading, Reading
from discounts.evidence.warnings import earliest_issue
from discounts.papers import Paper
from fiscal_calendar.japanese import format_day

NOT_READ = "読み取れません"
OF_HEADCOUNT = (Paper.FORM5, Paper.LABOUR, Paper.INCOME_TAX)


@dataclass(frozen=True)
class Expected:
    """What a file should say: ``papers`` as the member names them, ``names`` of the company, the one to show first, the
    last day of the certificate that it entered, and the day of the submission."""

    papers: Collection[Paper]
    names: tuple[str, ...]
    valid_until: date | None
    submitted_on: date


@dataclass(frozen=True)
class Compared:
    """One line: what was ``said`` or is asked for, what was ``read``. ``fits`` is None where nothing can be told."""

    item: str
    said: str
    read: str
    fits: bool | None

    @property
    def doubt(self) -> bool:
        return self.fits is False


@dataclass(frozen=True)
class PaperCompared:
    """One paper in a file; ``pages`` counts within the file."""

    title: str
    pages: str
    has_text: bool
    lines: tuple[Compared, ...]


def compare(reading: Reading, expected: Expected) -> tuple[PaperCompared, ...]:
    """Each paper that was found in a file, line by line beside what was expected."""
    return tuple(
        PaperCompared(
            title=str(paper.paper.label) if paper.paper else "書類名を読み取れないページ",
            pages=_pages(paper),
            has_text=paper.has_text,
            lines=tuple(_lines(paper, expected)) if paper.has_text else (),
        )
        for paper in reading.papers
    )


def _lines(paper: PaperReading, expected: Expected) -> Iterator[Compared]:
    yield _title(paper, expected)
    yield _name(paper, expected)
    if paper.paper is Paper.REGISTRY or paper.issued_on:
        yield _issue(paper, expected)
    if paper.paper in (Paper.REGISTRY, Paper.STATEMENT) or paper.capital is not None:
        yield _figure("資本金", paper.capital, CAPITAL_LIMIT, "円")
    if paper.paper in OF_HEADCOUNT or paper.headcount is not None:
        yield _figure("従業員数", paper.headcount, EMPLOYEE_LIMIT, "人")
    if paper.paper is Paper.STATEMENT or paper.period:
        yield Compared("決算期間", "直近のもの", _period(paper.period), None)
    if paper.paper is Paper.CERTIFICATE or paper.expires_on:
        yield _expiry(paper, expected)


def _title(paper: PaperReading, expected: Expected) -> Compared:
    said = "、".join(str(named.label) for named in expected.papers) or "指定なし"
    read = str(paper.paper.label) if paper.paper else NOT_READ
    fits = paper.paper in expected.papers if paper.paper and expected.papers else None
    return Compared("書類", said, read, fits)


def _name(paper: PaperReading, expected: Expected) -> Compared:
    found = any(paper.mentions(name) for name in expected.names)
    others = f"（{'、'.join(paper.names[:2])}）" if paper.names and not found else ""
    read = "見つかりました" if found else f"見つかりません{others}"
    return Compared("法人名", expected.names[0] if expected.names else "—", read, found)


def _issue(paper: PaperReading, expected: Expected) -> Compared:
    day = paper.issued_on
    if paper.paper is not Paper.REGISTRY:
        return Compared("発行日", "—", format_day(day) if day else NOT_READ, None)
    earliest = earliest_issue(expected.submitted_on)
    fits = None if day is None else earliest <= day <= expected.submitted_on
    return Compared("発行日", f"{format_day(earliest)}以降", format_day(day) if day else NOT_READ, fits)


def _figure(item: str, read: int | None, limit: int, unit: str) -> Compared:
    fits = None if read is None else read <= limit
    return Compared(item, f"{limit:,}{unit}以下", NOT_READ if read is None else f"{read:,}{unit}", fits)


def _expiry(paper: PaperReading, expected: Expected) -> Compared:
    said, read = expected.valid_until, paper.expires_on
    fits = None if read is None else read >= expected.submitted_on and said in (None, read)
    return Compared(
        "有効期限", format_day(said) if said else "入力なし", format_day(read) if read else NOT_READ, fits
    )


def _period(period: FiscalPeriod | None) -> str:
    if period is None:
        return NOT_READ
    return f"{format_day(period.start) if period.start else ''}から{format_day(period.end)}まで"


def _pages(paper: PaperReading) -> str:
    first, last = paper.pages[0].page, paper.pages[-1].page
    return f"{first}ページ" if first == last else f"{first}〜{last}ページ"
