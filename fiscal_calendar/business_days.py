"""Bank business days in Japan.

Not a business day: Saturday, Sunday, a national holiday (substitute holidays and the days between two
holidays included), and the banks' closure from 31 December to 3 January (domain: "The renewal season").

**Horizon.** Days from ``KNOWN_FROM`` to ``KNOWN_UNTIL`` can be asked for; beyond, ``HolidaysUnknown`` is
raised instead of a guess. Inside the horizon a future year is what today's law makes of it:

- The days of 春分の日 and 秋分の日 become official only when the official gazette publishes them, in the
  February of the year before. Until then they are astronomical predictions.
- A new law (an enthronement, the Olympics) can move or add a holiday at short notice. The ``holidays``
  package learns of it in a release: keep it current before a season is opened.

A season's own dates lie between 15 January and early March, where no equinox falls.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import islice

from holidays import BANK, PUBLIC
from holidays.countries.japan import Japan

KNOWN_FROM = date(Japan.start_year, 1, 1)
KNOWN_UNTIL = date(Japan.end_year, 12, 31)

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class HolidaysUnknown(ValueError):
    """The day lies beyond the horizon. ``str()`` is Japanese and may be shown to the user."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            f"{year}年の祝日が分からないため、営業日を計算できません。"
            f"計算できるのは{KNOWN_FROM.year}年から{KNOWN_UNTIL.year}年までです。"
        )


def is_business_day(day: date) -> bool:
    """Whether banks work on ``day``. Raises ``HolidaysUnknown`` beyond the horizon."""
    return day not in _holidays_of(day.year) and day.weekday() < _SATURDAY


def next_business_day(day: date) -> date:
    """``day`` itself if it is a business day, otherwise the first one after it.

    Raises ``HolidaysUnknown`` when the answer lies beyond the horizon.
    """
    return nth_business_day(day, 1)


def nth_business_day(day: date, n: int) -> date:
    """The ``n``-th business day from ``day`` on, where ``day`` counts as the first if it is one itself.

    Raises ``ValueError`` for ``n`` below 1, ``HolidaysUnknown`` when the answer lies beyond the horizon.
    """
    if n < 1:
        raise ValueError(f"business days are counted from 1, not from {n}")
    return next(islice(_business_days_from(day), n - 1, None))


def business_days_before(day: date, n: int) -> date:
    """The ``n``-th business day before ``day``, which itself is not counted. Raises ``HolidaysUnknown``."""
    for _ in range(n):
        day -= _ONE_DAY
        while not is_business_day(day):
            day -= _ONE_DAY
    return day


def _business_days_from(day: date) -> Iterator[date]:
    while True:
        if is_business_day(day):
            yield day
        day += _ONE_DAY


@cache
def _holidays_of(year: int) -> frozenset[date]:
    if not KNOWN_FROM.year <= year <= KNOWN_UNTIL.year:
        raise HolidaysUnknown(year)
    return frozenset(Japan(years=year, categories=(PUBLIC, BANK)))
