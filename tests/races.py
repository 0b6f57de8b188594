"""Two or more at the same moment: threads with a database connection each, and a place where they meet."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Event
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

PATIENCE = 0.4  # seconds that one waits for another who may be held up by a lock
PATIENCE_WITHOUT_LOCKS = 30


def race(*calls: Callable[[], Any]) -> list[Any]:
    """Run ``calls`` at once; what each returned or raised, in their order."""

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def refusals(outcomes: list[Any]) -> list[Exception]:
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]


def meet_before(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *, held_up: bool = True) -> None:
    """Let two callers of ``module.name`` wait for each other there once, so that both are in the middle of it.

    Where a lock holds the other up, the first goes on alone after ``PATIENCE``. ``held_up=False`` says that no lock
    does: then they meet, however slow the machine.
    """
    meeting = Barrier(2)
    original = getattr(module, name)
    been_there = Event()

    def waiting(*args: Any, **kwargs: Any) -> Any:
        if not been_there.is_set():
            with suppress(BrokenBarrierError):  # nobody else can come: a lock works
                meeting.wait(PATIENCE if held_up else PATIENCE_WITHOUT_LOCKS)
            been_there.set()
        return original(*args, **kwargs)

    monkeypatch.setattr(module, name, waiting)


def without_row_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: ``SELECT … FOR UPDATE`` locks nothing."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self.all())


def without_immediate_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of SQLite: a transaction takes its lock when it first writes, not when it begins."""
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")
