"""Every cell of method × papers × date × size: what is missing, and what the member is warned of (domain, section 2).

The tables are written by hand. A paper's letter: R registry, S statement, F 様式5, L labour insurance, I income tax.
"""

from datetime import date
from itertools import combinations, product

import pytest

from discounts.claims import Declaration, Terms, problems
from discounts.evidence.reading import read
from discounts.evidence.warnings import Code, warnings_for
from discounts.papers import Paper, SmeMethod

SUBMITTED_ON = date(2027, 1, 20)
COMPANY = "株式会社青葉精機"
LETTERS = {
    "R": Paper.REGISTRY,
    "S": Paper.STATEMENT,
    "F": Paper.FORM5,
    "L": Paper.LABOUR,
    "I": Paper.INCOME_TAX,
}
SETS = ["".join(letters) for size in range(6) for letters in combinations("RSFLI", size)]
# Method 1 takes any set with a registry or a statement; method 2 one with 様式5 and either of its companions.
ENOUGH = {
    SmeMethod.CAPITAL: {
        "R",
        "S",
        "RS",
        "RF",
        "RL",
        "RI",
        "SF",
        "SL",
        "SI",
        "RSF",
        "RSL",
        "RSI",
        "RFL",
        "RFI",
        "RLI",
        "SFL",
        "SFI",
        "SLI",
        "RSFL",
        "RSFI",
        "RSLI",
        "RFLI",
        "SFLI",
        "RSFLI",
    },
    SmeMethod.HEADCOUNT: {
        "FL",
        "FI",
        "RFL",
        "RFI",
        "SFL",
        "SFI",
        "FLI",
        "RSFL",
        "RSFI",
        "RFLI",
        "SFLI",
        "RSFLI",
    },
}
ISSUED = {  # of the registry: three months back to the day are good
    date(2026, 10, 19): {Code.REGISTRY_TOO_OLD},
    date(2026, 10, 20): set(),
    date(2027, 1, 20): set(),
    date(2027, 1, 21): {Code.ISSUED_IN_FUTURE},
}
CAPITALS, HEADCOUNTS = (300_000_000, 300_000_001), (300, 301)
# Which figures are above their limit, of those that the papers show.
ABOVE = {
    (False, False): set(),
    (True, True): {Code.ABOVE_BOTH_LIMITS},
    (True, False): set(),
    (False, True): set(),
    (True, None): {Code.CAPITAL_ABOVE_LIMIT},
    (False, None): set(),
    (None, True): {Code.HEADCOUNT_ABOVE_LIMIT},
    (None, False): set(),
    (None, None): set(),
}


def text_of(letter: str, *, issued_on: date, capital: int, headcount: int) -> str:
    day = f"{issued_on.year}年{issued_on.month}月{issued_on.day}日"
    return {
        "R": f"履歴事項全部証明書\n商号 {COMPANY}\n資本金の額 金{capital}円\n"
        "これは登記簿に記録されている閉鎖されていない事項の全部であることを証明した書面である。\n"
        f"{day}\n東京法務局 登記官",
        "S": f"決算報告書\n自 2025年4月1日 至 2026年3月31日\n{COMPANY}\n資本金 {capital}円",
        "F": f"様式5 従業員数証明書\n企業名 {COMPANY}\n常時使用する従業員の数 {headcount}人\n2027年1月20日",
        "L": f"労働保険 概算・増加概算・確定保険料申告書（写）\n事業の名称 {COMPANY}\n常時使用労働者数 {headcount}人",
        "I": f"給与所得・退職所得等の所得税徴収高計算書（写）\n{COMPANY}\n人員 {headcount}人",
    }[letter]


@pytest.mark.parametrize("letters", SETS, ids=lambda letters: letters or "none")
@pytest.mark.parametrize("method", SmeMethod)
def test_what_is_missing(method: SmeMethod, letters: str) -> None:
    papers = frozenset(LETTERS[letter] for letter in letters)
    declared = Declaration(sme=True, sme_method=method, sme_papers=papers)
    found = problems(Terms(), declared, group_asks=None, sole_proprietor=False)
    assert (found == ()) is (letters in ENOUGH[method])


@pytest.mark.parametrize("letters", SETS, ids=lambda letters: letters or "none")
@pytest.mark.parametrize("method", SmeMethod)
def test_what_is_warned_of(method: SmeMethod, letters: str) -> None:
    for issued_on, capital, headcount in product(ISSUED, CAPITALS, HEADCOUNTS):
        texts = [
            text_of(letter, issued_on=issued_on, capital=capital, headcount=headcount) for letter in letters
        ]
        found = warnings_for(
            [read([text]) for text in texts],
            claim=method,
            company_names=[COMPANY],
            submitted_on=SUBMITTED_ON,
            papers_named=[{LETTERS[letter]} for letter in letters],
        )
        assert {warning.code for warning in found} == expected(method, letters, issued_on, capital, headcount)


def expected(method: SmeMethod, letters: str, issued_on: date, capital: int, headcount: int) -> set[Code]:
    above = (
        capital > 300_000_000 if {"R", "S"} & set(letters) else None,
        headcount > 300 if {"F", "L", "I"} & set(letters) else None,
    )
    codes = ABOVE[above] | (ISSUED[issued_on] if "R" in letters else set())
    if method is SmeMethod.HEADCOUNT:
        companion = bool({"L", "I"} & set(letters))
        if "F" in letters and not companion:
            codes = codes | {Code.FORM5_ALONE}
        if "F" not in letters and companion:
            codes = codes | {Code.COMPANION_ALONE}
    return codes
