import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.receipts import parse_receipt_number, receipt_number

renewal_ids = st.integers(1, 99_999_999)
years = st.integers(2026, 2099)


@pytest.mark.parametrize(
    ("fiscal_year", "renewal_id", "number"),
    [
        (2027, 1, "27-000-0001-7"),
        (2027, 123, "27-000-0123-0"),
        (2026, 9_999_999, "26-999-9999-8"),
        (2027, 12_345_678, "27-1234-5678-3"),
    ],
)
def test_worked_examples(fiscal_year: int, renewal_id: int, number: str) -> None:
    assert receipt_number(fiscal_year=fiscal_year, renewal_id=renewal_id) == number


@pytest.mark.parametrize(
    "typed",
    [
        "27-000-0123-{0}",
        "270000123{0}",
        "27 000 0123 {0}",
        "２７－０００－０１２３－{1}",
        "２７　０００　０１２３　{1}",
        "27‐000‐0123‐{0}",
        "27ー000ー0123ー{0}",
        " 27-000-0123-{0}\n",
        "受付番号 27-000-0123-{0}",
    ],
)
def test_it_is_found_however_people_type_it(typed: str) -> None:
    number = receipt_number(fiscal_year=2027, renewal_id=123)
    digit = number[-1]
    wide = chr(ord(digit) + ord("０") - ord("0"))
    assert parse_receipt_number(typed.format(digit, wide)) == number


@pytest.mark.parametrize("typed", ["", "27", "27-000-0123", "27-000-012-3", "受付番号", "０"])
def test_what_is_too_short_to_be_one(typed: str) -> None:
    assert parse_receipt_number(typed) is None


@given(years, renewal_ids)
def test_every_number_is_read_back(fiscal_year: int, renewal_id: int) -> None:
    number = receipt_number(fiscal_year=fiscal_year, renewal_id=renewal_id)
    assert parse_receipt_number(number) == number


@given(years, renewal_ids, st.data())
def test_any_single_wrong_digit_is_noticed(fiscal_year: int, renewal_id: int, data: st.DataObject) -> None:
    number = receipt_number(fiscal_year=fiscal_year, renewal_id=renewal_id).replace("-", "")
    place = data.draw(st.integers(0, len(number) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert parse_receipt_number(number[:place] + wrong + number[place + 1 :]) is None


@given(years, renewal_ids)
def test_any_two_neighbours_swapped_are_noticed(fiscal_year: int, renewal_id: int) -> None:
    number = receipt_number(fiscal_year=fiscal_year, renewal_id=renewal_id).replace("-", "")
    for place in range(len(number) - 1):
        one, other = number[place : place + 2]
        if one != other:
            assert parse_receipt_number(number[:place] + other + one + number[place + 2 :]) is None


@given(st.lists(st.tuples(years, renewal_ids), min_size=2, max_size=2, unique=True))
def test_no_two_renewals_share_a_number(pair: list[tuple[int, int]]) -> None:
    one, other = (receipt_number(fiscal_year=year, renewal_id=key) for year, key in pair)
    assert one != other
