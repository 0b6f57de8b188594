"""Files typed by hand, one record a line, and what a reader of them knows beforehand. They are turned into bytes by
Python's own codec, not by ours."""

from datetime import date
from pathlib import Path

from fees.zengin.account_notices import Expected, OwnAccount
from fees.zengin.debit_records import Collector, Debit, NewCode

_FILES = Path(__file__).parent / "files"


def lines(name: str) -> list[bytes]:
    text = (_FILES / f"{name}.txt").read_text(encoding="utf-8")
    return [line.encode("shift_jis") for line in text.split("\n")[:-1]]


def with_crlf(records: list[bytes]) -> bytes:
    return b"".join(record + b"\r\n" for record in records)


REQUEST = lines("debit_request")
RESULT = lines("debit_result")
DEPOSITS = lines("deposit_notice")
STATEMENT = lines("statement")

NAME = "ｼﾔ)ｺｳｷﾞﾖｳｾｲﾋﾝｾｲｿﾞｳｷﾞﾉｳｼﾞﾝｻﾞｲｷｺｳ"
COLLECTOR = Collector("0000012345", NAME, "0001", "ﾐｽﾞﾎ", "001", "ﾄｳｷﾖｳ", "1", "0123456")
DEBIT_DAY = date(2026, 2, 27)
DEBITS = (
    Debit(
        "0001", "001", "1", "0000101", "ｶ)ｱｻﾋｾｲｻｸｼﾖ", 60_000, "2025-A-000001", "ﾐｽﾞﾎ", "ﾄｳｷﾖｳ", NewCode.FIRST
    ),
    Debit("0005", "002", "2", "0000102", "ｷﾖｳﾘﾂｷﾝｿﾞｸ(ｶ", 63_000, "2025-A-000002", "ﾐﾂﾋﾞｼUFJ", "ﾏﾙﾉｳﾁ"),
    Debit(
        "0009", "003", "3", "0000103", "ﾕ)ﾐﾅﾄ.ﾌﾟﾚｽ", 80_000, "2025-A-000003", "ﾐﾂｲｽﾐﾄﾓ", "ｷﾞﾝｻﾞ", NewCode.CHANGED
    ),
    Debit("0010", "004", "9", "0000104", "ｶ)ﾃｸﾉ-ﾜ-ｸｽ", 83_000, "2025-A-000004", "ﾘｿﾅ", "ｵｵｻｶ"),
    Debit("0033", "005", "1", "0000105", "ﾄﾞ)A1 ｺｳｷﾞﾖｳ", 60_000, "2025-A-000005"),
    Debit("0149", "006", "1", "0000106", "ｶ)ﾊﾏﾏﾂﾁﾕｳｿﾞｳ", 63_000, "2025-A-000006", "ｼｽﾞｵｶ", "ﾊﾏﾏﾂ"),
    Debit("9900", "018", "2", "0000107", "ｶ)ﾆｼｵｾｲｷ", 80_000, "2025-A-000007", "ﾕｳﾁﾖ", "0-18"),
)
OURS = OwnAccount("0001", "001", "1", "0123456")
EXPECTED = Expected(accounts=[OURS], since=date(2026, 1, 1), received_on=date(2026, 3, 5))
