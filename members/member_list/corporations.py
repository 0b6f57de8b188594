"""A corporation stands in the list once for each of its establishments; its rows have to tell one story."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from members.member_list.characters import large_kana
from members.member_list.reading import MemberRow, Remark


def agreed(rows: Iterable[MemberRow]) -> tuple[tuple[MemberRow, ...], tuple[Remark, ...]]:
    """The rows with one name and one reading for each 法人番号, and remarks where they differed.

    The name most rows have wins, the first of equals: importing a list twice must not swap names to and
    fro. Of readings that differ only in small kana (キョウリツ, and キヨウリツ out of half-width ｷﾖｳﾘﾂ) the
    one with small kana wins silently: the other has lost them. Sole proprietors have no number that would
    tie their rows.
    """
    rows = tuple(rows)
    by_number: defaultdict[str, list[MemberRow]] = defaultdict(list)
    for row in rows:
        if row.corporate_number:
            by_number[row.corporate_number].append(row)
    settled: dict[int, MemberRow] = {}
    remarks: list[Remark] = []
    for together in by_number.values():
        if len(together) > 1:
            agreeing, noticed = _settle(together)
            settled.update((row.row_number, row) for row in agreeing)
            remarks += noticed
    return tuple(settled.get(row.row_number, row) for row in rows), tuple(remarks)


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
                    f"同じ法人番号の行と法人名が違うため、「{name}」に揃えて取り込みます。",
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
