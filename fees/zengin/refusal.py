"""How a text or a file is refused. Reasons are Japanese sentences for the secretariat; codes are for programs."""


class ZenginRefused(Exception):
    """A file is refused whole: nothing of it may be booked.

    ``code`` says which check refused, ``record`` counts from 1 (None where it is the file's), ``field`` is the
    source's name of the field. A reason shows account numbers by their last three digits only.
    """

    def __init__(self, code: str, reason: str, *, record: int | None = None, field: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.record = record
        self.field = field


class TextRefused(Exception):
    """A text that no bank's file can carry. ``code`` is for programs, ``reason`` for people."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def differs(code: str, *, record: int, kind: str, field: str, found: str, expected: str) -> ZenginRefused:
    """「3件目のレコード（データ）の「引落金額」が「6000」です。正しくは「60000」です。」"""
    shown = f"が「{found}」です" if found.strip() else "が空欄です"
    reason = f"{record}件目のレコード（{kind}）の「{field}」{shown}。正しくは{expected}です。"
    return ZenginRefused(code, reason, record=record, field=field)
