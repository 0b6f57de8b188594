"""Importing the member list: compare each accepted row with what is registered, and write what differs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from audit.trail import Actor, Event, record
from discounts.models import AppliedDiscounts, IndustryGroup
from fees.models import DebitMandate
from fiscal_calendar.tokyo import day_of
from jaim_portal.member_import.changes import (
    CorporationOutcome,
    Effect,
    ImportReport,
    Outcome,
    changes_between,
    corporation_changes,
)
from jaim_portal.member_import.registered import joining, merged, registered_members, registered_row
from jaim_portal.member_import.storing import add_members, change_corporation, change_member
from members.member_list import MemberListReading, MemberRow, Remark, read_member_list
from members.member_list.sheet import ListSource
from members.models import Corporation, Establishment


def read_list(source: ListSource, *, today: date, sheet: str = "") -> MemberListReading:
    """Read a member list against the groups and members that are registered. Raises ``MemberListUnreadable``."""
    return read_member_list(
        source,
        known_groups=IndustryGroup.objects.values_list("name", flat=True),
        registered=registered_members(today=today),
        sheet=sheet,
    )


def preview_import(reading: MemberListReading, *, fiscal_year: int, today: date) -> ImportReport:
    """What importing would do. Writes nothing. A day of joining after ``today`` is remarked on, and so is a
    corporation that changes for members beside those in the list."""
    return _compared(reading, _establishments(reading.accepted), fiscal_year=fiscal_year, today=today)


def _compared(
    reading: MemberListReading, known: Mapping[str, Establishment], *, fiscal_year: int, today: date
) -> ImportReport:
    absent = reading.absent_columns
    registered = _registered(known.values(), fiscal_year=fiscal_year)
    corporations = _corporations(reading.accepted, known)
    outcomes = tuple(
        _outcome(row, registered.get(row.member_number), corporations.get(row.member_number), absent=absent)
        for row in reading.accepted
    )
    changed = _corporation_outcomes(outcomes, corporations)
    remarks = [*_remarks_on_joining(reading.accepted, today), *_remarks_on_corporations(changed, outcomes)]
    noticed = replace(reading, remarks=(*reading.remarks, *remarks))
    return ImportReport(noticed, outcomes, changed, stored=False)


def import_members(reading: MemberListReading, *, fiscal_year: int, by: Actor, now: datetime) -> ImportReport:
    """Write every accepted row, by member number: all of them or, if anything fails, none.

    ``fiscal_year`` is the year whose discounts the list shows. Importing the same list again changes nothing.
    Raises ``ValueError`` where a member has been given to another corporation since the list was read.
    """
    with transaction.atomic():
        establishments = _establishments(reading.accepted)
        report = _compared(reading, establishments, fiscal_year=fiscal_year, today=day_of(now))
        groups = {group.name: group for group in IndustryGroup.objects.all()}
        added = add_members([outcome.row for outcome in report.added], fiscal_year=fiscal_year, groups=groups)
        for outcome in report.changed:
            change_member(
                establishments[outcome.row.member_number],
                outcome.row,
                fiscal_year=fiscal_year,
                groups=groups,
            )
        for corporation in report.corporations:
            change_corporation(corporation.key, corporation.row)
        keys = {member.member_number: member.pk for member in (*added, *establishments.values())}
        record(*_events(report, by, keys), now=now)
    return replace(report, stored=True)


def _outcome(
    row: MemberRow,
    registered: MemberRow | None,
    corporation: Corporation | None,
    *,
    absent: Iterable[str],
) -> Outcome:
    if registered is None:
        return Outcome(joining(row, corporation, absent=absent), Effect.ADDED)
    wanted = merged(registered, row, absent=absent)
    changes = changes_between(registered, wanted)
    return Outcome(wanted, Effect.CHANGED if changes else Effect.SAME, changes)


def _establishments(rows: Iterable[MemberRow]) -> dict[str, Establishment]:
    """The registered ones of the members in ``rows``, by member number; the same few queries however many."""
    numbers = {row.member_number for row in rows}
    with_details = Establishment.objects.select_related("corporation").prefetch_related(
        "contacts", "industries"
    )
    return {
        establishment.member_number: establishment
        for establishment in with_details.iterator(chunk_size=2000)
        if establishment.member_number in numbers
    }


def _registered(establishments: Iterable[Establishment], *, fiscal_year: int) -> dict[str, MemberRow]:
    """What is registered of ``establishments``, by member number."""
    applied = {
        found.establishment_id: found
        for found in AppliedDiscounts.objects.filter(fiscal_year=fiscal_year).select_related("group")
    }
    mandates = {found.establishment_id: found for found in DebitMandate.objects.all()}
    return {
        found.member_number: registered_row(found, applied.get(found.pk), mandates.get(found.pk))
        for found in establishments
    }


def _corporations(rows: Iterable[MemberRow], known: Mapping[str, Establishment]) -> dict[str, Corporation]:
    """The registered corporation of each row, by member number: the member's own, or of a new one that with its
    法人番号."""
    by_number = {
        corporation.corporate_number: corporation
        for corporation in Corporation.objects.filter(corporate_number__isnull=False).iterator(
            chunk_size=2000
        )
    }
    found = {}
    for row in rows:
        member = known.get(row.member_number)
        corporation = member.corporation if member else by_number.get(row.corporate_number)
        if corporation is not None:
            found[row.member_number] = corporation
    return found


def _corporation_outcomes(
    outcomes: Iterable[Outcome], corporations: Mapping[str, Corporation]
) -> tuple[CorporationOutcome, ...]:
    """The corporations that change, each once: the rows of one agree."""
    found: dict[int, CorporationOutcome] = {}
    for outcome in outcomes:
        corporation = corporations.get(outcome.row.member_number)
        if corporation is None or corporation.pk in found:
            continue
        if changes := corporation_changes(corporation, outcome.row):
            found[corporation.pk] = CorporationOutcome(corporation.pk, outcome.row, changes)
    return tuple(found.values())


def _remarks_on_corporations(
    changed: Iterable[CorporationOutcome], outcomes: Iterable[Outcome]
) -> list[Remark]:
    """Says which members a corporation's change concerns that show no change of their own."""
    by_key = {corporation.key: corporation for corporation in changed}
    told = {outcome.row.member_number for outcome in outcomes if outcome.effect is Effect.CHANGED}
    others: defaultdict[int, list[str]] = defaultdict(list)
    members = Establishment.objects.filter(corporation__in=by_key).order_by("member_number")
    for key, number in members.values_list("corporation_id", "member_number") if by_key else ():
        if number not in told:
            others[key].append(number)
    return [
        Remark(
            by_key[key].row.row_number,
            "法人名",
            f"{'、'.join(str(change) for change in by_key[key].changes)}。"
            f"同じ法人の会員（{'、'.join(numbers)}）でも変わります。",
        )
        for key, numbers in others.items()
    ]


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
    """One entry per member that was added or changed, under its primary key as in the admin, and one per corporation
    that changed: which columns, never their values."""
    verbs = {Effect.ADDED: "member.import_added", Effect.CHANGED: "member.import_changed"}
    members = [
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
    corporations = [
        Event(
            "corporation.import_changed",
            f"corporation:{corporation.key}",
            by,
            details={"columns": [change.column for change in corporation.changes]},
        )
        for corporation in report.corporations
    ]
    return [*members, *corporations]
