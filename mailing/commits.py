"""One short transaction per mail, and the wait for its commit put to use."""

import select
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from django.db import OperationalError, transaction
from psycopg.pq import ExecStatus


class Commits(Protocol):
    """Transactions one after the other on Django's connection."""

    def one(self) -> AbstractContextManager[None]:
        """A transaction. It begins when the one before is committed for good, and is rolled back on an error."""

    def settle(self) -> None:
        """Wait until everything is committed; only then may the connection be used outside of ``one``."""


@contextmanager
def commits() -> Iterator[Commits]:
    """Settled when left. Raises ``django.db.Error`` where a commit failed."""
    connection = transaction.get_connection()
    overlap = connection.vendor == "postgresql" and not connection.in_atomic_block
    found: Commits = OverlappedCommits(connection) if overlap else PlainCommits()
    try:
        yield found
    finally:
        found.settle()


class PlainCommits:
    """``transaction.atomic``, which waits for its commit."""

    def one(self) -> AbstractContextManager[None]:
        return transaction.atomic()

    def settle(self) -> None:
        pass


class OverlappedCommits:
    """PostgreSQL writes a commit to disk while this process goes on; the next transaction waits for it.

    Nothing is given away: no two commits are ever on their way, and COMMIT leaves this process at once when ``one``
    is left. ``AND CHAIN`` begins the next transaction in the same round trip.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._in_chain = False
        self._committing = False

    @contextmanager
    def one(self) -> Iterator[None]:
        self._wait()
        if not self._in_chain:
            self._execute("BEGIN")
            self._in_chain = True
        try:
            yield
        except BaseException:
            self._end_chain()
            raise
        self._send_commit()

    def settle(self) -> None:
        try:
            self._wait()
        finally:
            self._end_chain()

    def _send_commit(self) -> None:
        with self._connection.wrap_database_errors:
            self._connection.connection.pgconn.send_query(b"COMMIT AND CHAIN")
        self._committing = True

    def _wait(self) -> None:
        if not self._committing:
            return
        self._committing = False
        server = self._connection.connection.pgconn
        with self._connection.wrap_database_errors:
            while server.is_busy():
                select.select([server.socket], [], [])
                server.consume_input()
            failures = []
            while (result := server.get_result()) is not None:
                if (result.status, result.command_status) != (ExecStatus.COMMAND_OK, b"COMMIT"):
                    failures.append(result.error_message or result.command_status)
        if failures:
            raise OperationalError(f"COMMIT failed: {failures}")

    def _end_chain(self) -> None:
        if self._in_chain:
            self._in_chain = False
            self._execute("ROLLBACK")

    def _execute(self, statement: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(statement)
