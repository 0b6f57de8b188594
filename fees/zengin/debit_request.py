"""Writing a 口座振替 request (種別 91) as a stream. Source: see ``debit_records``."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import BinaryIO

from fees.zengin.debit_records import DATA, END, HEADER, TRAILER, Collector, Debit, Totals
from fees.zengin.framing import CRLF
from fees.zengin.text import Alphabet

MOST_DEBITS = 999_999


class DebitUnwritable(ValueError):
    """A debit that the file cannot carry. The reason is Japanese and names the debit by its customer number."""


@dataclass(frozen=True)
class Written:
    """What was written: the totals of the trailer, bytes, and their SHA-256 in hex."""

    totals: Totals
    size: int
    sha256: str


def write_request(
    out: BinaryIO, *, collector: Collector, debit_day: date, debits: Iterable[Debit], crlf: bool = True
) -> Written:
    """Writes the whole file to ``out``, one debit at a time. Raises what ``request_records`` raises; what ``out``
    then holds is no file."""
    digest, size = sha256(), 0
    records = request_records(collector=collector, debit_day=debit_day, debits=debits)
    while True:
        try:
            record = next(records)
        except StopIteration as finished:
            return Written(finished.value, size, digest.hexdigest())
        record = record + CRLF if crlf else record
        digest.update(record)
        size += out.write(record)


def request_records(
    *, collector: Collector, debit_day: date, debits: Iterable[Debit]
) -> Generator[bytes, None, Totals]:
    """The records of 120 bytes without line ends, in order: header, data, trailer, end; returns the totals.

    Debits come in ascending order of their customer numbers, as ASCII orders them: so one given twice is noticed
    without remembering them all. Raises ``DebitUnwritable`` for a debit that the layout cannot hold, a customer
    number given twice or out of order, no debit or more than 999,999; ``ValueError`` for a collector that does not fit.
    """
    yield HEADER.encode(header_values(collector, debit_day))
    count = total = 0
    last = ""
    for debit in debits:
        record = _data(debit)
        if debit.customer_number <= last:
            raise _out_of_sequence(debit.customer_number, last)
        count, total, last = count + 1, total + debit.amount, debit.customer_number
        yield record
    if not 0 < count <= MOST_DEBITS:
        raise DebitUnwritable(f"引落が{count:,}件です。1件から{MOST_DEBITS:,}件までにしてください。")
    yield TRAILER.encode(trailer_values(Totals(count, total), Totals(0, 0), Totals(0, 0)))
    yield END.encode({})
    return Totals(count, total)


def _out_of_sequence(number: str, last: str) -> DebitUnwritable:
    if number == last:
        return DebitUnwritable(f"顧客番号「{number}」が2回あります。1件にまとめてください。")
    return DebitUnwritable(f"顧客番号「{number}」が「{last}」の後にあります。小さい順に並べてください。")


def header_values(collector: Collector, debit_day: date) -> dict[str, str]:
    """The header's values. Source: 口座振替, ヘッダー・レコード; the debit day is MMDD."""
    return {
        "collector_code": collector.code,
        "collector_name": collector.name,
        "debit_day": f"{debit_day:%m%d}",
        "bank": collector.bank,
        "bank_name": collector.bank_name,
        "branch": collector.branch,
        "branch_name": collector.branch_name,
        "account_type": collector.account_type,
        "account_number": collector.account_number,
    }


def trailer_values(asked: Totals, debited: Totals, failed: Totals) -> dict[str, str]:
    """The trailer's values; a request's debited and failed are zero."""
    return {
        "count": str(asked.count),
        "sum": str(asked.sum),
        "debited_count": str(debited.count),
        "debited_sum": str(debited.sum),
        "failed_count": str(failed.count),
        "failed_sum": str(failed.sum),
    }


def _data(debit: Debit) -> bytes:
    if debit.amount <= 0:
        raise DebitUnwritable(f"顧客番号「{debit.customer_number}」の引落金額が{debit.amount}円です。")
    texts = (
        (Alphabet.NAME, debit.holder, "預金者名"),
        (Alphabet.BANK_NAME, debit.bank_name, "銀行名"),
        (Alphabet.BANK_NAME, debit.branch_name, "支店名"),
        (Alphabet.CUSTOMER_NUMBER, debit.customer_number, "顧客番号"),
    )
    for alphabet, text, label in texts:
        if found := alphabet.forbidden.search(text):
            raise DebitUnwritable(
                f"顧客番号「{debit.customer_number}」の{label}に、使えない文字「{found[0]}」があります。"
            )
    if not debit.holder or not debit.customer_number:
        raise DebitUnwritable(f"顧客番号「{debit.customer_number}」の預金者名か顧客番号が空欄です。")
    try:
        return DATA.encode(
            {
                "bank": debit.bank,
                "bank_name": debit.bank_name,
                "branch": debit.branch,
                "branch_name": debit.branch_name,
                "account_type": debit.account_type,
                "account_number": debit.account_number,
                "holder": debit.holder,
                "amount": str(debit.amount),
                "new_code": debit.new_code,
                "customer_number": debit.customer_number,
                "result": "0",
            }
        )
    except ValueError as error:
        raise DebitUnwritable(
            f"顧客番号「{debit.customer_number}」の引落を書き込めません（{error}）。振替口座を確かめてください。"
        ) from error
