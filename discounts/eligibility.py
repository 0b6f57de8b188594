"""Who is small or medium, and until when a paper is good: values in, an answer out."""

from calendar import monthrange
from datetime import date, timedelta

CAPITAL_LIMIT = 300_000_000
"""Yen, the limit itself included."""
EMPLOYEE_LIMIT = 300
"""Regular employees (常時使用する従業員), the limit itself included."""
REGISTRY_MONTHS = 3
"""Months for which a 履歴事項全部証明書 is good after its issue."""


def is_small_or_medium(
    *, capital: int | None, employees: int | None, sole_proprietor: bool = False
) -> bool | None:
    """Whether a member is small or medium: ``capital`` of at most 300,000,000 yen or at most 300 regular
    ``employees``. Either suffices, so one that is not known (None) matters only where the other is above its limit:
    the answer is then None, cannot be told. A sole proprietor has no capital: only its employees count.

    Always the manufacturing row (製造業) of 中小企業基本法, article 2, also for a staffing company (JAIM's questions
    and answers, 2-4-5; manual, P.13 to P.15). Raises ``ValueError`` for a negative figure.
    """
    if min(capital or 0, employees or 0) < 0:
        raise ValueError("capital and employees are never negative")
    figures = [] if sole_proprietor else [_within(capital, CAPITAL_LIMIT)]
    figures.append(_within(employees, EMPLOYEE_LIMIT))
    if True in figures:
        return True
    return None if None in figures else False


def is_certificate_good(*, valid_until: date, submitted_on: date) -> bool:
    """Whether a 会員証 is good: on the day of submission, its last day included. That it expires before the next
    fiscal year begins does not matter (domain: section 2; manual, Q6)."""
    return submitted_on <= valid_until


def is_registry_recent(*, issued_on: date, submitted_on: date) -> bool:
    """Whether a 履歴事項全部証明書 was issued within the 3 months before the submission (manual, P.14)."""
    return issued_on <= submitted_on <= registry_good_until(issued_on)


def registry_good_until(issued_on: date) -> date:
    """The last day of the 3 months after the issue, counted as the Civil Code does (articles 140 and 143): from the
    next day on, to the day before the one that corresponds to it, or to the month's end where it has no such day.
    Issued on 30 November: good until 28 February; issued on 28 February: until 31 May."""
    first = issued_on + timedelta(days=1)
    month_index = first.year * 12 + (first.month - 1) + REGISTRY_MONTHS
    year, month = month_index // 12, month_index % 12 + 1
    days = monthrange(year, month)[1]
    return date(year, month, days) if first.day > days else date(year, month, first.day) - timedelta(days=1)


def _within(figure: int | None, limit: int) -> bool | None:
    return None if figure is None else figure <= limit
