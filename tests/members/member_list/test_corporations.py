import pytest


@pytest.fixture
def settled(read, rows_with):
    """Read rows of one corporation that differ in name or reading: what they become, and the remarks."""

    def settled(*changes):
        reading = read(rows_with(*changes))
        assert not reading.refused
        rows = [(row.corporation_name, row.corporation_name_kana) for row in reading.accepted]
        return rows, [(remark.row_number, remark.column) for remark in reading.remarks]

    return settled


def named(*names):
    return [{"法人名": name, "法人名カナ": kana} for name, kana in names]


def test_rows_that_agree_stay_as_they_are(settled):
    rows, remarks = settled(*named(("株式会社旭", "アサヒ"), ("株式会社旭", "アサヒ")))
    assert rows == [("株式会社旭", "アサヒ")] * 2
    assert remarks == []


def test_small_kana_lost_in_half_width_are_found_in_another_row(settled):
    rows, remarks = settled(
        *named(("共立", "ｷﾖｳﾘﾂ"), ("共立", "キョウリツ"), ("共立", "ｷﾖｳﾘﾂ"), ("共立", None))
    )
    assert rows == [("共立", "キョウリツ")] * 4
    assert remarks == []


def test_the_name_most_rows_have_wins_and_the_others_are_told(settled):
    rows, remarks = settled(*named(("旧社名", "キュウ"), ("新社名", "シン"), ("新社名", "シン")))
    assert rows == [("新社名", "シン")] * 3
    assert remarks == [(2, "法人名"), (2, "法人名カナ")]


def test_of_names_as_frequent_the_first_wins(settled):
    rows, remarks = settled(*named(("甲", "コウ"), ("乙", "オツ")))
    assert rows == [("甲", "コウ")] * 2
    assert remarks == [(3, "法人名"), (3, "法人名カナ")]


def test_an_abbreviated_legal_form_is_the_same_name(settled):
    rows, remarks = settled(*named(("㈱旭", "アサヒ"), ("株式会社旭", "アサヒ")))
    assert rows == [("株式会社旭", "アサヒ")] * 2
    assert remarks == []


def test_corporations_with_other_numbers_and_sole_proprietors_are_left_alone(settled):
    other = {"法人番号": "9199351819093", "法人名": "乙", "法人名カナ": "オツ"}
    alone = {"法人番号": None, "個人事業主": "○"}
    rows, remarks = settled(
        *named(("甲", "コウ")),
        other,
        {**alone, "法人名": "丙", "法人名カナ": None},
        {**alone, "法人名": "丁", "法人名カナ": None},
    )
    assert rows == [("甲", "コウ"), ("乙", "オツ"), ("丙", ""), ("丁", "")]
    assert remarks == []
