from datetime import UTC, date, datetime

import pytest

from fiscal_calendar.japanese import TOKYO, format_day, format_day_time, weekday_kanji


@pytest.mark.parametrize(
    ("day", "weekday", "text"),
    [
        (date(2027, 2, 8), "月", "2027年2月8日（月）"),
        (date(2027, 2, 9), "火", "2027年2月9日（火）"),
        (date(2027, 2, 10), "水", "2027年2月10日（水）"),
        (date(2027, 2, 11), "木", "2027年2月11日（木）"),
        (date(2027, 2, 12), "金", "2027年2月12日（金）"),
        (date(2027, 2, 13), "土", "2027年2月13日（土）"),
        (date(2027, 12, 26), "日", "2027年12月26日（日）"),
    ],
)
def test_a_day_carries_its_weekday(day: date, weekday: str, text: str) -> None:
    assert weekday_kanji(day) == weekday
    assert format_day(day) == text


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2027, 2, 10, 14, 5, tzinfo=TOKYO), "2027年2月10日（水）14:05"),
        (datetime(2027, 2, 10, 0, 0, tzinfo=TOKYO), "2027年2月10日（水）00:00"),
        (datetime(2027, 2, 10, 14, 59, tzinfo=UTC), "2027年2月10日（水）23:59"),
        (datetime(2027, 2, 10, 15, 0, tzinfo=UTC), "2027年2月11日（木）00:00"),
    ],
)
def test_a_moment_is_told_in_tokyo(moment: datetime, text: str) -> None:
    assert format_day_time(moment) == text


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        format_day_time(datetime(2027, 2, 10, 14, 5))  # noqa: DTZ001 - the naive value is the point


def test_a_moment_is_not_taken_for_a_day() -> None:
    with pytest.raises(TypeError):
        format_day(datetime(2027, 2, 10, 14, 5, tzinfo=UTC))
