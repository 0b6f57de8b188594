"""The columns of the secretariat's lists, and how to know them again under the headings people give them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from members.member_list.characters import DASHES, is_blank, text_of
from members.member_list.refusal import CellRefused, CellValue

# Added by the rejects workbook, and passed over when it is read again; the second where a list has the first itself.
ROW_HEADINGS = ("元の行番号", "取り込み前の行番号")
REASON_HEADINGS = ("理由", "取り込めない理由")

_DASH = re.compile(f"[{re.escape(DASHES)}]")
_BRACKETS = re.compile(r"[()\[\]【】〔〕「」『』<>《》]")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>|《[^《》]*》")
# What may stand in brackets without making another column of it: how to fill the cell in, never whose or which
# value it is (旧, 変更前, FAX, 部署, 郵便番号 …).
_HOW_TO_FILL_IN = re.compile(
    r"(?:[0-9]+桁|以内|半角|全角|英数字?|英字|数字|数値|整数|文字列?|必須|任意|必要|西暦|和暦|[年月日ymd/:;,、・\s×xo○◯〇-]"
    r"|ハイフン|あり|なし|有り?|無し?|付き?|不要|はい|いいえ|yes|no|入力|記入|選択|のみ|形式|区切り?|[コカ]ンマ"
    r"|セミコロン|複数可?|登録済み?|手続中|未登録|普通|当座|納税準備)+|例.*"
)
_ORNAMENTS = re.compile(r"[\s*※★☆●○◎◆◇■□▼▽▲△:;,、。・.'\"“”#_/]|必須|任意")
_READING = re.compile(
    "ふりがな|フリガナ|フリカナ|よみがな|ヨミガナ|読みがな|読み仮名|ヨミ|よみ|読み|かな|仮名"
)
_LONGEST_HEADING = 100
_MAIL = re.compile("(?:eメール|eメイル|email|mail|メール|メイル)(?:アドレス|address)?")


class _Likeness(IntEnum):
    """How well a cell names a column; less is better."""

    PROPER = 0
    OTHER_HEADING = 1
    WITHOUT_HINTS = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its proper heading, and other headings it goes by. Without a ``required`` one nothing is
    read; one that is not ``usual`` is not missed."""

    heading: str
    other_headings: str = ""
    required: bool = False
    usual: bool = True


class ColumnSet:
    """The columns of one kind of list. A row that shows fewer than ``fewest`` of them is no heading row."""

    def __init__(self, columns: Sequence[Column], *, fewest: int = 2) -> None:
        self.columns = tuple(columns)
        self.fewest = fewest
        self._proper: dict[str, str] = {}
        self._known: dict[str, str] = {}
        for column in columns:
            self._proper[_key(column.heading)] = column.heading
            for name in (column.heading, *column.other_headings.split()):
                self._known.setdefault(_key(name), column.heading)

    @property
    def usual(self) -> tuple[str, ...]:
        return tuple(column.heading for column in self.columns if column.usual)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.heading for column in self.columns if column.required)

    def recognise(self, cells: Iterable[CellValue]) -> dict[str, int]:
        """Proper heading → position, for the cells of a row that are headings.

        A cell's blanks, line breaks, widths, brackets, 必須 and the like do not count; what stands in brackets
        counts (法人名（カナ）, but also 法人名（旧社名）, which is another column), unless it only says how to fill
        the cell in (法人番号（13桁）). Where several cells mean one column, the one with the proper heading has
        it, then one with another known heading, then one known without its brackets, then the first.
        """
        return {heading: places[0] for heading, places in self._places(cells).items()}

    def doubled(self, cells: Iterable[CellValue]) -> dict[str, list[int]]:
        """The columns that several cells mean equally well, with the positions of these cells."""
        return {heading: places for heading, places in self._places(cells).items() if len(places) > 1}

    def two_rows_high(self, above: Sequence[CellValue], row: Sequence[CellValue]) -> tuple[CellValue, ...]:
        """The headings where they are two rows high: a group above and its columns below (担当者1 over 氏名 and
        メールアドレス), or a cell merged over both, which keeps its text above.

        What stands below counts by itself (口座情報 over 銀行コード), unless another column is that one by its
        group: of 本社 and 事業所, both over 住所, it is the latter.
        """
        joined = _joined(above, row)
        by_group = {heading for cell in joined if (heading := self._heading_of(cell)[0])}
        headings: list[CellValue] = []
        for position, (full, below) in enumerate(zip(joined, row, strict=True)):
            if self._heading_of(full)[0] or (full and self._heading_of(below)[0] in by_group):
                headings.append(full)
            elif is_blank(below) and position < len(above):
                headings.append(above[position])
            else:
                headings.append(below)
        return tuple(headings)

    def _places(self, cells: Iterable[CellValue]) -> dict[str, list[int]]:
        """Where the cells stand that name a column best, by its proper heading."""
        found: dict[str, tuple[_Likeness, list[int]]] = {}
        for position, cell in enumerate(cells):
            heading, likeness = self._heading_of(cell)
            if not heading:
                continue
            best, places = found.get(heading, (likeness, []))
            if likeness < best:
                found[heading] = likeness, [position]
            elif likeness == best:
                found[heading] = best, [*places, position]
        return {heading: places for heading, (_, places) in found.items()}

    def _heading_of(self, cell: CellValue) -> tuple[str, _Likeness]:
        if isinstance(cell, str) and len(cell) <= _LONGEST_HEADING:
            text = unicodedata.normalize("NFKC", cell)
            if (key := _key(text)) in self._known:
                likeness = _Likeness.PROPER if key in self._proper else _Likeness.OTHER_HEADING
                return self._known[key], likeness
            if (key := _key(_without_hints(text))) in self._known:
                return self._known[key], _Likeness.WITHOUT_HINTS
        return "", _Likeness.WITHOUT_HINTS


def _joined(above: Sequence[CellValue], row: Sequence[CellValue]) -> list[str]:
    """Each cell of ``row`` behind the group it stands under; a group's name stands in the first of its cells."""
    joined, group = [], ""
    for position, cell in enumerate(row):
        if position < len(above) and not is_blank(above[position]):
            group = heading_text(above[position])
        elif is_blank(cell):
            group = ""
        joined.append("" if is_blank(cell) or not group else f"{group}{heading_text(cell)}")
    return joined


def _without_hints(heading: str) -> str:
    """``heading`` without the brackets that say how to fill the cell in."""
    return _BRACKETED.sub(
        lambda found: "" if _HOW_TO_FILL_IN.fullmatch(found[0][1:-1].casefold()) else found[0], heading
    )


def _key(heading: str) -> str:
    text = unicodedata.normalize("NFKC", heading).casefold()
    text = _ORNAMENTS.sub("", _BRACKETS.sub("", text))
    text = _DASH.sub("ー", text).replace("eーmail", "email").replace("eーメール", "eメール")
    return _MAIL.sub("メール", _READING.sub("カナ", text)).replace("の", "").removesuffix("有無")


def added_by_rejects(header: Sequence[str]) -> frozenset[int]:
    """Where the two columns stand that the rejects workbook added. A list with one of the two headings only has it
    of its own."""
    row, reason = (
        next((header.index(name) for name in reversed(names) if name in header), None)
        for names in (ROW_HEADINGS, REASON_HEADINGS)
    )
    return frozenset() if row is None or reason is None else frozenset({row, reason})


def row_and_reason_headings(header: Sequence[str]) -> tuple[str, str]:
    """What to call the two columns that the rejects workbook adds to ``header``."""
    row, reason = (
        next((name for name in names if name not in header), names[-1])
        for names in (ROW_HEADINGS, REASON_HEADINGS)
    )
    return row, reason


def heading_text(cell: CellValue) -> str:
    """A heading as shown to people: on one line, without blanks at its ends."""
    try:
        return text_of(cell)
    except CellRefused:
        return str(cell)


_CORPORATE_NUMBERS = "法人No 法人番号13桁 国税庁法人番号 法人ナンバー"
_CORPORATION_NAMES = (
    "法人名称 法人等名称 会社名 会社名称 企業名 企業名称 商号 法人名又は屋号 法人名または屋号 法人名屋号"
)

MEMBER_COLUMNS = ColumnSet(
    (
        Column("会員番号", "会員No 会員ID 会員コード 賛助会員番号 賛助会員No 会員ナンバー", required=True),
        Column("法人番号", _CORPORATE_NUMBERS, required=True),
        Column("法人名", _CORPORATION_NAMES, required=True),
        Column(
            "法人名カナ",
            "法人カナ 法人名称カナ 会社名カナ 会社カナ 企業名カナ 企業カナ 商号カナ 法人名カナ名",
        ),
        Column("個人事業主", "個人事業 個人事業者 個人 個人事業主区分 個人事業主該当 個人事業主フラグ"),
        Column(
            "事業所名", "事業所 事業所名称 事業場名 事業場 工場名 事業所工場名 事業所名工場名", required=True
        ),
        Column("事業所名カナ", "事業所カナ 事業所名称カナ 事業場名カナ 工場名カナ 工場カナ"),
        Column("郵便番号", "〒 〒番号 郵便No 事業所郵便番号 事業所〒 郵便"),
        Column(
            "都道府県",
            "都道府県名 県名 事業所都道府県 所在都道府県 所在地都道府県 住所都道府県",
        ),
        Column(
            "住所",
            "所在地 事業所住所 事業所所在地 住所所在地 市区町村以下 市区町村番地 住所1"
            " 所在地市区町村以下 住所市区町村以下",
        ),
        Column(
            "電話番号",
            "電話 TEL TEL番号 電話No 事業所電話番号 事業所電話 事業所TEL 代表電話 代表電話番号 電話番号代表",
        ),
        Column(
            "担当者1",
            "担当者 担当者名 担当者氏名 担当者名1 担当者1名 担当者1氏名 担当者氏名1 ご担当者"
            " ご担当者1 主担当者",
        ),
        Column(
            "メールアドレス1",
            "メール 担当者メール 担当者1メール 担当者メール1 連絡先メール ご担当者メール"
            " 主担当者メール 1メール 連絡先メール1",
            required=True,
        ),
        Column("担当者2", "担当者名2 担当者2名 担当者2氏名 担当者氏名2 ご担当者2 副担当者"),
        Column("メールアドレス2", "担当者2メール 担当者メール2 副担当者メール 2メール 連絡先メール2"),
        Column(
            "請求書送付先",
            "請求書送付先名 請求書送付先担当者 請求書送付先担当者名 請求書送付先氏名 請求先"
            " 請求先名 請求先担当者"
            " 請求担当者 請求書宛先 請求書宛名 請求送付先",
        ),
        Column(
            "請求書送付先メール",
            "請求先メール 請求書メール 請求担当者メール 請求先担当者メール 請求書送付先担当者メール"
            " 請求送付先メール 請求書送付メール",
        ),
        Column(
            "産業分類",
            "産業分類コード 産業分類番号 業種コード 日本標準産業分類 日本標準産業分類コード"
            " 標準産業分類 標準産業分類コード",
        ),
        Column("入会日", "入会年月日 入会日付 入会年月 加入日 加入年月日", required=True),
        Column("退会日", "退会年月日 退会日付 退会 脱会日 脱会年月日", usual=False),
        Column("中小企業割引", "中小割引 中小企業割引適用 中小企業 中小企業割 中小企業該当 SME割引"),
        Column("正会員団体割引", "団体割引 正会員割引 正会員団体割引適用 正会員団体割 正会員団体所属割引"),
        Column(
            "所属団体",
            "所属団体名 正会員団体 正会員団体名 所属正会員団体 所属正会員団体名 団体名 所属業界団体"
            " 業界団体 加盟団体",
        ),
        Column(
            "会員証有効期限",
            "会員証期限 会員証有効期間 会員証明書有効期限 証明書有効期限 会員証有効期限日 有効期限",
        ),
        Column(
            "振替口座",
            "口座振替 振替口座登録 口座振替登録 口座登録 振替口座状況 口座振替状況 口座登録状況"
            " 振替口座登録状況",
        ),
        Column("銀行コード", "金融機関コード 金融機関番号 銀行番号 銀行No"),
        Column("支店コード", "支店番号 店番 店番号 店舗コード 店舗番号 支店No"),
        Column("預金種目", "種目 預金種別 口座種別 口座種目 預金科目 口座種類 預金の種類"),
        Column("口座番号", "口座No 預金口座番号 振替口座番号 口座ナンバー"),
        Column(
            "口座名義", "口座名義人 口座名義カナ 口座名義人カナ 名義 名義人 預金者名 預金者名カナ 口座名義名"
        ),
    )
)
INDUSTRY_GROUP_COLUMNS = ColumnSet(
    (
        Column(
            "団体名", "団体名称 名称 正会員団体 正会員団体名 所属団体 所属団体名 業界団体名", required=True
        ),
        Column("団体名かな", "団体名称かな 名称かな 正会員団体名かな かな"),
        Column(
            "証明書類", "証明書 必要書類 証明 証跡 必要な証明書類 所属証明 証明方法 所属の証明", required=True
        ),
        Column("備考", "注記 メモ 補足 コメント"),
    )
)
# What a group sends in about its own members. Either column will do: none is required, one makes a heading row.
GROUP_MEMBER_COLUMNS = ColumnSet(
    (
        Column("法人番号", f"{_CORPORATE_NUMBERS} 会員法人番号 会員企業法人番号"),
        Column(
            "会社名",
            f"法人名 {_CORPORATION_NAMES} 社名 貴社名 会員名 会員名称 会員会社名 会員会社 会員企業名 会員企業"
            " 会員事業者名 事業者名 事業者名称 組合員名 組合員名称 組合員企業名 加盟企業名 加盟会社名 所属企業名"
            " 団体会員名 名称",
        ),
    ),
    fewest=1,
)
