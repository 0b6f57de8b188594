"""Both notices about the association's account, typed by hand."""

from dataclasses import replace
from datetime import date

import pytest

from fees.zengin.account_notices import OwnAccount, Period
from fees.zengin.deposit_notice import read_deposit_notices
from fees.zengin.refusal import ZenginRefused
from fees.zengin.statement import TransactionClass, read_statements
from tests.fees.zengin.handwritten import DEPOSITS, EXPECTED, OURS, STATEMENT, with_crlf

PERIOD = Period(made_on=date(2026, 3, 4), first=date(2026, 3, 2), last=date(2026, 3, 4))


@pytest.mark.parametrize("data", [with_crlf(DEPOSITS), b"".join(DEPOSITS), with_crlf(DEPOSITS[:-1])])
def test_deposits(data: bytes) -> None:
    [notice] = read_deposit_notices(data, expected=EXPECTED)
    assert (notice.account, notice.period) == (OURS, PERIOD)
    assert [deposit.amount for deposit in notice.deposits] == [63_000, 62_340, 80_000, 80_000]
    assert [deposit.cancelled for deposit in notice.deposits] == [False, False, False, True]
    second, third = notice.deposits[1:3]
    assert (second.payer_name, second.edi, second.inquiry_number) == (
        "ｷﾖｳﾘﾂｷﾝｿﾞｸ(ｶ",
        "ｾｲｷﾕｳ.ｦ123",
        "000002",
    )
    assert (third.booked_on, third.value_date) == (date(2026, 3, 3), date(2026, 3, 2))
    assert (third.payer_code, third.other_banks_bills) == ("1234567890", 80_000)
    assert (third.sending_bank, third.sending_branch) == ("ｼｽﾞｵｶ", "ﾊﾏﾏﾂ")


@pytest.mark.parametrize("data", [with_crlf(STATEMENT), b"".join(STATEMENT)])
def test_statement(data: bytes) -> None:
    [found] = read_statements(data, expected=EXPECTED)
    assert (found.account, found.period) == (OURS, PERIOD)
    assert (found.opening_balance, found.closing_balance) == (1_000_000, 1_607_840)
    assert [each.transaction for each in found.transactions] == [
        TransactionClass.TRANSFER,
        TransactionClass.CASH,
        TransactionClass.OTHER_BANKS_BILLS,
        TransactionClass.CLEARING,
        TransactionClass.BOOK_TRANSFER,
        TransactionClass.OTHER,
        TransactionClass.CORRECTION,
    ]
    assert [each.incoming for each in found.transactions] == [True, True, True, False, True, False, False]
    assert [each.is_correction for each in found.transactions] == [False] * 6 + [True]
    assert sum(each.amount if each.incoming else -each.amount for each in found.transactions) == 607_840
    assert found.transactions[6].edi == "ﾃｲｾｲ 1"


def test_two_accounts_in_one_file() -> None:
    other = replace(OURS, account_number="0999999")
    *group, end = DEPOSITS
    second = [group[0].replace(b"0123456", b"0999999"), *group[1:]]
    expected = replace(EXPECTED, accounts=[OURS, other])
    notices = read_deposit_notices(with_crlf([*group, *second, end]), expected=expected)
    assert [notice.account for notice in notices] == [OURS, other]


def test_somebody_elses_account_is_refused_without_showing_it() -> None:
    expected = replace(EXPECTED, accounts=[OwnAccount("0001", "001", "1", "7654321")])
    with pytest.raises(ZenginRefused, match="「口座番号」が「••••456」です。正しくは「••••321」です。"):
        read_deposit_notices(with_crlf(DEPOSITS), expected=expected)


def test_an_overdraft_is_below_zero() -> None:
    header, *data, trailer, end = STATEMENT
    overdrawn = header[:113] + b"2" + header[114:]
    closing = trailer[:39] + b"2" + b"%014d" % 392_160 + trailer[54:]
    [found] = read_statements(with_crlf([overdrawn, *data, closing, end]), expected=EXPECTED)
    assert (found.opening_balance, found.closing_balance) == (-1_000_000, -392_160)


def test_a_balance_that_does_not_add_up() -> None:
    *before, trailer, end = STATEMENT
    wrong = trailer[:40] + b"%014d" % 1_607_841 + trailer[54:]
    with pytest.raises(ZenginRefused) as refusal:
        read_statements(with_crlf([*before, wrong, end]), expected=EXPECTED)
    assert refusal.value.code == "balance"
