import pytest

from members.member_list.numbers import corporate_number, industry_codes, member_number
from members.member_list.refusal import CellRefused


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("S100001", "S100001"),
        (" s100001 ", "S100001"),
        ("Ｓ１００００１", "S100001"),
        ("S 100001", "S100001"),
        ("S－100001", "S-100001"),
        ("Sー100001", "S-100001"),
        (100001, "100001"),
        (100001.0, "100001"),
        ("'000123", "000123"),
        ('="000123"', "000123"),
    ],
)
def test_member_numbers(value, number):
    assert member_number(value) == number


@pytest.mark.parametrize(
    "value", ["会員1", "S100001;S100002", "S" * 21, "S_1", "-", "S100001-", "例）S1", 1.5]
)
def test_not_a_member_number(value):
    with pytest.raises(CellRefused) as refusal:
        member_number(value)
    assert refusal.value.code == "not_a_member_number"


@pytest.mark.parametrize(
    "value",
    [
        "8181590830166",
        8181590830166,
        8181590830166.0,
        "８１８１５９０８３０１６６",
        "8-1815-9083-0166",
        "8－1815－9083－0166",
        " 8181590830166\u3000",
        "8181 5908 30166",
        "T8181590830166",
    ],
)
def test_corporate_numbers(value):
    assert corporate_number(value) == "8181590830166"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2181590830166", "check_digit"),
        (2181590830166, "check_digit"),
        ("8181590830167", "check_digit"),
        ("0000000000000", "check_digit"),
        ("818159083016", "not_13_digits"),
        ("81815908301660", "not_13_digits"),
        ("8.18159E+12", "not_13_digits"),
        ("申請中", "not_13_digits"),
        ("818159083016６", None),
        ("818159083016X", "not_13_digits"),
        (8181590830166.5, "not_13_digits"),
    ],
)
def test_corporate_numbers_with_faults(value, code):
    if code is None:
        assert corporate_number(value) == "8181590830166"
        return
    with pytest.raises(CellRefused) as refusal:
        corporate_number(value)
    assert refusal.value.code == code


def test_a_number_in_exponent_form_says_how_to_mend_it():
    with pytest.raises(CellRefused, match="指数"):
        corporate_number("8.18159E+12")


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("2651", ("2651",)),
        (2651, ("2651",)),
        ("1165;3113", ("1165", "3113")),
        ("1165；3113", ("1165", "3113")),
        ("1165、3113", ("1165", "3113")),
        ("1165, 3113", ("1165", "3113")),
        ("1165・3113", ("1165", "3113")),
        ("1165 3113", ("1165", "3113")),
        ("1165\n3113", ("1165", "3113")),
        ("1165/3113", ("1165", "3113")),
        ("１１６５；３１１３", ("1165", "3113")),
        ("1165;1165;", ("1165",)),
        ("26", ("26",)),
        ("265", ("265",)),
        ("0929", ("0929",)),
        (929, ("0929",)),
        (9, ("09",)),
        ("929", ("929",)),
        (265, ("265",)),
    ],
)
def test_industry_codes(value, codes):
    assert industry_codes(value) == codes


@pytest.mark.parametrize("value", ["金属", "26510", "2", "1165;金属", "E24", ";", 26.5, "00", "0012", -26])
def test_not_industry_codes(value):
    with pytest.raises(CellRefused) as refusal:
        industry_codes(value)
    assert refusal.value.code == "not_an_industry_code"
