"""Dates as banks' notices write them: YYMMDD, the year counted in a Japanese era that is not named (和暦).

Eras: 昭和 from 1926-12-25, 平成 from 1989-01-08, 令和 from 2019-05-01.
"""

from datetime import date

# First day of each era; its year 1 is the year of that day.
_FIRST_DAYS = (date(1926, 12, 25), date(1989, 1, 8), date(2019, 5, 1))


def era_date(text: str, reference: date) -> date:
    """The day that six digits mean to somebody who reads them on ``reference``: of the eras in which there is such
    a day, the one that puts it nearest. 310430 is 平成31年, the day before 010501, which is 令和元年.

    Raises ``ValueError`` where no era has such a day.
    """
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    found = [
        meant
        for first, following in zip(_FIRST_DAYS, (*_FIRST_DAYS[1:], date.max), strict=True)
        if year and (meant := _day(first.year + year - 1, month, day)) and first <= meant < following
    ]
    if not found:
        raise ValueError(f"{text} is no day of an era")
    return min(found, key=lambda meant: abs(meant - reference))


def era_digits(day: date) -> str:
    """YYMMDD in the era of ``day``. Raises ``ValueError`` before 1926-12-25."""
    first = max((first for first in _FIRST_DAYS if first <= day), default=None)
    if first is None:
        raise ValueError(f"{day} is before the eras known here")
    return f"{day.year - first.year + 1:02d}{day:%m%d}"


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
