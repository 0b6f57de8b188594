from dataclasses import replace
from datetime import date

import pytest

from fees.zengin.debit_records import Debit, ResultCode, Totals
from fees.zengin.debit_result import DebitResult, read_result
from fees.zengin.refusal import ZenginRefused
from tests.fees.zengin.handwritten import COLLECTOR, DEBIT_DAY, DEBITS, REQUEST, RESULT, with_crlf


def result_of(data: bytes, debits: tuple[Debit, ...] = DEBITS) -> DebitResult:
    return read_result(data, collector=COLLECTOR, debit_day=DEBIT_DAY, requested=debits)


@pytest.mark.parametrize("data", [with_crlf(RESULT), b"".join(RESULT)])
def test_every_result_code(data: bytes) -> None:
    found = result_of(data)
    assert [outcome.result for outcome in found.outcomes] == list(ResultCode)
    assert [outcome.customer_number for outcome in found.outcomes] == [
        debit.customer_number for debit in DEBITS
    ]
    assert (found.debited, found.failed) == (Totals(1, 60_000), Totals(6, 429_000))


def test_a_bank_may_sort_the_results() -> None:
    header, *data, trailer, end = RESULT
    assert len(result_of(with_crlf([header, *reversed(data), trailer, end])).outcomes) == 7


def test_the_request_itself_is_no_result() -> None:
    with pytest.raises(ZenginRefused) as refusal:
        result_of(with_crlf(REQUEST))
    assert refusal.value.code == "totals"


def test_another_days_batch() -> None:
    with pytest.raises(ZenginRefused, match="「引落日」が「0227」です。正しくは「0301」です。"):
        read_result(with_crlf(RESULT), collector=COLLECTOR, debit_day=date(2027, 3, 1), requested=DEBITS)


def test_the_same_day_of_another_year_is_told_by_the_customer_numbers() -> None:
    debits = tuple(
        replace(debit, customer_number=debit.customer_number.replace("2025", "2028")) for debit in DEBITS
    )
    with pytest.raises(ZenginRefused) as refusal:
        result_of(with_crlf(RESULT), debits)
    assert refusal.value.code == "extra"


def test_an_account_number_is_shown_by_its_last_digits() -> None:
    debits = (replace(DEBITS[0], account_number="7654321"), *DEBITS[1:])
    with pytest.raises(ZenginRefused) as refusal:
        result_of(with_crlf(RESULT), debits)
    assert refusal.value.reason == (
        "2件目のレコード（データ）の「口座番号」が「••••101」です。正しくは「••••321」です。"
    )
