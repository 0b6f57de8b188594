from datetime import date, datetime, time, timedelta

import pytest

from members.member_list.dates import calendar_date
from members.member_list.refusal import CellRefused

APRIL_1 = date(2026, 4, 1)


@pytest.mark.parametrize(
    "value",
    [
        date(2026, 4, 1),
        datetime(2026, 4, 1),  # noqa: DTZ001  a spreadsheet's dates have no zone
        datetime(2026, 4, 1, 23, 59),  # noqa: DTZ001
        46113,
        46113.0,
        46113.75,
        "46113",
        20260401,
        "20260401",
        "2026/4/1",
        "2026/04/01",
        "2026-04-01",
        "2026.4.1",
        "2026年4月1日",
        "2026年 4月 1日",
        "西暦2026年4月1日",
        "２０２６／４／１",
        "２０２６年４月１日",
        "２０２６−４−１",
        "2026ー4ー1",
        "2026/4/1 0:00",
        "2026-04-01 00:00:00",
        "2026-04-01T00:00:00+09:00",
        "2026年4月1日(水)",
        "2026年4月1日（水）",
        "2026年4月1日 水曜日",
        "令和8年4月1日",
        "令和 8 年 4 月 1 日",
        "令和８年４月１日",
        "㋿8年4月1日",
        "令和八年四月一日",
        "R8.4.1",
        "R08.04.01",
        "R8/4/1",
        "R08/04/01",
        "R8-4-1",
        "r8.4.1",
        "Ｒ８．４．１",
        "R.8.4.1",
        "令8.4.1",
        "R080401",
        "平成38年4月1日",
        " 2026/4/1\u3000",
    ],
)
def test_many_ways_to_say_1_april_2026(value):
    assert calendar_date(value) == APRIL_1


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("H31.4.1", date(2019, 4, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("平成31年5月1日", date(2019, 5, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("令和元年4月1日", date(2019, 4, 1)),
        ("R元.5.1", date(2019, 5, 1)),
        ("R1.5.1", date(2019, 5, 1)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("S63.12.31", date(1988, 12, 31)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("令和十年十二月三十一日", date(2028, 12, 31)),
        ("二〇二七年三月三十一日", date(2027, 3, 31)),
        ("R10.2.29", date(2028, 2, 29)),
        ("R7.12.27", date(2025, 12, 27)),
    ],
)
def test_eras(value, day):
    assert calendar_date(value) == day


@pytest.mark.parametrize(
    "value",
    [
        "2025年13月1日",
        "2025/2/29",
        "2025/4/31",
        "2025/0/1",
        "R9.2.29",
        "R0.4.1",
        "H99.4.1",
        "26/4/1",
        "4月1日",
        "2026年4月",
        "2026/4",
        "4/1/2026",
        "令和8年度",
        "未定",
        "不明",
        "2026",
        "2O26/4/1",
        "20261301",
        "0206/04/01",
        "1026/4/1",
        "2126/4/1",
        "2026/4/1～2027/3/31",
        "",
        0,
        1,
        2026,
        -5,
        10**30,
        0.5,
        float("nan"),
        float("inf"),
        True,
        time(4, 1),
        timedelta(days=46113),
        date(1899, 12, 31),
        None,
    ],
)
def test_what_is_no_date_is_refused(value):
    with pytest.raises(CellRefused) as refusal:
        calendar_date(value)
    assert refusal.value.code == "not_a_date"
    assert "令和8年4月1日" in refusal.value.reason
