"""200 files that a bank would never send, or sent about something else: each refused whole by the check that it
breaks. Every mutation makes the file wrong whatever the seed picks, and ``retotalled`` hides it from the trailer's
totals where another check has to find it."""

import random
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import pytest

from fees.zengin.debit_result import read_result
from fees.zengin.deposit_notice import read_deposit_notices
from fees.zengin.refusal import ZenginRefused
from fees.zengin.statement import read_statements
from tests.fees.zengin.handwritten import (
    COLLECTOR,
    DEBIT_DAY,
    DEBITS,
    DEPOSITS,
    EXPECTED,
    RESULT,
    STATEMENT,
    with_crlf,
)

SHIFT_JIS_NOISE = ("漢", "株", "会", "ア", "。", "―", "ソ", "㈱")  # two bytes, the first outside JIS X 0201


class Kind(NamedTuple):
    records: list[bytes]
    read: Callable[[bytes], object]
    # Positions as slices: every count and sum of the trailer, and what the header says of the account.
    totals: tuple[slice, ...]
    made_for: slice


def at(first: int, last: int) -> slice:
    """Positions as the source counts them."""
    return slice(first - 1, last)


DEBIT = Kind(
    RESULT,
    lambda data: read_result(data, collector=COLLECTOR, debit_day=DEBIT_DAY, requested=DEBITS),
    (at(2, 7), at(8, 19), at(20, 25), at(26, 37), at(38, 43), at(44, 55)),
    at(97, 103),
)
NOTICE = Kind(
    DEPOSITS,
    lambda data: read_deposit_notices(data, expected=EXPECTED),
    (at(2, 7), at(8, 19), at(20, 25), at(26, 37)),
    at(61, 67),
)
BOOK = Kind(
    STATEMENT,
    lambda data: read_statements(data, expected=EXPECTED),
    (at(2, 7), at(8, 20), at(21, 26), at(27, 39), at(55, 61)),
    at(64, 73),
)

Mutation = Callable[[random.Random, Kind], bytes]


def put(record: bytes, where: slice, value: bytes) -> bytes:
    assert len(value) == where.stop - where.start
    return record[: where.start] + value + record[where.stop :]


def other_digits(rng: random.Random, digits: bytes) -> bytes:
    """As many digits, all of them but the last kept, so that a near miss is tested."""
    return digits[:-1] + b"%d" % ((int(digits[-1:]) + rng.randint(1, 9)) % 10)


def row(rng: random.Random, kind: Kind) -> int:
    """A data record's index."""
    return rng.randrange(1, len(kind.records) - 2)


def changed(kind: Kind, index: int, where: slice, value: bytes) -> list[bytes]:
    records = list(kind.records)
    records[index] = put(records[index], where, value)
    return records


def retotalled(records: list[bytes]) -> list[bytes]:
    """A debit result whose trailer agrees with its records."""
    data = [record for record in records if record[:1] == b"2"]
    paid = [int(record[at(81, 90)]) for record in data if record[at(112, 112)] == b"0"]
    failed = [int(record[at(81, 90)]) for record in data if record[at(112, 112)] != b"0"]
    totals = b"8%06d%012d%06d%012d%06d%012d" % (
        *(len(data), sum(paid) + sum(failed)),
        *(len(paid), sum(paid)),
        *(len(failed), sum(failed)),
    )
    return [totals + record[55:] if record[:1] == b"8" else record for record in records]


# --- any file -------------------------------------------------------------------------------------------------------


def shortened_record(rng: random.Random, kind: Kind) -> bytes:
    records = list(kind.records)
    index = rng.randrange(len(records))
    cut = rng.randrange(1, len(records[index]))
    records[index] = records[index][:-cut]
    return with_crlf(records)


def lengthened_record(rng: random.Random, kind: Kind) -> bytes:
    records = list(kind.records)
    index = rng.randrange(len(records))
    records[index] += b" " * rng.randint(1, 5)
    return with_crlf(records)


def one_line_end_lost(rng: random.Random, kind: Kind) -> bytes:
    ends = [b"\r\n"] * len(kind.records)
    ends[rng.randrange(len(ends))] = b""
    return b"".join(record + end for record, end in zip(kind.records, ends, strict=True))


def byte_lost(rng: random.Random, kind: Kind) -> bytes:
    data = b"".join(kind.records)
    return data[: -rng.randint(1, 119)]


def extra_bytes(rng: random.Random, kind: Kind) -> bytes:
    return with_crlf(kind.records) + rng.choice([b"\x1a", b" ", b"\r\n", b"9", b"\x00" * 7])


def extra_record(rng: random.Random, kind: Kind) -> bytes:
    return with_crlf([*kind.records, kind.records[rng.randrange(1, len(kind.records))]])


def trailer_missing(rng: random.Random, kind: Kind) -> bytes:
    return with_crlf([record for record in kind.records if record[:1] != b"8"])


def cut_after_a_record(rng: random.Random, kind: Kind) -> bytes:
    return with_crlf(kind.records[: rng.randrange(1, len(kind.records) - 1)])


def header_missing(rng: random.Random, kind: Kind) -> bytes:
    return with_crlf(kind.records[1:])


def swapped_kinds(rng: random.Random, kind: Kind) -> bytes:
    records = list(kind.records)
    first, second = rng.choice([(0, row(rng, kind)), (row(rng, kind), len(records) - 2)])
    records[first], records[second] = records[second], records[first]
    return with_crlf(records)


def wrong_total(rng: random.Random, kind: Kind) -> bytes:
    where = rng.choice(kind.totals)
    trailer = kind.records[-2]
    return with_crlf(changed(kind, -2, where, other_digits(rng, trailer[where])))


def record_repeated(rng: random.Random, kind: Kind) -> bytes:
    index = row(rng, kind)
    return with_crlf([*kind.records[: index + 1], kind.records[index], *kind.records[index + 1 :]])


def noise(rng: random.Random, kind: Kind) -> bytes:
    index = rng.randrange(len(kind.records))
    # Beside the first byte, so that the record is still known by its mark.
    start = rng.randrange(2, len(kind.records[index]) - 1)
    return with_crlf(changed(kind, index, at(start, start + 1), rng.choice(SHIFT_JIS_NOISE).encode("cp932")))


def utf_8(rng: random.Random, kind: Kind) -> bytes:
    """The same texts in UTF-8: a half-width kana is three bytes, so that no record has its length."""
    records = list(kind.records)
    with_kana = [index for index, record in enumerate(records) if any(byte > 0xA0 for byte in record)]
    index = rng.choice(with_kana)
    records[index] = records[index].decode("shift_jis").encode()
    return with_crlf(records)


def another_category(rng: random.Random, kind: Kind) -> bytes:
    return with_crlf(changed(kind, 0, at(2, 3), rng.choice([b"21", b"11", b"98"])))


def ebcdic_class(rng: random.Random, kind: Kind) -> bytes:
    return with_crlf(changed(kind, 0, at(4, 4), b"1"))


def another_account(rng: random.Random, kind: Kind) -> bytes:
    found = kind.records[0][kind.made_for]
    return with_crlf(changed(kind, 0, kind.made_for, other_digits(rng, found)))


# --- debit results --------------------------------------------------------------------------------------------------


def another_collector(rng: random.Random, kind: Kind) -> bytes:
    return with_crlf(changed(kind, 0, at(5, 14), other_digits(rng, kind.records[0][at(5, 14)])))


def another_debit_day(rng: random.Random, kind: Kind) -> bytes:
    """The debit days of the seasons of 2027 and 2028, and a day of another month."""
    return with_crlf(changed(kind, 0, at(55, 58), rng.choice([b"0301", b"0228", b"0127"])))


def another_year(rng: random.Random, kind: Kind) -> bytes:
    """The season whose debit day falls on the same day of the year; only the customer numbers tell."""
    year = rng.choice([b"2024", b"2026", b"2028"])
    return with_crlf([record.replace(b"2025-A-", year + b"-A-") for record in kind.records])


def another_batch(rng: random.Random, kind: Kind) -> bytes:
    batch = rng.choice([b"B", b"C", b"Z"])
    return with_crlf([record.replace(b"2025-A-", b"2025-" + batch + b"-") for record in kind.records])


def result_code_unknown(rng: random.Random, kind: Kind) -> bytes:
    return with_crlf(changed(kind, row(rng, kind), at(112, 112), rng.choice([b"5", b"6", b"7"])))


def result_code_blank(rng: random.Random, kind: Kind) -> bytes:
    return with_crlf(changed(kind, row(rng, kind), at(112, 112), rng.choice([b" ", b"A"])))


def success_turned(rng: random.Random, kind: Kind) -> bytes:
    """One result turned round without the trailer knowing."""
    index = row(rng, kind)
    turned = b"1" if kind.records[index][at(112, 112)] == b"0" else b"0"
    return with_crlf(changed(kind, index, at(112, 112), turned))


def amount_no_number(rng: random.Random, kind: Kind) -> bytes:
    value = rng.choice([b"     60000", b"00006000A0", b"-000060000", b"000060,000"])
    return with_crlf(changed(kind, row(rng, kind), at(81, 90), value))


def amount_changed(rng: random.Random, kind: Kind) -> bytes:
    index = row(rng, kind)
    amount = other_digits(rng, kind.records[index][at(81, 90)])
    return with_crlf(retotalled(changed(kind, index, at(81, 90), amount)))


def account_changed(rng: random.Random, kind: Kind) -> bytes:
    index = row(rng, kind)
    where = rng.choice([at(2, 5), at(21, 23), at(44, 50)])
    return with_crlf(changed(kind, index, where, other_digits(rng, kind.records[index][where])))


def holder_changed(rng: random.Random, kind: Kind) -> bytes:
    return with_crlf(changed(kind, row(rng, kind), at(51, 80), b"\xb6)\xcd\xde\xc2".ljust(30)))


def swapped_holders(rng: random.Random, kind: Kind) -> bytes:
    first, second = rng.sample(range(1, len(kind.records) - 2), 2)
    records = list(kind.records)
    account = at(44, 80)
    records[first] = put(records[first], account, kind.records[second][account])
    records[second] = put(records[second], account, kind.records[first][account])
    return with_crlf(records)


def repeated_and_retotalled(rng: random.Random, kind: Kind) -> bytes:
    index = row(rng, kind)
    return with_crlf(retotalled([*kind.records[:index], kind.records[index], *kind.records[index:]]))


def left_out_and_retotalled(rng: random.Random, kind: Kind) -> bytes:
    index = row(rng, kind)
    return with_crlf(retotalled([*kind.records[:index], *kind.records[index + 1 :]]))


def stranger_added(rng: random.Random, kind: Kind) -> bytes:
    stranger = put(kind.records[1], at(92, 111), b"2025-A-9%05d       " % rng.randrange(10**5))
    return with_crlf(retotalled([*kind.records[:-2], stranger, *kind.records[-2:]]))


# --- notices --------------------------------------------------------------------------------------------------------


def a_year_earlier(rng: random.Random, kind: Kind) -> bytes:
    return with_crlf([record.replace(b"0803", b"0703") for record in kind.records])


def a_year_later(rng: random.Random, kind: Kind) -> bytes:
    return with_crlf([record.replace(b"0803", b"0903") for record in kind.records])


def christian_years(rng: random.Random, kind: Kind) -> bytes:
    return with_crlf([record.replace(b"0803", b"2603") for record in kind.records])


def booked_on(kind: Kind) -> slice:
    return at(8, 13) if kind is NOTICE else at(10, 15)


def booked_outside(rng: random.Random, kind: Kind) -> bytes:
    day = rng.choice([b"080301", b"080305", b"070303"])
    return with_crlf(changed(kind, row(rng, kind), booked_on(kind), day))


def booked_on_no_day(rng: random.Random, kind: Kind) -> bytes:
    day = rng.choice([b"080332", b"081303", b"000303"])
    return with_crlf(changed(kind, row(rng, kind), booked_on(kind), day))


ANY_FILE: dict[Mutation, set[str]] = {
    shortened_record: {"length"},
    lengthened_record: {"length"},
    one_line_end_lost: {"length"},
    byte_lost: {"length"},
    extra_bytes: {"length"},
    extra_record: {"order"},
    trailer_missing: {"order"},
    cut_after_a_record: {"incomplete"},
    header_missing: {"order"},
    swapped_kinds: {"order"},
    wrong_total: {"totals"},
    noise: {"characters"},
    utf_8: {"length"},
    another_category: {"unknown_code"},
    ebcdic_class: {"unknown_code"},
}
DEBIT_RESULTS: dict[Mutation, set[str]] = {
    **ANY_FILE,
    another_account: {"wrong_bank"},
    record_repeated: {"duplicate"},
    another_collector: {"wrong_collector"},
    another_debit_day: {"wrong_day"},
    another_year: {"extra"},
    another_batch: {"extra"},
    result_code_unknown: {"unknown_code"},
    result_code_blank: {"unknown_code", "not_digits"},
    success_turned: {"totals"},
    amount_no_number: {"not_digits"},
    amount_changed: {"not_as_requested"},
    account_changed: {"not_as_requested"},
    holder_changed: {"not_as_requested"},
    swapped_holders: {"not_as_requested"},
    repeated_and_retotalled: {"duplicate"},
    left_out_and_retotalled: {"missing"},
    stranger_added: {"extra"},
}
NOTICES: dict[Mutation, set[str]] = {
    **ANY_FILE,
    another_account: {"wrong_account"},
    record_repeated: {"duplicate"},
    a_year_earlier: {"wrong_period"},
    a_year_later: {"wrong_period"},
    christian_years: {"wrong_period"},
    booked_outside: {"outside_period"},
    booked_on_no_day: {"not_a_day"},
}
SEEDS = {"debit": 4, "notice": 2, "book": 2}
CASES = [
    pytest.param(kind, mutation, codes, seed, id=f"{name}-{mutation.__name__}-{seed}")
    for name, kind, mutations in (
        ("debit", DEBIT, DEBIT_RESULTS),
        ("notice", NOTICE, NOTICES),
        ("book", BOOK, NOTICES),
    )
    for mutation, codes in mutations.items()
    for seed in range(SEEDS[name])
]


@pytest.mark.parametrize("kind", [DEBIT, NOTICE, BOOK], ids=["debit", "notice", "book"])
def test_the_files_as_typed_are_accepted(kind: Kind) -> None:
    assert kind.read(with_crlf(kind.records))


@pytest.mark.parametrize(("kind", "mutation", "codes", "seed"), CASES)
def test_a_mutated_file_is_refused_by_the_check_it_breaks(
    kind: Kind, mutation: Mutation, codes: set[str], seed: int
) -> None:
    data = mutation(random.Random(f"{mutation.__name__}-{seed}"), kind)
    assert data != with_crlf(kind.records)
    with pytest.raises(ZenginRefused) as refusal:
        kind.read(data)
    assert refusal.value.code in codes
    assert refusal.value.field in refusal.value.reason
    if refusal.value.code != "missing":
        assert (
            refusal.value.reason.startswith(f"{refusal.value.record}件目") or "件目" in refusal.value.reason
        )
    assert "正しくは" in refusal.value.reason


def test_there_are_200_of_them_or_more() -> None:
    assert len(CASES) >= 200
    assert min(Counter(str(case.values[1]) for case in CASES).values()) >= 4
