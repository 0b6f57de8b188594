"""What the two notices about the association's account have in common: whose account, which days, how strict.

Source: 全銀協規定形式, 振込入金通知 and 入出金取引明細, 200 bytes.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from fees.zengin.era_dates import era_date
from fees.zengin.framing import Layout, Read, read
from fees.zengin.layout import C, Field, N, Record

# One group for each account; the end record follows where the bank writes one. Its counts are the bank's own
# business and are not read: our sources do not give their places.
FOLLOWS = {"": "1", "1": "28", "2": "28", "8": "19", "9": ""}
ENDS_AFTER = "89"
END = Record("エンド", 200, (N("mark", "データ区分", 1, 1, "9"), C("rest", "内容", 2, 200)))


def opening(category: str) -> tuple[Field, ...]:
    """The first 59 places of a header, which are the same in both."""
    return (
        N("mark", "データ区分", 1, 1, "1"),
        N("category", "種別コード", 2, 3, category),
        N("code_class", "コード区分", 4, 4, "0"),
        N("made_on", "作成日", 5, 10),
        N("first_day", "勘定日（自）", 11, 16),
        N("last_day", "勘定日（至）", 17, 22),
        N("bank", "銀行コード", 23, 26),
        C("bank_name", "銀行名", 27, 41),
        N("branch", "支店コード", 42, 44),
        C("branch_name", "支店名", 45, 59),
    )


@dataclass(frozen=True)
class OwnAccount:
    """An account of the association's: bank 4 digits, branch 3, number 7, 0-filled; type 1, 2, 4 or 9."""

    bank: str
    branch: str
    account_type: str
    account_number: str


@dataclass(frozen=True)
class Expected:
    """What the caller knows of the file: whose accounts it may be about, that it was received on ``received_on``,
    and that it tells of no day before ``since``. A file of another year breaks one of the two."""

    accounts: Collection[OwnAccount]
    since: date
    received_on: date


@dataclass(frozen=True)
class Period:
    """When the bank made the file, and the booking days (勘定日) it covers, both inclusive."""

    made_on: date
    first: date
    last: date


@dataclass(frozen=True)
class Group:
    """The records about one account, as read."""

    header: Read
    data: list[Read]
    trailer: Read


def groups(data: bytes, layout: Layout) -> Iterator[Group]:
    """The file's groups of header, data and trailer. Raises ``ZenginRefused`` (see ``framing.read``)."""
    rows: list[Read] = []
    for record in read(data, layout):
        if record.table.mark == "8":
            header, *following = rows
            yield Group(header, following, record)
            rows = []
        else:
            rows.append(record)


def checked_account(header: Read, expected: Expected) -> OwnAccount:
    """Raises ``ZenginRefused`` (``wrong_account``) where the header is about none of the association's accounts."""
    values = header.values
    number = values["account_number"]
    found = OwnAccount(
        values["bank"],
        values["branch"],
        values["account_type"],
        number[-7:] if int(number) < 10**7 else number,
    )
    if found in expected.accounts:
        return found
    ours = min(expected.accounts, key=lambda each: _differing(found, each), default=found)
    for name in ("bank", "branch", "account_type"):
        if values[name] != getattr(ours, name):
            raise header.refuse("wrong_account", name, getattr(ours, name))
    raise header.refuse("wrong_account", "account_number", ours.account_number)


def _differing(found: OwnAccount, ours: OwnAccount) -> int:
    names = ("bank", "branch", "account_type", "account_number")
    return sum(getattr(found, name) != getattr(ours, name) for name in names)


def checked_period(header: Read, expected: Expected) -> Period:
    """Raises ``ZenginRefused`` (``not_a_day``, ``wrong_period``): a period runs forward, ends before the file was
    made, which is no later than it was received, and begins no earlier than ``since``."""
    made_on, first, last = (
        day_of(header, name, expected.received_on) for name in ("made_on", "first_day", "last_day")
    )
    for name, holds, wanted in (
        ("made_on", made_on <= expected.received_on, f"受け取った日（{expected.received_on}）かそれより前"),
        ("first_day", expected.since <= first, f"{expected.since}かそれより後"),
        ("last_day", first <= last <= made_on, f"{first}から{made_on}まで"),
    ):
        if not holds:
            raise header.table.refusal(
                "wrong_period", header.number, name, header.values[name], f"{wanted}の日"
            )
    return Period(made_on, first, last)


def booked_day(record: Read, period: Period) -> date:
    """勘定日. Raises ``ZenginRefused`` (``not_a_day``, ``outside_period``)."""
    day = day_of(record, "booked_on", period.made_on)
    if not period.first <= day <= period.last:
        raise record.table.refusal(
            "outside_period",
            record.number,
            "booked_on",
            record.values["booked_on"],
            f"{period.first}から{period.last}までの日",
        )
    return day


def day_of(record: Read, name: str, reference: date) -> date:
    """The day in a field. Raises ``ZenginRefused`` (``not_a_day``)."""
    try:
        return era_date(record.values[name], reference)
    except ValueError:
        raise record.table.refusal(
            "not_a_day", record.number, name, record.values[name], "和暦の年月日（YYMMDD）"
        ) from None


def expect_new(record: Read, seen: set[tuple[str, ...]], *names: str) -> None:
    """Raises ``ZenginRefused`` (``duplicate``) where another record has the same inquiry number and ``names``.
    Banks that give no inquiry numbers write zeros or blanks, which tell nothing."""
    key = tuple(record.values[name] for name in ("inquiry_number", *names))
    if not key[0].strip("0"):
        return
    if key in seen:
        raise record.table.refusal(
            "duplicate", record.number, "inquiry_number", key[0], "ファイルの中で1回だけ"
        )
    seen.add(key)
