import pytest

from members.member_list.banking import (
    AccountType,
    MandateStatus,
    account_holder,
    account_number,
    account_type,
    bank_code,
    branch_code,
    mandate_status,
)
from members.member_list.refusal import CellRefused


@pytest.mark.parametrize(
    ("rule", "value", "code"),
    [
        (bank_code, "0001", "0001"),
        (bank_code, 1, "0001"),
        (bank_code, 1.0, "0001"),
        (bank_code, "1", "0001"),
        (bank_code, "０００１", "0001"),
        (bank_code, "9900", "9900"),
        (branch_code, "003", "003"),
        (branch_code, 30, "030"),
        (branch_code, 8, "008"),
        (branch_code, "８", "008"),
        (branch_code, 0, "000"),
        (account_number, "5706306", "5706306"),
        (account_number, 1351929, "1351929"),
        (account_number, 648131, "0648131"),
        (account_number, "648131", "0648131"),
        (account_number, "0202384", "0202384"),
        (account_number, "５７０６３０６", "5706306"),
        (account_number, "570-6306", "5706306"),
        (account_number, "570 6306", "5706306"),
        (account_number, '="0202384"', "0202384"),
    ],
)
def test_bank_codes_get_their_zeros_back(rule, value, code):
    assert rule(value) == code


@pytest.mark.parametrize(
    ("rule", "value", "code"),
    [
        (bank_code, "00001", "not_4_digits"),
        (bank_code, 12345, "not_4_digits"),
        (bank_code, "A001", "not_4_digits"),
        (bank_code, "みずほ", "not_4_digits"),
        (bank_code, "0000", "not_4_digits"),
        (bank_code, -1, "not_4_digits"),
        (branch_code, "0003", "not_3_digits"),
        (branch_code, "本店", "not_3_digits"),
        (branch_code, "三〇", "not_3_digits"),
        (branch_code, 1.5, "not_3_digits"),
        (account_number, "12345678", "not_7_digits"),
        (account_number, 12345678, "not_7_digits"),
        (account_number, "570630X", "not_7_digits"),
        (account_number, "0000000", "not_7_digits"),
        (account_number, "10120-12345671", "not_7_digits"),
        (account_number, "1.23E+06", "not_7_digits"),
        (account_number, -570630, "not_7_digits"),
        (account_number, "٥٧٠٦٣٠٦", "not_7_digits"),
    ],
)
def test_bank_codes_with_faults(rule, value, code):
    with pytest.raises(CellRefused) as refusal:
        rule(value)
    assert refusal.value.code == code
    assert str(value) not in refusal.value.reason


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("普通", AccountType.ORDINARY),
        ("普通預金", AccountType.ORDINARY),
        ("普", AccountType.ORDINARY),
        (1, AccountType.ORDINARY),
        ("１", AccountType.ORDINARY),
        ("当座", AccountType.CURRENT),
        ("当", AccountType.CURRENT),
        ("2", AccountType.CURRENT),
        ("納税準備", AccountType.TAX),
        ("その他", AccountType.OTHER),
        (9, AccountType.OTHER),
    ],
)
def test_account_types(value, kind):
    assert account_type(value) is kind


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("登録済", MandateStatus.READY),
        ("登録済み", MandateStatus.READY),
        ("済", MandateStatus.READY),
        ("手続中", MandateStatus.PENDING),
        ("手続き中", MandateStatus.PENDING),
        ("申請中", MandateStatus.PENDING),
        *((mark, MandateStatus.READY) for mark in ("有り", "はい", "◎", "✔️", "Ｙｅｓ", True)),
        *((mark, MandateStatus.NONE) for mark in ("✕", "x", "Ｘ", "いいえ", False)),
        ("未登録", MandateStatus.NONE),
        ("未", MandateStatus.NONE),
        ("なし", MandateStatus.NONE),
    ],
)
def test_mandate_statuses(value, status):
    assert mandate_status(value) is status


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (account_type, "貯蓄"),
        (account_type, 5),
        (account_type, "普当"),
        (mandate_status, "廃止"),
        (mandate_status, 1),
    ],
)
def test_unknown_words_are_refused(rule, value):
    with pytest.raises(CellRefused) as refusal:
        rule(value)
    assert refusal.value.code == "unknown"


@pytest.mark.parametrize(
    ("value", "holder"),
    [
        ("ｶ)ﾀｶﾊｼﾀﾞﾝﾎﾞ-ﾙ", "ｶ)ﾀｶﾊｼﾀﾞﾝﾎﾞ-ﾙ"),
        ("ｶ)ﾀｶﾊｼﾀﾞﾝﾎﾞｰﾙ", "ｶ)ﾀｶﾊｼﾀﾞﾝﾎﾞ-ﾙ"),
        ("カ）タカハシダンボール", "ｶ)ﾀｶﾊｼﾀﾞﾝﾎﾞ-ﾙ"),
        ("か）きょうりつ", "ｶ)ｷﾖｳﾘﾂ"),
        ("ｶ)ｷｮｳﾘﾂ", "ｶ)ｷﾖｳﾘﾂ"),
        ("ヴァヮヵヶッ", "ｳﾞｱﾜｶｹﾂ"),
        ("ヲヰヱ", "ｵｲｴ"),
        ("アサヒ・ユウ", "ｱｻﾋ.ﾕｳ"),
        ("ａｂｃ　ユウ", "ABC ﾕｳ"),
        ("ﾄｳｷﾖｳ(ｶ", "ﾄｳｷﾖｳ(ｶ"),
        (" ｱｵﾊﾞ ", "ｱｵﾊﾞ"),
        ("カ゛ス", "ｶﾞｽ"),
    ],
)
def test_holders_in_the_banks_alphabet(value, holder):
    assert account_holder(value) == holder


@pytest.mark.parametrize("value", ["株式会社旭", "㈱ｱｻﾋ", "ｱｻﾋ&ｺ", "ｱｻﾋ/ﾕｳ", "「ｱｻﾋ」", "ｱｻﾋ、"])
def test_holders_with_other_characters_are_refused(value):
    with pytest.raises(CellRefused) as refusal:
        account_holder(value)
    assert refusal.value.code == "not_zengin_kana"


def test_a_holders_name_of_any_sane_length_is_kept_whole():
    assert len(account_holder("ｱ" * 60)) == 60
    with pytest.raises(CellRefused):
        account_holder("ｱ" * 61)
