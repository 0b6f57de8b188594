"""Keeping the member lists that industry groups send in, and finding a corporation on them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q

from audit.trail import Actor, Event, record
from discounts.group_list_reading import GroupMemberRow
from discounts.group_matching import match_rows
from discounts.models import GroupMember, GroupMemberList, IndustryGroup
from members.member_list.corporations import name_key, plain_name
from members.models import Corporation

CHUNK = 1000


class EmptyGroupList(ValueError):
    """A list without a single member would say that nobody belongs to the group."""


def import_group_members(
    rows: Sequence[GroupMemberRow],
    *,
    group: IndustryGroup,
    as_of: date,
    by: Actor,
    now: datetime,
    adding: bool = False,
) -> bool:
    """Keep ``rows`` as the members of ``group`` on the day ``as_of``, in place of an earlier list of the same day;
    ``adding`` keeps those on it as well.

    Returns whether anything changed: importing the same list again changes nothing and leaves no trace. Raises
    :class:`EmptyGroupList`.
    """
    if not rows:
        raise EmptyGroupList(f"{group} without members")
    with transaction.atomic():
        IndustryGroup.objects.select_for_update(no_key=True).get(pk=group.pk)
        kept, is_new = GroupMemberList.objects.get_or_create(
            group=group, as_of=as_of, defaults={"imported_at": now}
        )
        before = [] if is_new else _rows_of(kept)
        if adding:
            rows = [*before, *_new_among(rows, before)]
        if not is_new and before == list(rows):
            return False
        kept.members.all().delete()
        matched = match_rows(rows).corporations
        GroupMemberList.objects.filter(pk=kept.pk).update(imported_at=now, matched=matched)
        GroupMember.objects.bulk_create((_member(kept, row) for row in rows), batch_size=CHUNK)
        details = {
            "as_of": as_of.isoformat(),
            "members": len(rows),
            "matched": matched,
            "replaced": not is_new,
        }
        record(
            Event("industry_groups.import_members", f"industrygroup:{group.pk}", by, details=details), now=now
        )
    return True


def listed_as(group: IndustryGroup, corporation: Corporation) -> GroupMember | None:
    """The entry for ``corporation`` in the newest list of ``group``, with its list; None where there is none.

    An entry with a 法人番号 is that corporation and no other. One without is matched by name: widths, blanks, signs, ㈱
    and old forms of kanji do not count, and a list may leave the legal form out, but 有限会社アルファ is not
    株式会社アルファ.
    """
    keys = {name_key(corporation.name), plain_name(corporation.name)}
    is_it = Q(corporate_number__isnull=True, name_key__in=keys)
    if corporation.corporate_number is not None:
        is_it |= Q(corporate_number=corporation.corporate_number)
    newest = GroupMemberList.objects.filter(group=group).order_by("-as_of").values("pk")[:1]
    entries = GroupMember.objects.filter(is_it, member_list__in=newest).select_related("member_list")
    return entries.order_by(F("corporate_number").asc(nulls_last=True), "row_number").first()


def list_of_the_day(group: IndustryGroup, as_of: date) -> GroupMemberList | None:
    """The list of ``group`` that is of the day ``as_of`` already."""
    return GroupMemberList.objects.filter(group=group, as_of=as_of).first()


def _new_among(rows: Sequence[GroupMemberRow], before: Sequence[GroupMemberRow]) -> list[GroupMemberRow]:
    """The companies of ``rows`` that are not on the list yet, numbered on behind its rows."""
    known = {row.corporate_number or row.name_key for row in before}
    last = max((row.row_number for row in before), default=0)
    fresh = [row for row in rows if (row.corporate_number or row.name_key) not in known]
    return [replace(row, row_number=last + place) for place, row in enumerate(fresh, start=1)]


def _rows_of(kept: GroupMemberList) -> list[GroupMemberRow]:
    return [
        GroupMemberRow(member.row_number, member.corporate_number, member.name, member.name_key)
        for member in kept.members.order_by("row_number")
    ]


def _member(kept: GroupMemberList, row: GroupMemberRow) -> GroupMember:
    return GroupMember(
        member_list=kept,
        row_number=row.row_number,
        corporate_number=row.corporate_number,
        name=row.name,
        name_key=row.name_key,
    )
