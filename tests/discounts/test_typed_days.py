"""The three fields of a day, as people fill them in."""

from datetime import date

import pytest

from discounts.typed_days import day_from

SPRING = date(2027, 3, 31)


@pytest.mark.parametrize(
    ("year", "month", "day", "read"),
    [
        ("2027", "3", "31", SPRING),
        ("２０２７", "０３", "３１", SPRING),
        (" 2027 ", "03", "31", SPRING),
        ("2027年", "3月", "31日", SPRING),
        ("令和9", "3", "31", SPRING),
        ("令和９年", "３月", "３１日", SPRING),
        ("R9", "3", "31", SPRING),
        ("r09", "3", "31", SPRING),
        ("令和9年3月31日", "", "", SPRING),
        ("2027/3/31", "", "", SPRING),
        ("", "", "2027-03-31", SPRING),
        ("", "", "", None),
        (" ", "　", "", None),
    ],
)
def test_a_day_is_read_as_people_type_it(year, month, day, read):
    assert day_from([year, month, day]) == read


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        ("2027", "", "31"),
        ("2027", "3", ""),
        ("27", "3", "31"),
        ("9", "3", "31"),
        ("2027", "2", "30"),
        ("2027", "13", "1"),
        ("令和0", "3", "31"),
        ("来年", "3", "31"),
        ("2027", "3", "末"),
        ("20270331", "3", "31"),
    ],
)
def test_what_is_no_day_is_not_guessed(year, month, day):
    with pytest.raises(ValueError, match="入力してください"):
        day_from([year, month, day])
