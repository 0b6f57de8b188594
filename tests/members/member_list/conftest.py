"""Lists made for tests: one good row, from which each test departs."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from members.member_list import MemberListReading, read_member_list

SAMPLES = Path(__file__).parent / "samples"
GROUPS = ("日本機械加工団体連合会", "全国金属熱処理協議会")
GOOD_ROW: dict[str, Any] = {
    "会員番号": "S100001",
    "法人番号": "8181590830166",
    "法人名": "株式会社日の出プラスチック",
    "法人名カナ": "ヒノデプラスチック",
    "個人事業主": None,
    "事業所名": "本社工場",
    "事業所名カナ": "ホンシャコウジョウ",
    "郵便番号": "332-0012",
    "都道府県": "埼玉県",
    "住所": "川口市2-8-19",
    "電話番号": "037-150-4622",
    "担当者1": "総務課",
    "メールアドレス1": "soumu@m00001.example.jp",
    "担当者2": "工場長",
    "メールアドレス2": "kojo@m00001.example.jp",
    "請求書送付先": "経理課",
    "請求書送付先メール": "keiri@m00001.example.jp",
    "産業分類": "2651",
    "入会日": "2025/8/16",
    "中小企業割引": "有",
    "正会員団体割引": "有",
    "所属団体": "全国金属熱処理協議会",
    "会員証有効期限": "2027/3/31",
    "振替口座": "登録済",
    "銀行コード": "0001",
    "支店コード": "003",
    "預金種目": "当座",
    "口座番号": "5706306",
    "口座名義": "ｶ)ﾋﾉﾃﾞﾌﾟﾗｽﾁﾂｸ",
}

Rows = Sequence[Sequence[Any]]


def xlsx_bytes(rows: Rows, *, title: str = "賛助会員") -> bytes:
    workbook = Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(list(row))
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def csv_bytes(rows: Rows, *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def member_rows(*changes: Mapping[str, Any]) -> list[list[Any]]:
    """A header and one row for each of ``changes``, numbered S100001 and on."""
    rows: list[list[Any]] = [list(GOOD_ROW)]
    for index, change in enumerate(changes, 1):
        rows.append([{**GOOD_ROW, "会員番号": f"S10{index:04}", **change}[heading] for heading in GOOD_ROW])
    return rows


@pytest.fixture
def good_row() -> dict[str, Any]:
    return dict(GOOD_ROW)


@pytest.fixture
def samples() -> Path:
    return SAMPLES


@pytest.fixture
def as_xlsx() -> Callable[..., bytes]:
    return xlsx_bytes


@pytest.fixture
def as_csv() -> Callable[..., bytes]:
    return csv_bytes


@pytest.fixture
def rows_with() -> Callable[..., list[list[Any]]]:
    return member_rows


@pytest.fixture
def read() -> Callable[..., MemberListReading]:
    """Read bytes, or rows as a workbook, with the two groups known."""

    def read(source: bytes | Rows) -> MemberListReading:
        content = source if isinstance(source, bytes) else xlsx_bytes(source)
        return read_member_list(content, known_groups=GROUPS)

    return read


@pytest.fixture
def read_changed(read: Callable[..., MemberListReading]) -> Callable[..., MemberListReading]:
    """Read a workbook of one row: the good one with some cells changed."""
    return lambda **change: read(member_rows(change))
