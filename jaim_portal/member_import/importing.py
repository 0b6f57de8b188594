"""Importing the member list: compare each accepted row with what is registered, and write what differs."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from audit.trail import Actor, Event, record
from discounts.models import AppliedDiscounts, IndustryGroup
from fees.models import DebitMandate
from jaim_portal.member_import.changes import Effect, ImportReport, Outcome, changes_between
from jaim_portal.member_import.registered import merged, registered_row
from jaim_portal.member_import.storing import add_members, change_member
from members.member_list import MemberListReading, MemberRow, read_member_list
from members.member_list.sheet import ListSource
from members.models import Establishment


def read_list(source: ListSource) -> MemberListReading:
    """Read a member list against the groups that are registered. Raises ``MemberListUnreadable``."""
    return read_member_list(source, known_groups=IndustryGroup.objects.values_list("name", flat=True))


def preview_import(reading: MemberListReading, *, fiscal_year: int) -> ImportReport:
    """What importing would do. Writes nothing."""
    known = _registered(reading.accepted, fiscal_year=fiscal_year)
    outcomes = tuple(
        _outcome(row, known.get(row.member_number), absent=reading.absent_columns) for row in reading.accepted
    )
    return ImportReport(reading, outcomes, stored=False)


def import_members(reading: MemberListReading, *, fiscal_year: int, by: Actor, now: datetime) -> ImportReport:
    """Write every accepted row, by member number: all of them or, if anything fails, none.

    ``fiscal_year`` is the year whose discounts the list shows. Importing the same list again changes nothing.
    """
    with transaction.atomic():
        report = preview_import(reading, fiscal_year=fiscal_year)
        groups = {group.name: group for group in IndustryGroup.objects.all()}
        add_members([outcome.row for outcome in report.added], fiscal_year=fiscal_year, groups=groups)
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
        record(*_events(report, by), now=now)
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


def _events(report: ImportReport, by: Actor) -> list[Event]:
    """One entry per member that was added or changed: which columns, never their values."""
    verbs = {Effect.ADDED: "member.import_added", Effect.CHANGED: "member.import_changed"}
    return [
        Event(
            verbs[outcome.effect],
            f"establishment:{outcome.row.member_number}",
            by,
            outcome.row.member_number,
            {"columns": [change.column for change in outcome.changes]},
        )
        for outcome in report.outcomes
        if outcome.effect in verbs
    ]
