"""入出金取引明細 (種別 03): everything that moved on an account.

Source: 全銀協規定形式, 入出金取引明細, 200 bytes; dates are YYMMDD of a Japanese era (``era_dates``).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fees.zengin.account_notices import (
    END,
    ENDS_AFTER,
    FOLLOWS,
    Expected,
    Group,
    OwnAccount,
    Period,
    booked_day,
    checked_account,
    checked_period,
    day_of,
    expect_new,
    groups,
    opening,
)
from fees.zengin.framing import Layout, Read
from fees.zengin.layout import C, N, Record

HEADER = Record(
    "ヘッダー",
    200,
    (
        *opening("03"),
        N("zeros", "ダミー", 60, 62, "000"),
        N("account_type", "預金種目", 63, 63, "1", "2", "4", "9"),
        N("account_number", "口座番号", 64, 73, personal=True),
        C("account_name", "口座名", 74, 113),
        N("overdraft", "貸越区分", 114, 114, optional=True),
        N("passbook", "通帳・証書区分", 115, 115, optional=True),
        N("opening_balance", "取引前残高", 116, 129),
        C("filler", "ダミー", 130, 200),
    ),
)
DATA = Record(
    "データ",
    200,
    (
        N("mark", "データ区分", 1, 1, "2"),
        N("inquiry_number", "照会番号", 2, 9, optional=True),
        N("booked_on", "勘定日", 10, 15),
        N("value_date", "預入・払出日", 16, 21),
        N("direction", "入払区分", 22, 22, "1", "2"),
        N("transaction", "取引区分", 23, 24, "10", "11", "12", "13", "14", "18", "19"),
        N("amount", "取引金額", 25, 36),
        N("other_banks_bills", "うち他店券金額", 37, 48, optional=True),
        N("clearing_date", "交換呈示日", 49, 54, optional=True),
        N("dishonour_date", "不渡返還日", 55, 60, optional=True),
        N("bill_class", "手形・小切手区分", 61, 61, optional=True),
        N("bill_number", "手形・小切手番号", 62, 68, optional=True),
        N("agency", "僚店番号", 69, 71, optional=True),
        C("payer_code", "振込依頼人コード", 72, 81),
        C("payer_name", "振込依頼人名", 82, 129),
        C("sending_bank", "仕向銀行名", 130, 144),
        C("sending_branch", "仕向店名", 145, 159),
        C("remark", "摘要内容", 160, 179),
        C("edi", "EDI情報", 180, 199),
        C("filler", "ダミー", 200, 200),
    ),
)
TRAILER = Record(
    "トレーラー",
    200,
    (
        N("mark", "データ区分", 1, 1, "8"),
        N("in_count", "入金件数", 2, 7),
        N("in_sum", "入金額合計", 8, 20),
        N("out_count", "出金件数", 21, 26),
        N("out_sum", "出金額合計", 27, 39),
        N("overdraft", "貸越区分", 40, 40, optional=True),
        N("closing_balance", "取引後残高", 41, 54),
        N("record_count", "データ・レコード件数", 55, 61),
        C("filler", "ダミー", 62, 200),
    ),
)
LAYOUT = Layout((HEADER, DATA, TRAILER, END), FOLLOWS, ENDS_AFTER)


class TransactionClass(StrEnum):
    """取引区分."""

    CASH = "10"
    TRANSFER = "11"
    OTHER_BANKS_BILLS = "12"
    CLEARING = "13"
    BOOK_TRANSFER = "14"
    OTHER = "18"
    CORRECTION = "19"


@dataclass(frozen=True, slots=True)
class Transaction:
    """One movement: ``incoming`` or outgoing, ``amount`` in yen always positive or zero. Names in half-width kana."""

    inquiry_number: str
    booked_on: date
    value_date: date
    incoming: bool
    transaction: TransactionClass
    amount: int
    other_banks_bills: int
    payer_code: str
    payer_name: str
    sending_bank: str
    sending_branch: str
    remark: str
    edi: str

    @property
    def is_correction(self) -> bool:
        return self.transaction is TransactionClass.CORRECTION


@dataclass(frozen=True)
class Statement:
    """The movements on one account; balances in yen, as the bank writes them (an overdraft is negative)."""

    account: OwnAccount
    period: Period
    opening_balance: int
    closing_balance: int
    transactions: tuple[Transaction, ...]


def read_statements(data: bytes, *, expected: Expected) -> tuple[Statement, ...]:
    """Every account's statement of the file.

    Raises ``ZenginRefused``, with nothing read in part: the codes of ``framing.read`` and ``Record.decode``;
    ``wrong_account``, ``wrong_period``, ``not_a_day``, ``outside_period``; ``duplicate`` (an inquiry number twice);
    ``totals`` (counts and sums of the trailer); ``balance`` (opening, movements and closing do not add up).
    """
    return tuple([_statement(group, expected) for group in groups(data, LAYOUT)])


def _statement(group: Group, expected: Expected) -> Statement:
    account = checked_account(group.header, expected)
    period = checked_period(group.header, expected)
    seen: set[tuple[str, ...]] = set()
    transactions = tuple([_transaction(record, period, seen) for record in group.data])
    trailer = group.trailer
    incoming = [each.amount for each in transactions if each.incoming]
    outgoing = [each.amount for each in transactions if not each.incoming]
    trailer.expect_number("in_count", len(incoming), "totals")
    trailer.expect_number("in_sum", sum(incoming), "totals")
    trailer.expect_number("out_count", len(outgoing), "totals")
    trailer.expect_number("out_sum", sum(outgoing), "totals")
    trailer.expect_number("record_count", len(transactions), "totals")
    opening = _balance(group.header, "opening_balance")
    closing = opening + sum(incoming) - sum(outgoing)
    trailer.expect_number("closing_balance", abs(closing), "balance")
    if _balance(trailer, "closing_balance") != closing:
        raise trailer.refuse("balance", "overdraft", "2" if closing < 0 else "1")
    return Statement(account, period, opening, closing, transactions)


def _balance(record: Read, name: str) -> int:
    """貸越区分 2 is an overdraft: the balance is below zero (全銀協規定形式: 1 プラス, 2 マイナス)."""
    amount = int(record.values[name])
    return -amount if record.values["overdraft"] == "2" else amount


def _transaction(record: Read, period: Period, seen: set[tuple[str, ...]]) -> Transaction:
    expect_new(record, seen, "booked_on", "direction", "transaction")
    values = record.values
    return Transaction(
        inquiry_number=values["inquiry_number"],
        booked_on=booked_day(record, period),
        value_date=day_of(record, "value_date", period.made_on),
        incoming=values["direction"] == "1",
        transaction=TransactionClass(values["transaction"]),
        amount=int(values["amount"]),
        other_banks_bills=int(values["other_banks_bills"] or 0),
        payer_code=values["payer_code"],
        payer_name=values["payer_name"],
        sending_bank=values["sending_bank"],
        sending_branch=values["sending_branch"],
        remark=values["remark"],
        edi=values["edi"],
    )
