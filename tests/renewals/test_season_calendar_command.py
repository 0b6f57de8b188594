import re

import pytest
from django.core.management import CommandError, call_command

# The table of the rules, to the day.
SEASONS = {
    2026: ("2026年2月27日（金）", "2026年3月4日（水）"),
    2027: ("2027年3月1日（月）", "2027年3月4日（木）"),
    2028: ("2028年2月28日（月）", "2028年3月2日（木）"),
    2029: ("2029年2月27日（火）", "2029年3月2日（金）"),
}


def printed(year: int, capsys: pytest.CaptureFixture[str]) -> list[str]:
    call_command("season_calendar", str(year))
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("year", SEASONS)
def test_the_debit_and_the_fallback_day(year: int, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(year, capsys)
    debit, fallback = SEASONS[year]
    assert re.search(rf"口座振替日 +{debit}", lines[3])
    assert re.search(rf"銀行振込請求書の発行日 +{fallback}", lines[4])


def test_the_whole_table(capsys: pytest.CaptureFixture[str]) -> None:
    heading, *rows, horizon = printed(2027, capsys)
    assert heading == "2027年度の更新手続の日程"
    assert [re.split(r" {2,}", row.strip()) for row in rows] == [
        ["受付開始日", "2027年1月15日（金）", "1月15日（休業日のときは翌営業日）"],
        ["締切日", "2027年2月10日（水）", "2月10日（休業日のときは翌営業日）"],
        ["口座振替日", "2027年3月1日（月）", "2月27日（休業日のときは翌営業日）"],
        ["銀行振込請求書の発行日", "2027年3月4日（木）", "口座振替日を1日目として4営業日目"],
        ["退会の日", "2027年3月31日（水）", "年度の最終日"],
        ["名簿から外れる日", "2027年4月1日（木）", "新年度の初日"],
    ]
    assert "1949年から2099年まで" in horizon


@pytest.mark.parametrize("year", [2100, 1948, 0, 20270, -1])
def test_beyond_the_horizon_it_says_why_and_guesses_nothing(
    year: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match=rf"{year}年の祝日が分からない.*1949年から2099年まで") as error:
        call_command("season_calendar", str(year))
    assert error.value.returncode == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("year", [1949, 2099])
def test_to_the_very_horizon(year: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(year, capsys)[0].startswith(f"{year}年度")
