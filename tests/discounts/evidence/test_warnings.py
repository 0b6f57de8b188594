from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discounts.eligibility import is_registry_recent
from discounts.evidence.days import FiscalPeriod
from discounts.evidence.reading import PageReading, Reading
from discounts.evidence.warnings import Code, Place, earliest_issue, warnings_for
from discounts.papers import Paper, SmeMethod

SUBMITTED = date(2027, 1, 25)
AOBA = "株式会社青葉精機"
BY_CAPITAL, BY_HEADCOUNT, GROUP = SmeMethod.CAPITAL, SmeMethod.HEADCOUNT, None
SCAN = PageReading(1, has_text=False)


def page(paper, **says) -> PageReading:
    return PageReading(1, has_text=True, paper=paper, titled=True, names=(AOBA,), plain="青葉精機", **says)


def file(*pages: PageReading) -> Reading:
    return Reading(tuple(replace(each, page=number) for number, each in enumerate(pages, start=1)))


def warned(*files, claim, named=None, on=SUBMITTED, names=(AOBA,)):
    named = [()] * len(files) if named is None else named
    return warnings_for(files, claim=claim, company_names=names, submitted_on=on, papers_named=named)


def codes(*files, **claim) -> list[Code]:
    return [warning.code for warning in warned(*files, **claim)]


FORM5, LABOUR, INCOME_TAX = page(Paper.FORM5), page(Paper.LABOUR), page(Paper.INCOME_TAX)
REGISTRY, STATEMENT = page(Paper.REGISTRY), page(Paper.STATEMENT)
CERTIFICATE, DUES = page(Paper.CERTIFICATE), page(Paper.DUES)


@pytest.mark.parametrize(
    ("files", "claim"),
    [
        ([file(REGISTRY)], BY_CAPITAL),
        ([file(STATEMENT)], BY_CAPITAL),
        ([file(FORM5, LABOUR)], BY_HEADCOUNT),
        ([file(INCOME_TAX, FORM5)], BY_HEADCOUNT),
        ([file(FORM5), file(LABOUR)], BY_HEADCOUNT),
        ([file(CERTIFICATE)], GROUP),
        ([file(DUES)], GROUP),
        ([], BY_CAPITAL),
    ],
)
def test_good_papers_raise_no_warning(files, claim):
    assert codes(*files, claim=claim) == []


@pytest.mark.parametrize(
    ("files", "named", "expected"),
    [
        ([file(FORM5)], None, [Code.FORM5_ALONE]),
        ([file(FORM5, FORM5)], None, [Code.FORM5_ALONE]),
        ([file(LABOUR)], None, [Code.COMPANION_ALONE]),
        ([file(INCOME_TAX)], None, [Code.COMPANION_ALONE]),
        ([file(LABOUR), file(INCOME_TAX)], None, [Code.COMPANION_ALONE]),
        # A scan that the member says is the other one is for a person to look at.
        ([file(FORM5, SCAN)], [(Paper.FORM5, Paper.LABOUR)], [Code.NO_TEXT]),
        ([file(FORM5), file(SCAN)], [(Paper.FORM5,), (Paper.LABOUR,)], [Code.NO_TEXT]),
        ([file(SCAN), file(LABOUR)], [(Paper.FORM5,), (Paper.LABOUR,)], [Code.NO_TEXT]),
        ([file(FORM5, SCAN)], [(Paper.FORM5,)], [Code.FORM5_ALONE, Code.NO_TEXT]),
        # What a member says of pages that were read does not put a paper there.
        ([file(FORM5)], [(Paper.FORM5, Paper.LABOUR)], [Code.PAPER_NOT_SEEN, Code.FORM5_ALONE]),
    ],
)
def test_form5_and_its_companion_come_together(files, named, expected):
    assert codes(*files, named=named, claim=BY_HEADCOUNT) == expected


def test_form5_alone_matters_to_a_claim_by_headcount_only():
    assert codes(file(FORM5), claim=BY_CAPITAL) == []


@pytest.mark.parametrize(
    ("issued_on", "submitted_on", "old"),
    [
        (date(2026, 10, 25), date(2027, 1, 25), False),
        (date(2026, 10, 24), date(2027, 1, 25), True),
        (date(2026, 10, 25), date(2027, 1, 26), True),
        (date(2026, 10, 26), date(2027, 1, 25), False),
        (date(2026, 12, 10), date(2027, 2, 10), False),
        (date(2026, 11, 10), date(2027, 2, 10), False),
        (date(2026, 11, 9), date(2027, 2, 10), True),
        (date(2027, 2, 28), date(2027, 5, 31), False),
        (date(2027, 2, 27), date(2027, 5, 31), True),
        (date(2028, 2, 29), date(2028, 5, 31), False),
        (date(2028, 2, 28), date(2028, 5, 31), True),
        (date(2026, 11, 30), date(2027, 2, 28), False),
        (date(2026, 11, 30), date(2027, 3, 1), True),
        (date(2026, 11, 28), date(2027, 2, 28), False),
        (date(2026, 11, 27), date(2027, 2, 28), True),
        (date(2026, 8, 31), date(2026, 11, 30), False),
        (date(2026, 8, 31), date(2026, 12, 1), True),
        (date(2027, 1, 25), date(2027, 1, 25), False),
    ],
)
def test_a_registry_certificate_is_good_for_three_months(issued_on, submitted_on, old):
    reading = file(page(Paper.REGISTRY, issued_on=issued_on))
    assert codes(reading, claim=BY_CAPITAL, on=submitted_on) == ([Code.REGISTRY_TOO_OLD] if old else [])


def last_good_day(issued_on: date) -> date:
    """As the Civil Code counts it: from the day after (art. 140), to the day before the day that answers to it three
    months on, or to that month's last day where none answers or the count began on a first (art. 143)."""
    begins = issued_on + timedelta(days=1)
    year, month0 = divmod(begins.year * 12 + begins.month - 1 + 3, 12)
    if begins.day > monthrange(year, month0 + 1)[1]:
        return date(year, month0 + 1, monthrange(year, month0 + 1)[1])
    return date(year, month0 + 1, begins.day) - timedelta(days=1)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_three_months_are_those_of_the_civil_code(issued_on):
    last = last_good_day(issued_on)
    assert earliest_issue(last) <= issued_on < earliest_issue(last + timedelta(days=1))


@pytest.mark.parametrize("paper", [Paper.REGISTRY, Paper.FORM5, Paper.CERTIFICATE, Paper.DUES])
def test_a_day_in_the_future_is_noticed(paper):
    claim = {Paper.REGISTRY: BY_CAPITAL}.get(paper, GROUP)
    assert codes(file(page(paper, issued_on=SUBMITTED)), claim=claim) == []
    tomorrow = page(paper, issued_on=SUBMITTED + timedelta(days=1))
    assert codes(file(tomorrow), claim=claim) == [Code.ISSUED_IN_FUTURE]


@pytest.mark.parametrize(
    ("capital", "headcount", "expected"),
    [
        (300_000_000, 300, []),
        (300_000_001, 300, []),
        (300_000_000, 301, []),
        (300_000_001, 301, [Code.ABOVE_BOTH_LIMITS]),
        (300_000_000, None, []),
        (300_000_001, None, [Code.CAPITAL_ABOVE_LIMIT]),
        (None, 300, []),
        (None, 301, [Code.HEADCOUNT_ABOVE_LIMIT]),
        (None, None, []),
    ],
)
def test_capital_or_headcount_within_its_limit_suffices(capital, headcount, expected):
    reading = file(page(Paper.STATEMENT, capital=capital), page(Paper.FORM5, headcount=headcount), LABOUR)
    assert codes(reading, claim=BY_HEADCOUNT) == expected
    assert codes(reading, claim=GROUP) == []


def test_of_several_figures_the_smallest_counts():
    reading = file(page(Paper.FORM5, headcount=301), page(Paper.LABOUR, headcount=300))
    assert codes(reading, claim=BY_HEADCOUNT) == []


@pytest.mark.parametrize(
    ("expires_on", "expired"),
    [
        (SUBMITTED, False),
        (SUBMITTED - timedelta(days=1), True),
        (SUBMITTED + timedelta(days=1), False),
        (date(2027, 3, 31), False),
        (None, False),
    ],
)
def test_a_certificate_is_good_on_its_last_day(expires_on, expired):
    assert codes(file(page(Paper.CERTIFICATE, expires_on=expires_on)), claim=GROUP) == (
        [Code.CERTIFICATE_EXPIRED] if expired else []
    )


@pytest.mark.parametrize(
    ("closed_on", "old"),
    [
        (date(2025, 7, 25), False),
        (date(2025, 7, 24), True),
        (date(2026, 3, 31), False),
        (date(2025, 3, 31), True),
    ],
)
def test_a_statement_of_a_year_long_closed_is_noticed(closed_on, old):
    reading = file(page(Paper.STATEMENT, period=FiscalPeriod(None, closed_on)))
    assert codes(reading, claim=BY_CAPITAL) == ([Code.STATEMENT_TOO_OLD] if old else [])


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["㈱青葉精機"], True),
        (["株式会社赤松", "青葉精機"], True),
        (["株式会社赤松"], False),
        ([], True),
    ],
)
def test_the_name_of_the_corporation_or_the_establishment_is_looked_for(names, found):
    assert codes(file(REGISTRY), claim=BY_CAPITAL, names=names) == ([] if found else [Code.NAME_NOT_FOUND])


def test_a_name_on_one_page_of_a_paper_is_enough_but_each_paper_needs_it():
    nameless = replace(STATEMENT, names=(), plain="貸借対照表")
    assert codes(file(STATEMENT, nameless), claim=BY_CAPITAL) == []
    assert codes(file(FORM5, replace(LABOUR, names=(), plain="申告書")), claim=BY_HEADCOUNT) == [
        Code.NAME_NOT_FOUND
    ]


@pytest.mark.parametrize(
    ("reading", "named", "expected"),
    [
        (file(REGISTRY), [Paper.REGISTRY], []),
        (file(REGISTRY), [Paper.STATEMENT], [Code.OTHER_PAPER]),
        (file(STATEMENT), [Paper.REGISTRY, Paper.STATEMENT], [Code.PAPER_NOT_SEEN]),
        (file(page(None)), [Paper.REGISTRY], [Code.PAPER_NOT_SEEN]),
        (file(SCAN), [Paper.REGISTRY], [Code.NO_TEXT]),
        (file(REGISTRY, SCAN), [Paper.STATEMENT], [Code.OTHER_PAPER, Code.NO_TEXT]),
        (file(REGISTRY), [], []),
    ],
)
def test_what_the_member_says_is_held_against_what_the_page_says(reading, named, expected):
    assert codes(reading, named=[named], claim=BY_CAPITAL) == expected


def test_a_warning_says_where_what_was_found_and_what_to_do():
    old = page(Paper.REGISTRY, issued_on=date(2026, 10, 24))
    [warning] = warned(file(STATEMENT), file(page(None), old), claim=BY_CAPITAL)
    assert warning.place == Place(file=2, page=2, paper=Paper.REGISTRY)
    assert warning.sentence == (
        "履歴事項全部証明書の発行日（2026年10月24日）から3か月を超えています。"
        "2026年10月25日以降に発行されたものに差し替えてください。"
    )
    [alone] = warned(file(FORM5), claim=BY_HEADCOUNT)
    assert alone.sentence.startswith("様式5だけが見つかりました。様式5だけでは割引を受けられません。")
    [missing] = warned(file(REGISTRY), claim=BY_CAPITAL, names=["株式会社赤松"])
    assert (
        "「株式会社赤松」の名称が見当たりません。読み取れた名称は「株式会社青葉精機」です。"
        in missing.sentence
    )
    [other] = warned(file(REGISTRY), claim=BY_CAPITAL, named=[[Paper.STATEMENT]])
    assert other.sentence.startswith(
        "「決算書」として選ばれていますが、1ページ目は「履歴事項全部証明書」のようです。"
    )
    [scan] = warned(file(SCAN), claim=BY_CAPITAL)
    assert scan.sentence.startswith(
        "1ページ目は画像のため、内容を自動で確認できません。事務局の担当者が目で確認します"
    )


def test_each_file_has_its_own_names_of_papers():
    with pytest.raises(ValueError, match="zip"):
        warned(file(REGISTRY), claim=BY_CAPITAL, named=[])


@given(submitted_on=st.dates(date(2026, 1, 1), date(2040, 12, 31)), days=st.integers(80, 100))
def test_the_warning_and_the_rule_count_the_same_three_months(submitted_on: date, days: int) -> None:
    issued_on = submitted_on - timedelta(days=days)
    recent = is_registry_recent(issued_on=issued_on, submitted_on=submitted_on)
    assert recent is (issued_on >= earliest_issue(submitted_on))
