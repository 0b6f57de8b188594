import pytest
from hypothesis import given
from hypothesis import strategies as st

from discounts.evidence.legible import legible
from discounts.evidence.numerals import number, people_in, yen_in

DIGITS = "〇一二三四五六七八九"
FORMAL = str.maketrans("一二三十万", "壱弐参拾萬")
FULL_WIDTH = str.maketrans("0123456789,", "０１２３４５６７８９，")


def below_ten_thousand(value: int) -> str:
    text = ""
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十")):
        digit, value = divmod(value, unit)
        text += "" if not digit else sign if digit == 1 else DIGITS[digit] + sign
    return text + (DIGITS[value] if value else "")


def by_units(value: int, spelled) -> str:
    parts = ((value // 10**8, "億"), (value // 10**4 % 10**4, "万"), (value % 10**4, ""))
    return "".join(spelled(part) + unit for part, unit in parts if part)


NOTATIONS = {
    "98,000,000円": lambda yen: f"{yen:,}円",
    "98000000円": lambda yen: f"{yen}円",
    "¥": lambda yen: f"¥{yen:,}",
    "full-width yen sign": lambda yen: f"￥{yen:,}-",
    "backslash": lambda yen: f"\\{yen:,}",
    "金": lambda yen: f"金{yen:,}円也",
    "full width": lambda yen: f"金{yen:,}円".translate(FULL_WIDTH),
    "spread": lambda yen: " ".join(f"{yen:,}円"),
    "億万": lambda yen: f"金{by_units(yen, str)}円",
    "億万 commas": lambda yen: by_units(yen, lambda part: f"{part:,}") + "円",
    "kanji": lambda yen: f"{by_units(yen, below_ten_thousand)}円",
    "大字": lambda yen: f"金{by_units(yen, below_ten_thousand).translate(FORMAL)}円",
    "old yen": lambda yen: f"金{by_units(yen, below_ten_thousand).translate(FORMAL)}圓",
    "positional": lambda yen: "".join(DIGITS[int(digit)] for digit in str(yen)) + "円",
}


@pytest.mark.parametrize("notation", NOTATIONS)
@given(yen=st.integers(1, 10**11) | st.integers(1, 30_000).map(lambda value: value * 10_000))
def test_every_amount_is_read_back_in_every_notation(notation, yen):
    text = legible(f"資本金の額 {NOTATIONS[notation](yen)}\n発行可能株式総数").flow
    assert [found.number for found in yen_in(text)] == [yen]


@given(yen=st.integers(1, 10**8))
def test_thousands_and_millions_are_read_back(yen):
    assert [found.number for found in yen_in(f"{yen:,}千円")] == [yen * 1000]
    assert [found.number for found in yen_in(f"{yen}百万円")] == [yen * 1_000_000]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("98,000,000", 98_000_000),
        ("9800万", 98_000_000),
        ("9,800万", 98_000_000),
        ("98,000千", 98_000_000),
        ("98百万", 98_000_000),
        ("3億", 300_000_000),
        ("1億5,000万", 150_000_000),
        ("1.5億", 150_000_000),
        ("壱億", 100_000_000),
        ("壹億弐千参百萬", 123_000_000),
        ("九千八百万", 98_000_000),
        ("九八〇〇万", 98_000_000),
        ("1億2,345万6,789", 123_456_789),
        ("五百千", None),
        ("万", None),
        ("1万2億", None),
        ("1,23", None),
        ("1.5", None),
        ("二百十四", 214),
        ("千", 1000),
        ("", None),
        ("1" * 50, None),
    ],
)
def test_numbers(written, value):
    assert number(written) == value


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("資本金の額が3億円以下の会社", []),
        ("3億円を超える", []),
        ("120,000円", [120_000]),
        ("前期98,000,000円当期99,000,000円", [98_000_000, 99_000_000]),
        ("1株の金額5万円", [50_000]),
        ("(単位:千円)", []),
        ("単位百万円", []),
        ("円", []),
    ],
)
def test_amounts_of_yen(text, amounts):
    assert [found.number for found in yen_in(text)] == amounts


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("214人", [214]),
        ("1,204名", [1204]),
        ("二百十四人", [214]),
        ("300人以下", []),
        ("300人を超える", []),
        ("5人未満", []),
        ("2名義", []),
    ],
)
def test_counts_of_people(text, counts):
    assert [found.number for found in people_in(text)] == counts
