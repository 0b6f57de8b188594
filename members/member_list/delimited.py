"""Opens .csv files as Excel and other programs write them."""

import csv
import io
import re

from members.member_list.refusal import CellValue, MemberListUnreadable
from members.member_list.xlsx import MAX_COLUMNS, Row

_NUMBER = re.compile(r"[1-9][0-9]{0,14}")
_BINARY = ((b"%PDF", "PDF"), (b"\x89PNG", "画像"), (b"\xff\xd8\xff", "画像"), (b"Rar!", "圧縮ファイル"))


def decode(content: bytes) -> str:
    """UTF-8 with or without a byte order mark, UTF-16 with one (Excel's "Unicode text"), else CP932.

    CP932 and never Shift_JIS, which lacks ㈱, 髙 and 﨑. Raises ``MemberListUnreadable`` for anything else.
    """
    for mark, kind in _BINARY:
        if content.startswith(mark):
            raise MemberListUnreadable(
                f"{kind}は読み込めません。.xlsx または .csv のファイルを選んでください。"
            )
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp932")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise MemberListUnreadable(
        "文字コードを読み取れません。Excel で開き、「CSV UTF-8（コンマ区切り）」で保存し直してください。"
    )


def delimited_rows(text: str, *, delimiter: str) -> list[Row]:
    """The rows as a spreadsheet numbers them: a quoted line break does not start a row, a blank line is one.

    Raises ``MemberListUnreadable`` where quotes are left open, which would swallow the rest of the file.
    """
    if text.lstrip()[:200].lower().startswith(("<html", "<!doctype", "<?xml", "<table", "<meta")):
        raise MemberListUnreadable(
            "表計算のファイルではありません。.xlsx または .csv で保存し直してください。"
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        rows.extend(tuple(_value(cell) for cell in row[:MAX_COLUMNS]) for row in reader)
    except csv.Error as error:
        raise MemberListUnreadable(
            f'{len(rows) + 1}行目を読み取れません。引用符（"）が閉じているか確かめてください。'
        ) from error
    return rows


def _value(cell: str) -> CellValue:
    """A number where a spreadsheet makes one of it: the list it was saved from had one there, too, whose leading
    zeros are gone in both."""
    return int(cell) if _NUMBER.fullmatch(cell) else cell or None
