from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fees.zengin.debit_records import Debit, Totals
from fees.zengin.debit_request import DebitUnwritable, Written, write_request
from tests.fees.zengin.handwritten import COLLECTOR, DEBIT_DAY, DEBITS, REQUEST, with_crlf


def written(debits: list[Debit], *, crlf: bool = True) -> tuple[Written, bytes]:
    out = BytesIO()
    totals = write_request(out, collector=COLLECTOR, debit_day=DEBIT_DAY, debits=iter(debits), crlf=crlf)
    return totals, out.getvalue()


@pytest.mark.parametrize("crlf", [True, False])
def test_the_typed_file_byte_for_byte(crlf: bool) -> None:
    summary, found = written(list(DEBITS), crlf=crlf)
    expected = with_crlf(REQUEST) if crlf else b"".join(REQUEST)
    assert found == expected
    assert summary == Written(Totals(7, 489_000), len(expected), sha256(expected).hexdigest())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"holder": "株式会社"}, "預金者名に、使えない文字「株」"),
        ({"holder": "ｱ" * 31}, "holder has room for 30"),
        ({"holder": ""}, "空欄"),
        ({"bank_name": "ﾐｽﾞﾎ(1"}, "銀行名に、使えない文字「(」"),
        ({"branch_name": "ｦ"}, "支店名に、使えない文字「ｦ」"),
        ({"customer_number": "ア"}, "顧客番号に、使えない文字「ア」"),
        ({"customer_number": ""}, "空欄"),
        ({"amount": 0}, "引落金額が0円"),
        ({"amount": 10**10}, "amount has room for 10"),
        ({"bank": "00001"}, "bank has room for 4"),
        ({"account_type": "4"}, "account_type takes one of 1, 2, 3, 9"),
        ({"customer_number": "2025-A-000002"}, "2回"),
        ({"customer_number": "2025-A-000009"}, "小さい順"),
    ],
)
def test_a_debit_that_the_file_cannot_carry(change: dict[str, Any], words: str) -> None:
    with pytest.raises(DebitUnwritable, match=words.replace("(", r"\(")):
        written([replace(DEBITS[0], **change), *DEBITS[1:]])


def test_a_file_without_debits_is_none() -> None:
    with pytest.raises(DebitUnwritable, match="0件"):
        written([])


@given(st.lists(st.integers(1, 9_999_999_999), min_size=1, max_size=20))
def test_the_trailer_adds_up(amounts: list[int]) -> None:
    debits = [
        replace(DEBITS[0], amount=amount, customer_number=f"{number:02d}")
        for number, amount in enumerate(amounts)
    ]
    if sum(amounts) < 10**12:
        summary, found = written(debits, crlf=False)
        assert summary.totals == Totals(len(amounts), sum(amounts))
        assert found[-240:-220] == f"8{len(amounts):06d}{sum(amounts):012d}0".encode()
