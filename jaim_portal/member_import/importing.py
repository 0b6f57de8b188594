"""Importing the member list: compare each accepted row with what is registered, and write what differs."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from audit.trail import Actor, Event, record
from discounts.models import AppliedDiscounts, IndustryGroup
from fees.models import DebitMandate
from fiscal_calendar.tokyo import day_of
from jaim_portal.member_import.changes import Effect, ImportReport, Outcome, changes_between
from jaim_portal.member_import.registered import merged, registered_row
from jaim_portal.member_import.storing import add_members, change_member
from members.member_list import MemberListReading, MemberRow, Remark, read_member_list
from members.member_list.sheet import ListSource
from members.models import Establishment


def read_list(source: ListSource) -> MemberListReading:
    """Read a member list against the groups and members that are registered. Raises ``MemberListUnreadable``."""
    return read_member_list(
        source,
        known_groups=IndustryGroup.objects.values_list("name", flat=True),
        known_members=dict(
            Establishment.objects.order_by().values_list("member_number", "corporation__corporate_number")
        ),
    )


def preview_import(reading: MemberListReading, *, fiscal_year: int, today: date) -> ImportReport:
    """What importing would do. Writes nothing. A day of joining after ``today`` is remarked on."""
    known = _registered(reading.accepted, fiscal_year=fiscal_year)
    outcomes = tuple(
        _outcome(row, known.get(row.member_number), absent=reading.absent_columns) for row in reading.accepted
    )
    noticed = replace(reading, remarks=(*reading.remarks, *_remarks_on_joining(reading.accepted, today)))
    return ImportReport(noticed, outcomes, stored=False)


def import_members(reading: MemberListReading, *, fiscal_year: int, by: Actor, now: datetime) -> ImportReport:
    """Write every accepted row, by member number: all of them or, if anything fails, none.

    ``fiscal_year`` is the year whose discounts the list shows. Importing the same list again changes nothing.
    Raises ``ValueError`` where a member has been given to another corporation since the list was read.
    """
    with transaction.atomic():
        report = preview_import(reading, fiscal_year=fiscal_year, today=day_of(now))
        groups = {group.name: group for group in IndustryGroup.objects.all()}
        added = add_members([outcome.row for outcome in report.added], fiscal_year=fiscal_year, groups=groups)
        numbers = [outcome.row.member_number for outcome in report.changed]
        establishments = {
            establishment.member_number: establishment
            for establishment in _with_details(Establishment.objects.filter(member_number__in=numbers))
        }
        for outcome in report.changed:
            change_member(
                establishments[outcome.row.member_number],
                outcome.row,
                fiscal_year=fiscal_year,
                groups=groups,
            )
        keys = {member.member_number: member.pk for member in (*added, *establishments.values())}
        record(*_events(report, by, keys), now=now)
    return ImportReport(report.reading, report.outcomes, stored=True)


def _outcome(row: MemberRow, registered: MemberRow | None, *, absent: Iterable[str]) -> Outcome:
    if registered is None:
        return Outcome(row, Effect.ADDED)
    wanted = merged(registered, row, absent=absent)
    changes = changes_between(registered, wanted)
    return Outcome(wanted, Effect.CHANGED if changes else Effect.SAME, changes)


def _registered(rows: Iterable[MemberRow], *, fiscal_year: int) -> dict[str, MemberRow]:
    """What is registered of the members in ``rows``, by member number; the same few queries however many."""
    numbers = {row.member_number for row in rows}
    known = {}
    for establishment in _with_details(Establishment.objects.all()).iterator(chunk_size=2000):
        if establishment.member_number in numbers:
            known[establishment.pk] = establishment
    applied = {
        found.establishment_id: found
        for found in AppliedDiscounts.objects.filter(fiscal_year=fiscal_year).select_related("group")
    }
    mandates = {found.establishment_id: found for found in DebitMandate.objects.all()}
    return {
        establishment.member_number: registered_row(establishment, applied.get(key), mandates.get(key))
        for key, establishment in known.items()
    }


def _with_details(establishments: QuerySet[Establishment]) -> QuerySet[Establishment]:
    return establishments.select_related("corporation").prefetch_related("contacts", "industries")


def _remarks_on_joining(rows: Iterable[MemberRow], today: date) -> list[Remark]:
    return [
        Remark(
            row.row_number,
            "入会日",
            f"入会日が今日より後です（{row.joined_on:%Y-%m-%d}）。年に間違いがないか、確かめてください。"
            "入会日になるまで、会員として扱いません（更新手続の対象にもなりません）。",
        )
        for row in rows
        if row.joined_on > today
    ]


def _events(report: ImportReport, by: Actor, keys: Mapping[str, int]) -> list[Event]:
    """One entry per member that was added or changed, under its primary key as in the admin: which columns, never
    their values."""
    verbs = {Effect.ADDED: "member.import_added", Effect.CHANGED: "member.import_changed"}
    return [
        Event(
            verbs[outcome.effect],
            f"establishment:{keys[outcome.row.member_number]}",
            by,
            outcome.row.member_number,
            {"columns": [change.column for change in outcome.changes]},
        )
        for outcome in report.outcomes
        if outcome.effect in verbs
    ]
