"""Reading a 口座振替 result (種別 91) against the request it answers: whole and right, or refused. Source: see
``debit_records``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from fees.zengin.debit_records import DATA, HEADER, LAYOUT, TRAILER, Collector, Debit, ResultCode, Totals
from fees.zengin.debit_request import header_values
from fees.zengin.framing import Read, read
from fees.zengin.refusal import ZenginRefused

# Banks write names their own way; codes and numbers they return as they got them.
_HEADER_CHECKS = {
    "collector_code": "wrong_collector",
    "debit_day": "wrong_day",
    "bank": "wrong_bank",
    "branch": "wrong_bank",
    "account_type": "wrong_bank",
    "account_number": "wrong_bank",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one debit; ``amount`` in yen."""

    customer_number: str
    amount: int
    result: ResultCode


@dataclass(frozen=True)
class DebitResult:
    """The whole file: an outcome for every debit of the request, in the file's order; SHA-256 of the file in hex."""

    outcomes: tuple[Outcome, ...]
    debited: Totals
    failed: Totals
    sha256: str


def read_result(
    data: bytes, *, collector: Collector, debit_day: date, requested: Iterable[Debit]
) -> DebitResult:
    """The outcomes of ``requested``, each exactly once.

    Raises ``ZenginRefused``, with nothing read in part: the codes of ``framing.read`` and ``Record.decode``;
    ``wrong_collector``, ``wrong_day``, ``wrong_bank`` (the header is another batch's); ``duplicate`` (a customer
    number twice); ``extra`` (not in the request), ``not_as_requested`` (bank, branch, account, holder or amount
    differs), ``missing`` (no result for a debit); ``totals``.
    """
    expected = {debit.customer_number: debit for debit in requested}
    seen: dict[str, int] = {}
    outcomes: list[Outcome] = []
    for record in read(data, LAYOUT):
        if record.table is HEADER:
            _check_header(record, collector, debit_day)
        elif record.table is DATA:
            outcomes.append(_outcome(record, expected, seen))
        elif record.table is TRAILER:
            debited = _totals(each for each in outcomes if each.result is ResultCode.DEBITED)
            failed = _totals(each for each in outcomes if each.result is not ResultCode.DEBITED)
            _check_trailer(record, debited, failed)
    _check_complete(expected, seen)
    return DebitResult(tuple(outcomes), debited, failed, sha256(data).hexdigest())


def _check_header(record: Read, collector: Collector, debit_day: date) -> None:
    ours = header_values(collector, debit_day)
    for name, code in _HEADER_CHECKS.items():
        record.expect(name, record.table.named(name).written(ours[name]), code)


def _outcome(record: Read, expected: Mapping[str, Debit], seen: dict[str, int]) -> Outcome:
    number = record.values["customer_number"]
    if number in seen:
        raise record.table.refusal(
            "duplicate",
            record.number,
            "customer_number",
            number,
            f"1回だけで、{seen[number]}件目にもあります",
        )
    debit = expected.get(number)
    if debit is None:
        raise record.table.refusal(
            "extra", record.number, "customer_number", number, "この請求にある顧客番号のどれか"
        )
    seen[number] = record.number
    for name in ("bank", "branch", "account_type", "account_number", "holder"):
        record.expect(
            name, record.table.named(name).written(getattr(debit, name)).rstrip(" "), "not_as_requested"
        )
    record.expect_number("amount", debit.amount, "not_as_requested")
    return Outcome(number, debit.amount, ResultCode(record.values["result"]))


def _totals(outcomes: Iterable[Outcome]) -> Totals:
    amounts = [outcome.amount for outcome in outcomes]
    return Totals(len(amounts), sum(amounts))


def _check_trailer(record: Read, debited: Totals, failed: Totals) -> None:
    for name, found in (
        ("count", debited.count + failed.count),
        ("sum", debited.sum + failed.sum),
        ("debited_count", debited.count),
        ("debited_sum", debited.sum),
        ("failed_count", failed.count),
        ("failed_sum", failed.sum),
    ):
        record.expect_number(name, found, "totals")


def _check_complete(expected: Mapping[str, Debit], seen: Mapping[str, int]) -> None:
    missing = [number for number in expected if number not in seen]
    if missing:
        raise ZenginRefused(
            "missing",
            f"「顧客番号」{missing[0]}の結果がありません（足りないのは{len(missing)}件です）。"
            f"ファイルの結果は{len(seen)}件で、正しくは請求と同じ{len(expected)}件です。"
            "銀行に全件の結果を求めてください。",
            field="顧客番号",
        )
