"""Writing the Zengin debit file of a whole association to a file. Touches no database."""

import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from datetime import date

from fees.zengin.debit_records import Collector, Debit
from fees.zengin.debit_request import Written, write_request

DEBIT_DAY = date(2027, 3, 1)
COLLECTOR = Collector("0000012345", "ｼﾔ)ｺｳｷﾞﾖｳｾｲﾋﾝ", "0001", "ﾐｽﾞﾎ", "001", "ﾄｳｷﾖｳ", "1", "0123456")


def measure(*, debits: int) -> dict[str, float]:
    """Seconds for ``debits`` records, and the most memory held while a second file of them is written, in MB:
    tracing slows writing down, so that the two are measured apart."""
    begun = time.perf_counter()
    written = _write(debits)
    seconds = time.perf_counter() - begun
    tracemalloc.start()
    _write(debits)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {"seconds": seconds, "peak": peak / 1_000_000, "bytes": written.size}


def _write(debits: int) -> Written:
    with tempfile.TemporaryFile() as out:
        return write_request(out, collector=COLLECTOR, debit_day=DEBIT_DAY, debits=_debits(debits))


def _debits(count: int) -> Iterator[Debit]:
    for number in range(count):
        yield Debit(
            "0001",
            "001",
            "1",
            f"{number:07d}",
            "ｶ)ｱｻﾋｾｲｻｸｼﾖ",
            60_000,
            f"2026-A-{number:08d}",
            "ﾐｽﾞﾎ",
            "ﾄｳｷﾖｳ",
        )
