import pytest

from benchmarks.bars import Measurement, paired_ratio, table


def measured(value: float, *, bar: float, at_least: bool, unit: str = "×") -> Measurement:
    return Measurement("pages", "10,000", value, bar, at_least=at_least, unit=unit, detail="a by b")


@pytest.mark.parametrize(
    ("value", "bar", "at_least", "clears"),
    [
        (0.5, 0.5, True, True),
        (0.49, 0.5, True, False),
        (0.51, 0.5, True, True),
        (1.15, 1.15, False, True),
        (1.16, 1.15, False, False),
        (1.0, 1.15, False, True),
    ],
)
def test_a_bar_itself_is_cleared(value: float, bar: float, at_least: bool, clears: bool) -> None:
    assert measured(value, bar=bar, at_least=at_least).clears is clears


def test_a_ratio_is_the_median_of_rounds_and_not_the_ratio_of_medians() -> None:
    """The machine was slow in the first round, and in half of the second: each round is compared in itself."""
    assert paired_ratio([10.0, 4.0, 2.0], [5.0, 1.0, 1.0]) == 2.0


def test_rounds_must_pair() -> None:
    with pytest.raises(ValueError, match="zip"):
        paired_ratio([1.0, 2.0], [1.0])


def test_the_table_says_what_falls_short() -> None:
    figures = [
        measured(0.42, bar=0.5, at_least=True),
        measured(8, bar=8, at_least=False, unit="queries"),
    ]
    assert table(figures).splitlines()[2:] == [
        "| pages | 10,000 | ≥ 0.50× | 0.42× | FALLS SHORT | a by b |",
        "| pages | 10,000 | ≤ 8 queries | 8 queries | clears | a by b |",
    ]
