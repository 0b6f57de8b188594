import pytest

from members.member_list import MemberListUnreadable, Proof, read_industry_groups
from members.member_list.industry_groups import proof_of_belonging

HEADER = ["団体名", "団体名かな", "証明書類", "備考"]


def test_the_sample(samples):
    reading = read_industry_groups(samples / "groups.csv")
    assert reading.refused == ()
    assert len(reading.accepted) == 12
    first, second, third, *_ = reading.accepted
    assert (first.row_number, first.name, first.proof) == (2, "日本機械加工団体連合会", Proof.NONE)
    assert (first.name_kana, first.note) == (
        "にほんきかいかこうだんたいれんごうかい",
        "団体から会員企業名簿を受領",
    )
    assert (second.proof, third.proof) == (Proof.CERTIFICATE, Proof.DUES)


@pytest.mark.parametrize(
    ("value", "proof"),
    [
        ("不要", Proof.NONE),
        (" 不 要 ", Proof.NONE),
        ("なし", Proof.NONE),
        ("会員証", Proof.CERTIFICATE),
        ("会員証（写）", Proof.CERTIFICATE),
        ("会費支払証跡", Proof.DUES),
        ("会費の支払証跡", Proof.DUES),
    ],
)
def test_proofs(value, proof):
    assert proof_of_belonging(value) is proof


def test_a_workbook_with_title_shuffled_columns_and_messy_cells(as_xlsx):
    rows = [
        ["団体一覧"],
        ["備考", "証明書類", "名称", "フリガナ"],
        [None, "会員証", " 日本ﾎｳｾｲ連合 ", "ﾆﾎﾝﾎｳｾｲﾚﾝｺﾞｳ"],
    ]
    (group,) = read_industry_groups(as_xlsx(rows)).accepted
    assert (group.row_number, group.name, group.name_kana, group.note) == (
        3,
        "日本ホウセイ連合",
        "にほんほうせいれんごう",
        "",
    )


def test_faults_are_told_by_row_and_column(as_csv):
    rows = [
        HEADER,
        ["甲", "", "不要", ""],
        [],
        ["甲", "", "会員証", ""],
        ["", "おつ", "不要", ""],
        ["丙", "", "", ""],
        ["丁", "", "印鑑", "あ" * 301],
    ]
    reading = read_industry_groups(as_csv(rows, encoding="cp932"))
    assert [(cell.row_number, cell.column, cell.code) for cell in reading.refused] == [
        (4, "団体名", "appears_twice"),
        (5, "団体名", "missing"),
        (6, "証明書類", "missing"),
        (7, "証明書類", "unknown"),
        (7, "備考", "too_long"),
    ]
    assert [group.name for group in reading.accepted] == ["甲"]
    assert reading.blank_rows == (3,)


def test_a_list_without_proofs_is_refused(as_csv):
    with pytest.raises(MemberListUnreadable, match="証明書類"):
        read_industry_groups(as_csv([["団体名", "備考"], ["甲", ""]]))


@pytest.mark.parametrize("known", [["一般社団法人甲会"], []])
def test_another_spelling_of_a_known_name_is_refused(as_csv, known):
    rows = [
        HEADER,
        ["一般社団法人甲会", "", "不要", ""],
        ["（一社） 甲会", "", "不要", ""],
        ["乙会", "", "不要", ""],
    ]
    reading = read_industry_groups(as_csv(rows), known_groups=known)
    assert [group.name for group in reading.accepted] == ["一般社団法人甲会", "乙会"]
    (cell,) = reading.refused
    assert (cell.row_number, cell.column, cell.code) == (3, "団体名", "another_spelling")
    assert "「一般社団法人甲会」と表記だけが違います" in cell.reason
