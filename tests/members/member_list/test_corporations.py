import pytest

from members.member_list.corporations import name_key, same_name


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


def test_the_spelling_most_rows_have_wins_and_the_others_are_told(settled):
    rows, remarks = settled(*named(("髙橋", "キュウ"), ("高橋", "シン"), ("高橋", "シン")))
    assert rows == [("高橋", "シン")] * 3
    assert remarks == [(2, "法人名"), (2, "法人名カナ")]


def test_a_row_that_names_another_corporation_than_most_is_refused(read, rows_with):
    names = named(
        ("旭工業㈱", "アサヒ"), ("大和㈱", "ヤマト"), ("株式会社旭工業", "アサヒ"), ("大和㈱", None)
    )
    reading = read(rows_with(*names, *named(("㈱旭工業", "アサヒ"))))
    assert [(cell.row_number, cell.column, cell.code) for cell in reading.refused] == [
        (3, "法人名", "corporation_named_differently"),
        (5, "法人名", "corporation_named_differently"),
    ]
    assert "2行目と同じ法人番号ですが、法人名が「旭工業㈱」と違います" in reading.refused[0].reason
    assert [row.number for row in reading.refused_rows] == [3, 5]
    assert [row.row_number for row in reading.accepted] == [2, 4, 6]
    assert {remark.row_number for remark in reading.remarks} == {2}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("㈱旭", "旭株式会社", True),
        ("有限会社旭", "株式会社 旭", True),
        ("髙橋ﾀﾞﾝﾎﾞ-ﾙ", "高橋ダンボール", True),
        ("ＡＢＣ・旭", "abc旭", True),
        ("旭工業", "旭工業所", False),
        ("会社1", "会社2", False),
        ("株式会社", "有限会社", False),
    ],
)
def test_names_are_the_same_whatever_their_spelling(one, other, same):
    assert same_name(one, other) is same


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("㈱ 旭", "株式会社旭"),
        ("（株）旭", "株式会社旭"),
        ("㍿旭", "株式会社旭"),
        ("旭株式会社", "旭株式会社"),
        ("㈲髙﨑ﾀﾞﾝﾎﾞ-ﾙ", "有限会社高崎ダンボル"),
        ("ＡＢＣ・旭", "abc旭"),
        ("・", "・"),
        ("", ""),
    ],
)
def test_a_name_is_looked_up_in_one_spelling(written, key):
    assert name_key(written) == key
    assert name_key(key) == key


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
