"""The capital and the headcount that a page states, found beside their labels.

A value stands on its label's line, in the block of values below a block of labels (what a table becomes in a text
layer), on the line above, or, where words are broken over lines, a few characters further in the flow.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from discounts.evidence.legible import Legible, compact
from discounts.evidence.numerals import Found, bare_numbers_in, people_in, yen_in

_CAPITAL = re.compile(
    r"資本金(?!等|準備|剰余|増加)(?:の額)?(?:(?:又は|または|及び|・)?出資(?:金|の総額)(?:の額)?)?|出資の総額|出資金(?:の額)?"
)
_HEADCOUNTS = tuple(
    re.compile(label)
    for label in (
        r"常時使用(?:する|している)?(?:従業員|労働者)の?(?:総?数|人数)?",
        r"(?:常用)?(?:従業員|労働者)の?(?:総?数|人数)(?!の?証明)",
        r"人員",
    )
)
# A row of the income-tax statement: code, day of payment, 人員, 支給額.
_SALARIES = re.compile(
    r"俸給.?給料等?(?:\(?01\)?)?\s?(?:[0-9]{1,2}\s[0-9]{1,2}\s[0-9]{1,2}\s)?([0-9]{1,5})\s[0-9]{1,3}(?:,[0-9]{3})+"
)
_UNIT = re.compile(r"単位[::は]?(百万|千|万)?円")
_SCALES = {"": 1, "千": 1_000, "万": 10_000, "百万": 1_000_000}
_NEXT_ITEM_OF_A_REGISTER = re.compile("発行|株式|役員|目的|取締役|本店|公告|成立|会社|支店|登記記録|記録した")
_LINES_OF_A_HISTORY = 12
_NEAR = 8  # characters without a number between a label and its value in the flow
_TOTAL = re.compile(r"(?:合計|総数|総計|計)[::]?$")
_REST_OF_A_LINE = 120  # characters after a label that may hold its value
_MOST_LABELS = 40  # on a page; more of them are rubble
_LARGEST = 10**15  # yen; beyond it rubble was read
_MOST_PEOPLE = 10**7

Values = Callable[[str], list[Found]]


def capital(page: Legible) -> int | None:
    """資本金 in yen, as a statement shows it; a number without 円 counts in the unit that the page states."""
    return next((value for value in _beside(page, _CAPITAL, _yen_of(page)) if 0 < value < _LARGEST), None)


def registered_capital(page: Legible) -> int | None:
    """資本金の額 in yen, as the register holds it now: it lists former amounts first, the one in force last."""
    for index, line in enumerate(page.lines):
        words = compact(line)
        if label := _CAPITAL.search(words):
            history = [words[label.end() :]]
            for below in map(compact, page.lines[index + 1 : index + 1 + _LINES_OF_A_HISTORY]):
                if _NEXT_ITEM_OF_A_REGISTER.search(below):
                    break
                history.append(below)
            if amounts := [found.number for text in history for found in yen_in(text)]:
                return amounts[-1]
    return capital(page)


def headcount(page: Legible) -> int | None:
    """Regular employees; the definition's 300人以下 is no headcount."""
    for label in _HEADCOUNTS:
        for value in _beside(page, label, _people):
            if 0 <= value < _MOST_PEOPLE:
                return value
    salaries = _SALARIES.search(page.flow)
    return int(salaries[1]) if salaries else None


def _yen_of(page: Legible) -> Values:
    unit = _UNIT.search(page.flow)
    scale = _SCALES[unit[1] or ""] if unit else None

    def values(text: str) -> list[Found]:
        written = list(yen_in(text))
        if written:
            return written
        return [
            Found(found.number * (scale or 1), found.start, found.end)
            for found in bare_numbers_in(text)
            if scale or "," in text[found.start : found.end]
        ]

    return values


def _people(text: str) -> list[Found]:
    counted = list(people_in(text))
    if not counted:
        return [found for found in bare_numbers_in(text) if found.start <= 1]
    totals = [found for found in counted if _TOTAL.search(text[: found.start])]
    return totals or counted


def _beside(page: Legible, label: re.Pattern[str], values: Values) -> Iterator[int]:
    lines = [compact(line) for line in page.lines]
    labels = ((index, found) for index, line in enumerate(lines) for found in label.finditer(line))
    for index, found in islice(labels, _MOST_LABELS):
        line = lines[index]
        following = line[found.end() : found.end() + _REST_OF_A_LINE]
        yield from (value.number for value in values(following)[:1])
        if not re.search("[0-9]", following):
            yield from _in_the_block_below(lines, index, values)
        if index and not re.search("[0-9]", line):
            yield from _alone(lines[index - 1], values)
    for found in islice(label.finditer(page.flow), _MOST_LABELS):
        following = page.flow[found.end() : found.end() + _REST_OF_A_LINE]
        yield from (value.number for value in values(following) if value.start <= _NEAR)


def _in_the_block_below(lines: Sequence[str], index: int, values: Values) -> Iterator[int]:
    """The label's value where labels stand in one block and their values, in the same order, in the next."""
    last_label = index
    while (
        last_label + 1 < len(lines)
        and last_label - index < 30
        and not list(_alone(lines[last_label + 1], values))
    ):
        if re.search("[0-9]", lines[last_label + 1]):
            return
        last_label += 1
    block: list[int] = []
    for line in lines[last_label + 1 :]:
        alone = list(_alone(line, values))
        if not alone:
            break
        block += alone
    place = len(block) - 1 - (last_label - index)
    if place >= 0:
        yield block[place]


def _alone(line: str, values: Values) -> Iterator[int]:
    """The value of a line that holds nothing else."""
    found = list(values(line))
    if found and found[0].start <= 1 and len(line) - found[0].end <= 1:
        yield found[0].number
