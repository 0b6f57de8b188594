"""The chain does not fork, however many write at once; without the lock it would."""

import pytest
from django.db import IntegrityError, OperationalError, transaction

from audit import trail
from audit.models import AuditEvent
from audit.trail import Actor, Event, record, verify_chain
from fiscal_calendar.tokyo import at
from tests.factories import OPENED_AT
from tests.races import meet_before, race, refusals, without_immediate_transactions, without_row_locks

pytestmark = pytest.mark.django_db(transaction=True)
NOW = at(OPENED_AT.date(), 10)


def write_in_turns(name: str, times: int = 15) -> None:
    for number in range(times):
        with transaction.atomic():
            record(*[Event("test.write", f"{name}:{number}", Actor.job(name))] * 2, now=NOW)


def test_four_writers_at_once_leave_one_chain() -> None:
    outcomes = race(*(lambda name=name: write_in_turns(name) for name in "abcd"))
    assert refusals(outcomes) == []
    assert verify_chain() == 4 * 15 * 2


def test_two_who_write_at_the_same_moment_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before(monkeypatch, trail, "entry_hash")
    outcomes = race(lambda: write_in_turns("a", 1), lambda: write_in_turns("b", 1))
    monkeypatch.undo()
    assert refusals(outcomes) == []
    assert verify_chain() == 4


@pytest.mark.postgres
def test_without_the_lock_they_get_in_each_others_way(monkeypatch: pytest.MonkeyPatch) -> None:
    without_row_locks(monkeypatch)
    meet_before(monkeypatch, trail, "entry_hash", held_up=False)
    [error] = refusals(race(lambda: write_in_turns("a", 1), lambda: write_in_turns("b", 1)))
    assert isinstance(error, IntegrityError)
    assert AuditEvent.objects.count() == 2


@pytest.mark.sqlite
def test_without_immediate_transactions_they_get_in_each_others_way(monkeypatch: pytest.MonkeyPatch) -> None:
    without_immediate_transactions(monkeypatch)
    meet_before(monkeypatch, trail, "entry_hash", held_up=False)
    [error] = refusals(race(lambda: write_in_turns("a", 1), lambda: write_in_turns("b", 1)))
    assert isinstance(error, OperationalError)
    assert AuditEvent.objects.count() == 2
