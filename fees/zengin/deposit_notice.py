"""振込入金通知 (種別 01, format A): the transfers that came in.

Source: 全銀協規定形式, 振込入金通知 (フォーマットA), 200 bytes; dates are YYMMDD of a Japanese era (``era_dates``).
"""

from dataclasses import dataclass
from datetime import date

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
        *opening("01"),
        N("account_type", "預金種目", 60, 60, "1", "2", "4", "9"),
        N("account_number", "口座番号", 61, 67, personal=True),
        C("account_name", "口座名", 68, 107),
        C("filler", "ダミー", 108, 200),
    ),
)
DATA = Record(
    "データ",
    200,
    (
        N("mark", "データ区分", 1, 1, "2"),
        N("inquiry_number", "照会番号", 2, 7, optional=True),
        N("booked_on", "勘定日", 8, 13),
        N("value_date", "起算日", 14, 19),
        N("amount", "金額", 20, 29),
        N("other_banks_bills", "うち他店券金額", 30, 39),
        C("payer_code", "振込依頼人コード", 40, 49),
        C("payer_name", "振込依頼人名", 50, 97),
        C("sending_bank", "仕向銀行名", 98, 112),
        C("sending_branch", "仕向店名", 113, 127),
        N("cancelled", "取消区分", 128, 128, "0", "1", optional=True),
        C("edi", "EDI情報", 129, 148),
        C("filler", "ダミー", 149, 200),
    ),
)
TRAILER = Record(
    "トレーラー",
    200,
    (
        N("mark", "データ区分", 1, 1, "8"),
        N("count", "振込合計件数", 2, 7),
        N("sum", "振込合計金額", 8, 19),
        N("cancelled_count", "取消合計件数", 20, 25),
        N("cancelled_sum", "取消合計金額", 26, 37),
        C("filler", "ダミー", 38, 200),
    ),
)
LAYOUT = Layout((HEADER, DATA, TRAILER, END), FOLLOWS, ENDS_AFTER)


@dataclass(frozen=True, slots=True)
class Deposit:
    """One transfer that came in, or with ``cancelled`` the cancelling of one. Yen; names in half-width kana."""

    inquiry_number: str
    booked_on: date
    value_date: date
    amount: int
    other_banks_bills: int
    payer_code: str
    payer_name: str
    sending_bank: str
    sending_branch: str
    cancelled: bool
    edi: str


@dataclass(frozen=True)
class DepositNotice:
    """The transfers into one account."""

    account: OwnAccount
    period: Period
    deposits: tuple[Deposit, ...]


def read_deposit_notices(data: bytes, *, expected: Expected) -> tuple[DepositNotice, ...]:
    """Every account's notice of the file.

    Raises ``ZenginRefused``, with nothing read in part: the codes of ``framing.read`` and ``Record.decode``;
    ``wrong_account``, ``wrong_period``, ``not_a_day``, ``outside_period``; ``duplicate`` (an inquiry number twice);
    ``totals`` (the trailer's counts and sums: transfers without the cancellings, and the cancellings).
    """
    return tuple([_notice(group, expected) for group in groups(data, LAYOUT)])


def _notice(group: Group, expected: Expected) -> DepositNotice:
    account = checked_account(group.header, expected)
    period = checked_period(group.header, expected)
    seen: set[tuple[str, ...]] = set()
    deposits = tuple([_deposit(record, period, seen) for record in group.data])
    for prefix, cancelled in (("", False), ("cancelled_", True)):
        amounts = [deposit.amount for deposit in deposits if deposit.cancelled is cancelled]
        group.trailer.expect_number(f"{prefix}count", len(amounts), "totals")
        group.trailer.expect_number(f"{prefix}sum", sum(amounts), "totals")
    return DepositNotice(account, period, deposits)


def _deposit(record: Read, period: Period, seen: set[tuple[str, ...]]) -> Deposit:
    expect_new(record, seen, "booked_on", "cancelled")
    values = record.values
    return Deposit(
        inquiry_number=values["inquiry_number"],
        booked_on=booked_day(record, period),
        value_date=day_of(record, "value_date", period.made_on),
        amount=int(values["amount"]),
        other_banks_bills=int(values["other_banks_bills"]),
        payer_code=values["payer_code"],
        payer_name=values["payer_name"],
        sending_bank=values["sending_bank"],
        sending_branch=values["sending_branch"],
        cancelled=values["cancelled"] == "1",
        edi=values["edi"],
    )
