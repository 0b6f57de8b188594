import pytest

from members.member_list.addresses import (
    PREFECTURES,
    email_address,
    phone_number,
    postal_code,
    prefecture,
    street_address,
)
from members.member_list.refusal import CellRefused


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("soumu@m00041.example.jp", "soumu@m00041.example.jp"),
        (" SOUMU＠M０００４１.EXAMPLE.JP\u3000", "soumu@m00041.example.jp"),
        ("ｓｏｕｍｕ＠ｅｘａｍｐｌｅ．ｊｐ", "soumu@example.jp"),
        ("soumu @ example.jp", "soumu@example.jp"),
        ("soumu\u200b@example.jp", "soumu@example.jp"),
        ("mailto:soumu@example.jp", "soumu@example.jp"),
        ("<soumu@example.jp>", "soumu@example.jp"),
        ("soumu@example.jp;", "soumu@example.jp"),
        ("a.b+c_d-e@sub.example.co.jp", "a.b+c_d-e@sub.example.co.jp"),
        ("soumu@ex－ample.jp", "soumu@ex-ample.jp"),
        ("soumu@xn--wgv71a119e.jp", "soumu@xn--wgv71a119e.jp"),
    ],
)
def test_email_addresses(value, address):
    assert email_address(value) == address


@pytest.mark.parametrize(
    "value",
    [
        "soumu(at)example",
        "soumu",
        "@example.jp",
        "soumu@",
        "soumu@example",
        "soumu@@example.jp",
        "soumu@example@example.jp",
        "soumu@example..jp",
        ".soumu@example.jp",
        "soumu.@example.jp",
        "so..umu@example.jp",
        "so umu@example.jp",
        "soumu@-example.jp",
        "soumu@example.jp-",
        "soumu@example.1",
        "soumu@192.168.0.1",
        "総務@example.jp",
        "soumu@例え.jp",
        "soumu@example。jp",
        "soumu@example,jp",
        "総務課 <soumu@example.jp>",
        "a@example.jp, b@example.jp",
        "a@example.jp b@example.jp",
        "a@example.jp\nb@example.jp",
        "なし",
        "a" * 65 + "@example.jp",
        "a@" + "b" * 64 + ".jp",
        "a@" + "b." * 150 + "jp",
        12345,
        "a" * 50_000,
        "a@" + "a." * 20_000,
    ],
)
def test_not_an_address(value):
    with pytest.raises(CellRefused) as refusal:
        email_address(value)
    assert refusal.value.code == "not_an_address"


def test_two_addresses_in_one_cell_are_told_apart():
    with pytest.raises(CellRefused, match="1つだけ"):
        email_address("a@example.jp, b@example.jp")


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("037-150-4622", "037-150-4622"),
        ("０３１－１４７－４１１１", "031-147-4111"),
        ("03ー1234ー5678", "03-1234-5678"),
        ("03−1234−5678", "03-1234-5678"),
        ("03 1234 5678", "03-1234-5678"),
        ("03(1234)5678", "03-1234-5678"),
        ("（03）1234-5678", "03-1234-5678"),
        ("03.1234.5678", "03-1234-5678"),
        ("03-1234-5678（代）", "03-1234-5678"),
        ("03-1234-5678 （代表）", "03-1234-5678"),
        ("03-1234-5678 代表", "03-1234-5678"),
        ("0312345678", "03-1234-5678"),
        ("0612345678", "06-1234-5678"),
        ("09012345678", "090-1234-5678"),
        ("0120123456", "0120-123-456"),
        ("08001234567", "0800-123-4567"),
        ("0484511234", "0484511234"),
        ("048-451-1234", "048-451-1234"),
        (334561234, "03-3456-1234"),
        (334561234.0, "03-3456-1234"),
        (9012345678, "090-1234-5678"),
        (484511234, "0484511234"),
        ("334561234", "03-3456-1234"),
        (120123456, "0120-123-456"),
        ("+81-3-1234-5678", "03-1234-5678"),
        ("+81 (0)3-1234-5678", "03-1234-5678"),
        ("TEL:03-1234-5678", "03-1234-5678"),
        ("電話 03-1234-5678", "03-1234-5678"),
    ],
)
def test_phone_numbers(value, number):
    assert phone_number(value) == number


@pytest.mark.parametrize(
    "value",
    [
        "03-1234-567",
        "03-1234-56789",
        "090-1234-56789",
        "3-1234-5678",
        "03-ABCD-5678",
        "03-1234-5678 内線12",
        "03-1234-5678 / 03-1234-5679",
        "03-1234-5678、5679",
        "00-1234-5678",
        "代表",
        1234567890,
        12345,
        33456123400,
        3345612.5,
        "0-3-1-2-3-4-5-6-7-8",
    ],
)
def test_not_a_phone_number(value):
    with pytest.raises(CellRefused) as refusal:
        phone_number(value)
    assert refusal.value.code == "not_a_phone_number"


@pytest.mark.parametrize(
    ("value", "where", "code"),
    [
        ("332-0012", "埼玉県", "332-0012"),
        ("3320012", "埼玉県", "332-0012"),
        ("４３００９２６", "静岡県", "430-0926"),
        ("４３０－０９２６", "静岡県", "430-0926"),
        ("430ー0926", "", "430-0926"),
        ("〒430-0926", "", "430-0926"),
        ("〒 430-0926", "", "430-0926"),
        ("430 0926", "", "430-0926"),
        (4300926, "", "430-0926"),
        (4300926.0, "", "430-0926"),
        (10010, "北海道", "001-0010"),
        (10010, "", "001-0010"),
        ("10010", "北海道", "001-0010"),
        (600000, "北海道", "060-0000"),
        ("200001", "岩手県", "020-0001"),
    ],
)
def test_postal_codes(value, where, code):
    assert postal_code(value, prefecture=where) == code


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ("33-0012", "埼玉県"),
        ("332-00123", ""),
        ("33200123", ""),
        (330012, "埼玉県"),
        ("330012", "埼玉県"),
        ("330012", ""),
        ("ABC-DEFG", ""),
        ("332-OO12", ""),
        ("3-320012", ""),
        (1001, "北海道"),
        (-3320012, ""),
    ],
)
def test_not_a_postal_code(value, where):
    with pytest.raises(CellRefused) as refusal:
        postal_code(value, prefecture=where)
    assert refusal.value.code == "not_7_digits"


def test_there_are_47_prefectures():
    assert len(set(PREFECTURES)) == 47
    assert [prefecture(name) for name in PREFECTURES] == list(PREFECTURES)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("東京", "東京都"),
        ("京都", "京都府"),
        ("大阪", "大阪府"),
        ("北海道", "北海道"),
        (" 埼玉県\u3000", "埼玉県"),
    ],
)
def test_prefectures(value, name):
    assert prefecture(value) == name


@pytest.mark.parametrize("value", ["埼玉市", "北海", "関東", "Tokyo", 13, "東京都千代田区"])
def test_not_a_prefecture(value):
    with pytest.raises(CellRefused) as refusal:
        prefecture(value)
    assert refusal.value.code == "not_a_prefecture"


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("川口市2-8-19", "川口市2-8-19"),
        ("川口市２－８－１９", "川口市2-8-19"),
        ("川口市2ー8ー19 センタービル３Ｆ", "川口市2-8-19 センタービル3F"),
        ("川口市\n2丁目８番", "川口市 2丁目8番"),
        ("千代田区丸の内１ − ２ ﾋﾞﾙ", "千代田区丸の内1-2 ビル"),
        ("葛󠄀城市", "葛󠄀城市"),
    ],
)
def test_street_addresses(value, address):
    assert street_address(value) == address
