"""A corporation stands in the list once for each of its establishments; its rows have to tell one story."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from members.member_list.characters import DASHES, large_kana, new_kanji
from members.member_list.names import LEGAL_FORMS, spell_out_legal_form
from members.member_list.reading import MemberRow, RefusedCell, Remark

_LEGAL_FORM = re.compile("|".join(LEGAL_FORMS))
_NOT_HEARD = re.compile(rf"[\s.,'’・&＆{re.escape(DASHES)}]")


def same_name(one: str, other: str) -> bool:
    """Whether two names differ in their spelling only: legal form, widths, blanks, signs, old forms of kanji."""
    return plain_name(one) == plain_name(other)


def name_key(name: str) -> str:
    """``name`` in one spelling, for looking it up: legal form spelled out, widths, blanks, signs and old forms of
    kanji out of the way."""
    text = new_kanji(unicodedata.normalize("NFKC", spell_out_legal_form(name)).casefold())
    return _NOT_HEARD.sub("", text) or text


def plain_name(name: str) -> str:
    """As ``name_key``, of a name or of a text with names in it, without legal forms: two companies may share it."""
    key = name_key(name)
    return _LEGAL_FORM.sub("", key) or key


def agreed(
    rows: Iterable[MemberRow],
) -> tuple[tuple[MemberRow, ...], tuple[RefusedCell, ...], tuple[Remark, ...]]:
    """The rows with one name and one reading for each 法人番号, cells that keep rows out, and remarks where rows
    differed.

    A row that names another corporation than most rows with its number is refused: its number is likely a slip. Else
    the commonest spelling of the name wins, the first of equals: importing a list twice must not swap names to and
    fro. Of readings that differ only in small kana (キョウリツ, and キヨウリツ out of half-width ｷﾖｳﾘﾂ) the one with
    small kana wins silently: the other has lost them. Sole proprietors have no number that would tie their rows.
    """
    rows = tuple(rows)
    by_number: defaultdict[str, list[MemberRow]] = defaultdict(list)
    for row in rows:
        if row.corporate_number:
            by_number[row.corporate_number].append(row)
    settled = {row.row_number: row for row in rows}
    refused: list[RefusedCell] = []
    remarks: list[Remark] = []
    for together in by_number.values():
        if len(together) == 1:
            continue
        agreeing, at_odds = _without_outvoted(together)
        refused += at_odds
        for cell in at_odds:
            del settled[cell.row_number]
        of_one_name, noticed = _settle(agreeing)
        settled.update((row.row_number, row) for row in of_one_name)
        remarks += noticed
    return tuple(settled.values()), tuple(refused), tuple(remarks)


def _without_outvoted(rows: list[MemberRow]) -> tuple[list[MemberRow], list[RefusedCell]]:
    """The rows that name the corporation as most do, and the cells that keep the others out; all rows where no name
    has most."""
    by_name: defaultdict[str, list[MemberRow]] = defaultdict(list)
    for row in rows:
        by_name[plain_name(row.corporation_name)].append(row)
    most, *others = sorted(by_name.values(), key=len, reverse=True)
    if not others or len(most) == len(others[0]):
        return rows, []
    return most, [_at_odds(row, most[0]) for outvoted in others for row in outvoted]


def _at_odds(row: MemberRow, other: MemberRow) -> RefusedCell:
    return RefusedCell(
        row.row_number,
        "法人名",
        row.corporation_name_as_written,
        f"{other.row_number}行目と同じ法人番号ですが、法人名が「{other.corporation_name_as_written}」と違います。"
        "法人番号か法人名を直してください。",
        "corporation_named_differently",
    )


def _settle(rows: list[MemberRow]) -> tuple[list[MemberRow], list[Remark]]:
    name = Counter(row.corporation_name for row in rows).most_common(1)[0][0]
    written = next(row.corporation_name_as_written for row in rows if row.corporation_name == name)
    kana = _reading(rows)
    remarks = []
    for row in rows:
        if row.corporation_name != name:
            remarks.append(
                Remark(
                    row.row_number,
                    "法人名",
                    f"同じ法人番号の行と法人名が違うため、「{name}」に揃えて取り込みます。"
                    "法人番号に間違いがないか、確かめてください。",
                )
            )
        if row.corporation_name_kana and large_kana(row.corporation_name_kana) != large_kana(kana):
            remarks.append(
                Remark(
                    row.row_number,
                    "法人名カナ",
                    f"同じ法人番号の行と法人名カナが違うため、「{kana}」に揃えて取り込みます。",
                )
            )
    return [
        replace(
            row,
            corporation_name=name,
            corporation_name_as_written=written,
            corporation_name_kana=kana,
        )
        for row in rows
    ], remarks


def _reading(rows: list[MemberRow]) -> str:
    """The commonest reading when small kana do not count, in its fullest spelling."""
    given = [row.corporation_name_kana for row in rows if row.corporation_name_kana]
    if not given:
        return ""
    commonest = Counter(large_kana(kana) for kana in given).most_common(1)[0][0]
    spellings = [kana for kana in given if large_kana(kana) == commonest]
    return max(spellings, key=lambda kana: sum(a != b for a, b in zip(kana, commonest, strict=True)))
