"""Which of our members the companies on a group's list are: by 法人番号, or by a name however it is spelled."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models

from discounts.group_list_reading import GroupMemberRow
from members.member_list.corporations import name_key, plain_name
from members.models import Corporation


class Match(models.TextChoices):
    """How sure it is that a company on the list is a member of ours."""

    NUMBER = "number", "法人番号で一致"
    NAME = "name", "会社名で一致"
    AMBIGUOUS = "ambiguous", "同じ名前の会員が複数"
    NONE = "none", "会員にない会社"


@dataclass(frozen=True)
class MatchedRow:
    """A company on the list and the corporations that it is, or, where several bear its name, may be."""

    row: GroupMemberRow
    match: Match
    corporations: tuple[Corporation, ...] = ()


@dataclass(frozen=True)
class Matching:
    """All rows of a list, in its order."""

    rows: tuple[MatchedRow, ...]

    def of(self, match: Match) -> list[MatchedRow]:
        return [row for row in self.rows if row.match == match]

    @property
    def corporations(self) -> int:
        """How many of our corporations the list names."""
        return len({found.pk for row in self.rows for found in row.corporations})


def match_rows(rows: Iterable[GroupMemberRow]) -> Matching:
    """As ``group_lists.listed_as`` finds a corporation: a row with a 法人番号 is that corporation and no other, one
    without is whoever bears its name, with or without the legal form. One query however long the list."""
    by_number: dict[str, Corporation] = {}
    by_name: defaultdict[str, list[Corporation]] = defaultdict(list)
    for corporation in Corporation.objects.order_by("pk").iterator(chunk_size=2000):
        if corporation.corporate_number:
            by_number[corporation.corporate_number] = corporation
        for key in {name_key(corporation.name), plain_name(corporation.name)}:
            by_name[key].append(corporation)
    return Matching(tuple(_matched(row, by_number, by_name) for row in rows))


def _matched(
    row: GroupMemberRow, by_number: dict[str, Corporation], by_name: dict[str, list[Corporation]]
) -> MatchedRow:
    if row.corporate_number:
        found = by_number.get(row.corporate_number)
        return MatchedRow(row, Match.NUMBER, (found,)) if found else MatchedRow(row, Match.NONE)
    named = tuple(by_name.get(row.name_key, ()))
    if len(named) > 1:
        return MatchedRow(row, Match.AMBIGUOUS, named)
    return MatchedRow(row, Match.NAME, named) if named else MatchedRow(row, Match.NONE)
