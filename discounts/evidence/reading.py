"""Reading the papers of a claim: what each page is and what it says. Pure: text in, values out.

Start with ``read``. What was not found is None and never guessed: warnings are built on what is there, and a person
looks at the rest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from discounts.evidence.days import FiscalPeriod, expires_on, fiscal_period, issued_on
from discounts.evidence.figures import capital, headcount, registered_capital
from discounts.evidence.legible import Legible, legible
from discounts.evidence.names import mentions, names_on
from discounts.evidence.titles import paper_of
from discounts.papers import Paper
from members.member_list.corporations import plain_name

_WITH_CAPITAL = {Paper.REGISTRY, Paper.STATEMENT, None}
_WITH_HEADCOUNT = {Paper.FORM5, Paper.LABOUR, Paper.INCOME_TAX, None}
_WITH_EXPIRY = {Paper.CERTIFICATE, Paper.DUES, None}
_WITH_PERIOD = {Paper.STATEMENT, None}
# The period of a statement and the year of insurance are no days of issue.
_WITH_ISSUE = {Paper.REGISTRY, Paper.FORM5, Paper.CERTIFICATE, Paper.DUES, None}


@dataclass(frozen=True)
class PageReading:
    """What one page says. ``page`` counts from 1; ``capital`` in yen; ``headcount`` in people.

    ``paper`` is what the page is, or belongs to where it has no title of its own (``titled`` False); None for a page
    before any title. ``plain`` is its text as company names are compared.
    """

    page: int
    has_text: bool
    paper: Paper | None = None
    titled: bool = False
    names: tuple[str, ...] = ()
    issued_on: date | None = None
    expires_on: date | None = None
    capital: int | None = None
    headcount: int | None = None
    period: FiscalPeriod | None = None
    plain: str = field(default="", repr=False)

    def mentions(self, company: str) -> bool:
        """Whether the page names ``company``, spelled however."""
        return mentions(self.plain, shown=self.names, company=company)


@dataclass(frozen=True)
class PaperReading:
    """What one paper says over its pages: ``page`` is its first."""

    paper: Paper | None
    pages: tuple[PageReading, ...]

    @property
    def page(self) -> int:
        return self.pages[0].page

    @property
    def has_text(self) -> bool:
        return any(page.has_text for page in self.pages)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for page in self.pages for name in page.names))

    @property
    def issued_on(self) -> date | None:
        """The last one: a registry certificate is certified on its last page."""
        return next((page.issued_on for page in reversed(self.pages) if page.issued_on), None)

    @property
    def expires_on(self) -> date | None:
        return next((page.expires_on for page in self.pages if page.expires_on), None)

    @property
    def capital(self) -> int | None:
        return next((page.capital for page in self.pages if page.capital is not None), None)

    @property
    def headcount(self) -> int | None:
        return next((page.headcount for page in self.pages if page.headcount is not None), None)

    @property
    def period(self) -> FiscalPeriod | None:
        return max(
            (page.period for page in self.pages if page.period), key=lambda period: period.end, default=None
        )

    def mentions(self, company: str) -> bool:
        return any(page.mentions(company) for page in self.pages)


@dataclass(frozen=True)
class Reading:
    """What one file says, page by page."""

    pages: tuple[PageReading, ...]

    @property
    def has_text(self) -> bool:
        """Whether every page has a text layer."""
        return all(page.has_text for page in self.pages)

    @property
    def papers(self) -> tuple[PaperReading, ...]:
        """The papers in the file, in its order; pages next to each other of the same paper are one."""
        return tuple(
            PaperReading(paper, tuple(pages))
            for paper, pages in groupby(self.pages, key=lambda page: page.paper)
        )


def read(pages: Sequence[str]) -> Reading:
    """What the text of each page says. Any text is taken; a page without a text layer has ``has_text`` False."""
    return Reading(tuple(_pages(pages)))


def _pages(pages: Sequence[str]) -> Iterator[PageReading]:
    paper: Paper | None = None
    for number, text in enumerate(pages, start=1):
        page = legible(text)
        if not page.is_text:
            # It may be a scan of anything, so what follows belongs to nothing either.
            paper = None
            yield PageReading(number, has_text=False)
            continue
        own = paper_of(page)
        paper = own or paper
        yield _page(number, page, paper, titled=own is not None)


def _page(number: int, page: Legible, paper: Paper | None, *, titled: bool) -> PageReading:
    return PageReading(
        number,
        has_text=True,
        paper=paper,
        titled=titled,
        names=names_on(page.lines),
        issued_on=issued_on(paper, page.flow) if paper in _WITH_ISSUE else None,
        expires_on=expires_on(page.flow) if paper in _WITH_EXPIRY else None,
        capital=_capital(paper, page) if paper in _WITH_CAPITAL else None,
        headcount=headcount(page) if paper in _WITH_HEADCOUNT else None,
        period=fiscal_period(page.flow) if paper in _WITH_PERIOD else None,
        plain=plain_name("".join(page.lines)),
    )


def _capital(paper: Paper | None, page: Legible) -> int | None:
    return registered_capital(page) if paper is Paper.REGISTRY else capital(page)
