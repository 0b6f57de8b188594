"""Reads the list of industry groups (正会員団体) and the proof of belonging that each asks for."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from members.member_list.cells import Cells
from members.member_list.characters import full_width_kana, hiragana, text_of, within
from members.member_list.columns import INDUSTRY_GROUP_COLUMNS
from members.member_list.known_groups import KnownGroups
from members.member_list.names import name_as_written
from members.member_list.reading import RefusedCell
from members.member_list.refusal import CellRefused, CellValue
from members.member_list.sheet import ListSource, SheetRow, Table, read_table

NOTE_LIMIT = 300


class Proof(StrEnum):
    """What a group asks for: nothing (it sends JAIM its member list), a certificate, or proof that dues
    were paid."""

    NONE = "none"
    CERTIFICATE = "certificate"
    DUES = "dues"


_PROOF_BY_WORD = {
    word: proof
    for proof, words in {
        Proof.NONE: "不要 なし 無 無し 必要なし 証明書不要 証明不要",
        Proof.CERTIFICATE: "会員証 会員証明書 会員証明 証明書 会員証の写し 会員証(写)",
        Proof.DUES: "会費支払証跡 会費の支払証跡 会費支払証明 会費支払証明書 会費証跡 会費領収書 会費",
    }.items()
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class IndustryGroupRow:
    """One group: its name as written, its reading in hiragana (may be empty), the proof, a note (may be
    empty)."""

    row_number: int
    name: str
    name_kana: str
    proof: Proof
    note: str


@dataclass(frozen=True, slots=True)
class IndustryGroupReading:
    """A list of groups read: rows accepted, and cells that keep their rows out."""

    sheet: str
    header_row: int
    accepted: tuple[IndustryGroupRow, ...]
    refused: tuple[RefusedCell, ...]
    blank_rows: tuple[int, ...]
    unknown_columns: tuple[str, ...]


def read_industry_groups(source: ListSource, *, known_groups: Iterable[str] = ()) -> IndustryGroupReading:
    """Read a list of industry groups, .xlsx or .csv, with the columns 団体名, 団体名かな, 証明書類, 備考.

    A name that appears twice is refused the second time, and so is one that is another spelling of a name in the
    list or in ``known_groups``: a member list could mean either. Raises ``MemberListUnreadable`` where there is no
    list.
    """
    table = read_table(source, columns=INDUSTRY_GROUP_COLUMNS)
    groups = KnownGroups(known_groups)
    accepted: list[IndustryGroupRow] = []
    refused: list[RefusedCell] = []
    first_rows: dict[str, int] = {}
    for row in table.rows:
        group, faults = _read_row(table, row, groups, first_rows)
        if group is not None:
            accepted.append(group)
            groups.add(group.name)
        refused += faults
    return IndustryGroupReading(
        sheet=table.sheet,
        header_row=table.header_row,
        accepted=tuple(accepted),
        refused=tuple(refused),
        blank_rows=table.blank_rows,
        unknown_columns=table.unknown_columns,
    )


def _read_row(
    table: Table, row: SheetRow, groups: KnownGroups, first_rows: dict[str, int]
) -> tuple[IndustryGroupRow | None, list[RefusedCell]]:
    cells = Cells(table, row)
    name = cells.require("団体名", name_as_written, "")
    if name and (first := first_rows.setdefault(name, row.number)) != row.number:
        cells.refuse("団体名", "appears_twice", f"{first}行目と同じ団体名です。不要な行を削除してください。")
    elif other := groups.other_spelling(name):
        cells.refuse(
            "団体名",
            "another_spelling",
            f"「{other}」と表記だけが違います。同じ団体なら、名称を「{other}」に揃えてください。"
            "登録済みの名称を変えるときは、管理画面の「正会員団体」で変更してください。",
        )
    name_kana = cells.take("団体名かな", _reading, "")
    proof = cells.require("証明書類", proof_of_belonging, Proof.NONE)
    note = cells.take("備考", _note, "")
    if cells.refused:
        return None, cells.refused
    return IndustryGroupRow(row.number, name, name_kana, proof, note), []


def proof_of_belonging(value: CellValue) -> Proof:
    """証明書類: 不要, 会員証 or 会費支払証跡. Raises ``CellRefused`` (``unknown``)."""
    word = unicodedata.normalize("NFKC", text_of(value)).replace(" ", "")
    if word not in _PROOF_BY_WORD:
        raise CellRefused(
            "unknown", "証明書類は「不要」「会員証」「会費支払証跡」のどれかで入力してください。"
        )
    return _PROOF_BY_WORD[word]


def _reading(value: CellValue) -> str:
    return within(hiragana(text_of(value)), 200)


def _note(value: CellValue) -> str:
    return within(full_width_kana(text_of(value)), NOTE_LIMIT)
