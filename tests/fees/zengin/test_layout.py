import pytest
from hypothesis import given
from hypothesis import strategies as st

from fees.zengin import debit_records, deposit_notice, statement
from fees.zengin.layout import C, Field, N, Record
from fees.zengin.refusal import ZenginRefused
from tests.fees.zengin.handwritten import DEPOSITS, REQUEST, RESULT, STATEMENT

TABLES = {
    "debit": debit_records.LAYOUT,
    "deposits": deposit_notice.LAYOUT,
    "statement": statement.LAYOUT,
}
FILES = [("debit", REQUEST), ("debit", RESULT), ("deposits", DEPOSITS), ("statement", STATEMENT)]
EVERY_RECORD = [table for layout in TABLES.values() for table in layout.tables]
SAMPLE = Record("見本", 8, (N("mark", "区分", 1, 1, "1"), N("sum", "金額", 2, 4), C("name", "名前", 5, 8)))
JIS = [chr(code) for code in range(0x20, 0x7F) if chr(code) not in "\\~"]
JIS += ["¥", "‾"] + [chr(code) for code in range(0xFF61, 0xFFA0)]


@pytest.mark.parametrize(("kind", "records"), FILES)
def test_every_typed_record_comes_back_byte_for_byte(kind: str, records: list[bytes]) -> None:
    tables = {table.mark.encode(): table for table in TABLES[kind].tables}
    for number, raw in enumerate(records, start=1):
        table = tables[raw[:1]]
        assert table.encode(table.decode(raw, number)) == raw


def values_of(field: Field) -> st.SearchStrategy[str]:
    if field.allowed:
        return st.sampled_from(field.allowed)
    if field.digits:
        return st.text("0123456789", min_size=field.width, max_size=field.width)
    return st.text(JIS, max_size=field.width).map(lambda text: text.rstrip(" "))


@given(st.data())
def test_what_is_written_is_read_back(data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(EVERY_RECORD))
    values = {field.name: data.draw(values_of(field)) for field in table.fields}
    raw = table.encode(values)
    assert len(raw) == table.length
    assert table.decode(raw, 1) == values
    assert table.encode(table.decode(raw, 1)) == raw


def test_digits_stand_right_and_text_left() -> None:
    assert SAMPLE.encode({"sum": "7", "name": "ｶﾞ"}) == b"1007\xb6\xde  "


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"sum": "1000"}, ValueError),
        ({"sum": "-1"}, ValueError),
        ({"sum": "１"}, ValueError),
        ({"sum": "1", "name": "ﾅｶﾞｽｷﾞ"}, ValueError),
        ({"sum": "1", "name": "漢字"}, ValueError),
        ({"sum": "1", "mark": "2"}, ValueError),
        ({"name": "ｶ"}, KeyError),
    ],
)
def test_what_does_not_fit_is_not_written(values: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        SAMPLE.encode(values)


@pytest.mark.parametrize(
    ("raw", "code", "words"),
    [
        (b"1 07ABCD", "not_digits", "3件目のレコード（見本）の「金額」が「 07」です。正しくは数字です。"),
        (b"2007ABCD", "unknown_code", "3件目のレコード（見本）の「区分」が「2」です。正しくは「1」です。"),
        (b"1007\x8a\xbf  ", "characters", "「名前」の5文字目に、使えない文字（0x8A）"),
    ],
)
def test_a_refusal_names_record_field_found_and_expected(raw: bytes, code: str, words: str) -> None:
    with pytest.raises(ZenginRefused) as refusal:
        SAMPLE.decode(raw, 3)
    assert (refusal.value.code, refusal.value.record) == (code, 3)
    assert words in refusal.value.reason


@pytest.mark.parametrize(
    "fields",
    [
        (N("a", "a", 1, 3), N("b", "b", 5, 8)),
        (N("a", "a", 1, 3), N("b", "b", 3, 8)),
        (N("a", "a", 1, 3), N("b", "b", 4, 7)),
    ],
)
def test_a_table_with_a_gap_or_an_overlap_is_none(fields: tuple[Field, ...]) -> None:
    with pytest.raises(ValueError, match="見本"):
        Record("見本", 8, fields)
