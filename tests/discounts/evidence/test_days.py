from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discounts.evidence.days import FiscalPeriod, days_in, expires_on, fiscal_period, issued_on
from discounts.evidence.legible import legible
from discounts.papers import Paper

DECEMBER_10 = date(2026, 12, 10)
DIGITS = "〇一二三四五六七八九"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else f"{DIGITS[tens]}十") + (DIGITS[ones] if ones else "")


def flow(text: str) -> str:
    return legible(text).flow


def era(day: date) -> tuple[str, str, int]:
    if day >= date(2019, 5, 1):
        return "令和", "R", day.year - 2018
    if day >= date(1989, 1, 8):
        return "平成", "H", day.year - 1988
    return "昭和", "S", day.year - 1925


NOTATIONS = {
    "2026年12月10日": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "西暦": lambda d: f"西暦{d.year}年{d.month}月{d.day}日",
    "2026/12/10": lambda d: f"{d.year}/{d.month}/{d.day}",
    "2026-12-10": lambda d: f"{d.year}-{d.month:02}-{d.day:02}",
    "2026.12.10": lambda d: f"{d.year}.{d.month:02}.{d.day:02}",
    "2026. 12. 10": lambda d: f"{d.year}. {d.month}. {d.day}",
    "full width": lambda d: f"{d.year}年{d.month}月{d.day}日".translate(FULL_WIDTH),
    "era": lambda d: f"{era(d)[0]}{era(d)[2]}年{d.month}月{d.day}日",
    "era spaced": lambda d: f"{era(d)[0]} {era(d)[2]} 年 {d.month} 月 {d.day} 日",
    "era spread": lambda d: " ".join(f"{era(d)[0]}{era(d)[2]}年{d.month}月{d.day}日"),
    "era broken": lambda d: f"{era(d)[0]}{era(d)[2]}年\n{d.month}月{d.day}日",
    "era first year": lambda d: f"{era(d)[0]}{'元' if era(d)[2] == 1 else era(d)[2]}年{d.month}月{d.day}日",
    "era kanji": lambda d: f"{era(d)[0]}{kanji(era(d)[2])}年{kanji(d.month)}月{kanji(d.day)}日",
    "era letter": lambda d: f"{era(d)[1]}{era(d)[2]}.{d.month}.{d.day}",
    "era letter full width": lambda d: f"{era(d)[1]}．{era(d)[2]}．{d.month}．{d.day}",
    "era letter slashes": lambda d: f"{era(d)[1]}{era(d)[2]}/{d.month}/{d.day}",
    "both": lambda d: f"{d.year}年({era(d)[0]}{era(d)[2]}年){d.month}月{d.day}日",
    "both the other way": lambda d: f"{era(d)[0]}{era(d)[2]}年({d.year}年){d.month}月{d.day}日",
    "positional kanji": lambda d: f"{''.join(DIGITS[int(c)] for c in str(d.year))}年{kanji(d.month)}月{kanji(d.day)}日",
}  # fmt: skip


@pytest.mark.parametrize("notation", NOTATIONS)
@given(day=st.dates(date(1945, 1, 1), date(2049, 12, 31)))
def test_every_day_is_read_back_in_every_notation(notation, day):
    text = f"発行日\n{NOTATIONS[notation](day)}\n東京法務局"
    assert [found.day for found in days_in(flow(text))] == [day]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("令和8年12月10日", [DECEMBER_10]),
        ("Ｒ８．１２．１０", [DECEMBER_10]),
        ("令和九年三月三十一日", [date(2027, 3, 31)]),
        ("令和元年5月1日", [date(2019, 5, 1)]),
        ("平成元年一月八日", [date(1989, 1, 8)]),
        ("令和9年3月末日", [date(2027, 3, 31)]),
        ("令和10年2月末", [date(2028, 2, 29)]),
        ("自令和7年4月1日至令和8年3月31日", [date(2025, 4, 1), date(2026, 3, 31)]),
        ("2026年2月30日", []),
        ("令和8年13月1日", []),
        ("03-1234-5678", []),
        ("1234-01-234567", []),
        ("三丁目1番5号", []),
        ("第42期", []),
    ],
)
def test_days_in_a_text(text, days):
    assert [found.day for found in days_in(flow(text))] == days


@pytest.mark.parametrize(
    ("paper", "text", "day"),
    [
        (Paper.REGISTRY, "証明した書面である。\n令和8年12月10日\n東京法務局 登記官", DECEMBER_10),
        (Paper.REGISTRY, "成立 昭和50年4月1日\n証明した書面である。\n(管轄)\n令和8年12月10日\n登記官", DECEMBER_10),
        (Paper.REGISTRY, "令和6年6月30日変更 令和6年7月8日登記\n令和 8 年 12 月 10 日\n横浜地方法務局", DECEMBER_10),
        (Paper.REGISTRY, "令和6年6月30日変更 令和6年7月8日登記", None),
        (Paper.FORM5, "上記のとおり相違ありません。\n令和8年12月10日", DECEMBER_10),
        (Paper.FORM5, "令和8年12月1日現在 214人\n令和8年12月10日", DECEMBER_10),
        (Paper.CERTIFICATE, "有効期限 令和9年3月31日\n令和8年12月10日", DECEMBER_10),
        (Paper.CERTIFICATE, "令和8年12月10日\n有効期限 令和9年3月31日", DECEMBER_10),
        (Paper.CERTIFICATE, "発行日：2026/12/10 有効期間：2026/4/1～2027/3/31", DECEMBER_10),
        (Paper.CERTIFICATE, "入会 平成20年4月1日入会\n有効期限 令和9年3月31日", None),
        (Paper.DUES, "領収日 令和8年12月10日\n期間 令和8年4月1日から令和9年3月31日まで", DECEMBER_10),
        (Paper.DUES, "令和8年度会費 金120,000円", None),
        (None, "2026.12.10", DECEMBER_10),
    ],
)  # fmt: skip
def test_the_day_of_issue(paper, text, day):
    assert issued_on(paper, flow(text)) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("有効期限 令和9年3月31日", date(2027, 3, 31)),
        ("有効期限\n令和9年3月31日まで", date(2027, 3, 31)),
        ("令和9年3月31日\n有効期限", date(2027, 3, 31)),
        ("有 効 期 限 ： ２０２７年３月３１日", date(2027, 3, 31)),
        ("有効期間 令和8年4月1日から令和9年3月31日まで", date(2027, 3, 31)),
        ("有効期間 自 令和8年4月1日 至 令和9年3月31日", date(2027, 3, 31)),
        ("有効期間：2026/4/1～2027/3/31", date(2027, 3, 31)),
        ("有効期間 R8.4.1-R9.3.31", date(2027, 3, 31)),
        ("本証は令和9年3月31日まで有効です", date(2027, 3, 31)),
        ("有効期限：令和9年3月末日", date(2027, 3, 31)),
        ("有効期限 令和九年三月三十一日", date(2027, 3, 31)),
        ("令和8年12月10日", None),
        ("有効期限 なし", None),
    ],
)
def test_the_day_of_expiry(text, day):
    assert expires_on(flow(text)) == day


YEAR = FiscalPeriod(date(2025, 4, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("自 令和7年4月1日 至 令和8年3月31日", YEAR),
        ("自　令和７年４月１日\n至　令和８年３月３１日", YEAR),
        ("令和7年4月1日から令和8年3月31日まで", YEAR),
        ("(2025年4月1日～2026年3月31日)", YEAR),
        ("2025/04/01 - 2026/03/31", YEAR),
        ("令和8年3月31日現在", FiscalPeriod(None, date(2026, 3, 31))),
        ("令和8年3月期 決算短信", FiscalPeriod(None, date(2026, 3, 31))),
        ("2028年2月期", FiscalPeriod(None, date(2028, 2, 29))),
        ("決算期 令和8年3月31日", FiscalPeriod(None, date(2026, 3, 31))),
        ("前期 自令和6年4月1日至令和7年3月31日 当期 自令和7年4月1日至令和8年3月31日", YEAR),
        ("自令和7年4月1日至令和8年3月31日\n令和8年3月31日現在", YEAR),
        ("作成日 令和8年5月20日", None),
        ("平成元年4月1日から令和8年3月31日まで", None),
    ],
)
def test_the_fiscal_period(text, period):
    assert fiscal_period(flow(text)) == period
