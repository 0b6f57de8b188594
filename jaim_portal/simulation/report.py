"""The result of a simulation, for the operator. The same seed gives the same text, to the letter."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fiscal_calendar.fiscal_year import FiscalYear
from fiscal_calendar.japanese import format_day
from jaim_portal.simulation.book import Book
from jaim_portal.simulation.config import Config
from jaim_portal.simulation.season import Season

MOST_FINDINGS = 5
Counts = Mapping[str, int]


@dataclass(frozen=True)
class Report:
    """``steps`` and ``refusals`` count what was tried and what was refused, as it was meant to be."""

    config: Config
    season: Season
    stories: Counts
    steps: Counts
    refusals: Counts
    sent: Counts
    withheld: Counts
    superseded: int
    refused_deliveries: int
    states: Counts
    fee_total: int
    books: Sequence[Book]

    @property
    def wrong(self) -> list[Book]:
        return [book for book in self.books if not book.is_right]

    @property
    def is_right(self) -> bool:
        return not self.wrong

    def lines(self) -> Iterator[str]:
        yield f"{FiscalYear(self.config.fiscal_year).label}の更新手続の模擬実行"
        yield f"会員{self.config.members:,}事業所、乱数の種{self.config.seed}"
        yield ""
        yield from self._season_lines()
        yield from _table("会員の行動", self.stories)
        yield from _table("操作", self.steps)
        yield from _table("断った操作（断るのが正しいもの）", self.refusals)
        yield from _table("届いたメール", self.sent)
        yield from _table("送らなかったメール（理由がなくなった）", self.withheld)
        yield (
            f"■ 送信の遅れ：あとのお知らせにまとめた{self.superseded:,}通、"
            f"一時的に断られた{self.refused_deliveries:,}回"
        )
        yield ""
        yield from _table("最後の状態", self.states)
        yield f"■ 確定した次年度の年会費：合計{self.fee_total:,}円"
        yield ""
        yield "■ 帳簿の検査"
        for book in self.books:
            yield from _book_lines(book)
        yield ""
        yield "すべての帳簿が合いました。" if self.is_right else "帳簿が合いません。"

    def _season_lines(self) -> Iterator[str]:
        season = self.season
        yield "■ 日程"
        yield f"  受付開始　{format_day(season.calendar.opens_on)}（開始処理は途中で中断し、再開）"
        yield f"  締切日　　{format_day(season.deadline)}（当初は{format_day(season.calendar.deadline)}）"
        yield f"  締切の変更{format_day(season.moved_at.date())}"
        off = season.skipped | season.dark
        yield f"  日次処理　動かなかった日{len(off)}日、2回動いた日{len(season.doubled.keys() - off)}日"
        yield ""


def _table(title: str, counts: Counts) -> Iterator[str]:
    yield f"■ {title}"
    for name, count in counts.items():
        yield f"  {count:>8,}　{name}"
    yield ""


def _book_lines(book: Book) -> Iterator[str]:
    yield f"  {'○' if book.is_right else '×'} {book.title}（{book.checked:,}件）"
    for finding in book.findings[:MOST_FINDINGS]:
        yield f"      {finding}"
    if len(book.findings) > MOST_FINDINGS:
        yield f"      ほか{len(book.findings) - MOST_FINDINGS:,}件"


def largest_first(counts: Counter[str]) -> dict[str, int]:
    """By count, then by name: an order that does not hang on how the counting went."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
