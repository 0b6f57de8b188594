"""預金口座振替 (種別 91): the records that a request and its result share, and the values in them.

Source: 全銀協規定形式, 口座振替, 120 bytes. The header has the debit day without its year: what tells one year's batch
from another's is the customer numbers, so the caller puts the batch into them.
"""

from dataclasses import dataclass
from enum import StrEnum

from fees.zengin.framing import Layout
from fees.zengin.layout import C, N, Record

HEADER = Record(
    "ヘッダー",
    120,
    (
        N("mark", "データ区分", 1, 1, "1"),
        N("category", "種別コード", 2, 3, "91"),
        N("code_class", "コード区分", 4, 4, "0"),
        N("collector_code", "委託者コード", 5, 14),
        C("collector_name", "委託者名", 15, 54),
        N("debit_day", "引落日", 55, 58),
        N("bank", "取引銀行番号", 59, 62),
        C("bank_name", "取引銀行名", 63, 77),
        N("branch", "取引支店番号", 78, 80),
        C("branch_name", "取引支店名", 81, 95),
        N("account_type", "預金種目（委託者）", 96, 96, "1", "2", "9"),
        N("account_number", "口座番号（委託者）", 97, 103, personal=True),
        C("filler", "ダミー", 104, 120),
    ),
)
DATA = Record(
    "データ",
    120,
    (
        N("mark", "データ区分", 1, 1, "2"),
        N("bank", "引落銀行番号", 2, 5),
        C("bank_name", "引落銀行名", 6, 20),
        N("branch", "引落支店番号", 21, 23),
        C("branch_name", "引落支店名", 24, 38),
        C("filler", "ダミー", 39, 42),
        N("account_type", "預金種目", 43, 43, "1", "2", "3", "9"),
        N("account_number", "口座番号", 44, 50, personal=True),
        C("holder", "預金者名", 51, 80),
        N("amount", "引落金額", 81, 90),
        N("new_code", "新規コード", 91, 91, "0", "1", "2"),
        C("customer_number", "顧客番号", 92, 111),
        N("result", "振替結果コード", 112, 112, "0", "1", "2", "3", "4", "8", "9"),
        C("last_filler", "ダミー", 113, 120),
    ),
)
TRAILER = Record(
    "トレーラー",
    120,
    (
        N("mark", "データ区分", 1, 1, "8"),
        N("count", "合計件数", 2, 7),
        N("sum", "合計金額", 8, 19),
        N("debited_count", "振替済件数", 20, 25),
        N("debited_sum", "振替済金額", 26, 37),
        N("failed_count", "振替不能件数", 38, 43),
        N("failed_sum", "振替不能金額", 44, 55),
        C("filler", "ダミー", 56, 120),
    ),
)
END = Record("エンド", 120, (N("mark", "データ区分", 1, 1, "9"), C("filler", "ダミー", 2, 120)))

LAYOUT = Layout(
    (HEADER, DATA, TRAILER, END),
    follows={"": "1", "1": "2", "2": "28", "8": "9", "9": ""},
    ends_after="9",
)


class NewCode(StrEnum):
    """新規コード: whether the account is debited for the first time, or was changed."""

    OTHER = "0"
    FIRST = "1"
    CHANGED = "2"


class ResultCode(StrEnum):
    """振替結果コード."""

    DEBITED = "0"
    SHORT_OF_FUNDS = "1"
    NO_ACCOUNT = "2"
    STOPPED_BY_HOLDER = "3"
    NO_MANDATE = "4"
    STOPPED_BY_COLLECTOR = "8"
    OTHER = "9"


@dataclass(frozen=True)
class Collector:
    """委託者: who collects, and the account the money goes to. Names in the files' alphabet (``text``), codes with
    their leading zeros: collector 10 digits, bank 4, branch 3, account 7; account type 1, 2 or 9."""

    code: str
    name: str
    bank: str
    bank_name: str
    branch: str
    branch_name: str
    account_type: str
    account_number: str


@dataclass(frozen=True, slots=True)
class Debit:
    """One debit asked for. Names in the files' alphabet, the holder cut to 30 characters by ``text.fitted``; codes
    with their leading zeros; ``amount`` in yen; ``customer_number`` unique in the batch and naming it."""

    bank: str
    branch: str
    account_type: str
    account_number: str
    holder: str
    amount: int
    customer_number: str
    bank_name: str = ""
    branch_name: str = ""
    new_code: NewCode = NewCode.OTHER


@dataclass(frozen=True)
class Totals:
    """How many debits, and their sum in yen."""

    count: int
    sum: int
