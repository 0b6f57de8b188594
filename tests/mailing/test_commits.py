"""Transactions one by one: what others see of them, and what becomes of one that fails."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from mailing.commits import OverlappedCommits, PlainCommits, commits
from mailing.models import OutboxMessage
from mailing.sending import deliver_due
from tests.mailing.letters import NOW, queue_notices, statuses
from tests.races import race
from tests.smtp_server import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)


def rename(number: int, note: str) -> None:
    OutboxMessage.objects.filter(member_number=f"S{number}").update(note=note)


def notes() -> list[str]:
    return list(OutboxMessage.objects.order_by("recipient").values_list("note", flat=True))


def elsewhere(look: Callable[[], Any]) -> Any:
    """What another connection sees."""
    [seen] = race(look)
    return seen


def test_each_is_committed_by_itself() -> None:
    queue_notices(3)
    with commits() as transactions:
        for number in (1, 2, 3):
            with transactions.one():
                rename(number, f"note {number}")
    assert elsewhere(notes) == ["note 1", "note 2", "note 3"]


def test_one_that_fails_is_rolled_back_and_the_next_goes_on() -> None:
    queue_notices(3)
    with commits() as transactions:
        for number in (1, 2, 3):
            try:
                with transactions.one():
                    rename(number, "kept")
                    if number == 2:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                continue
    assert elsewhere(notes) == ["kept", "", "kept"]


def test_a_statement_that_the_database_refuses_takes_only_its_own_along() -> None:
    queue_notices(2)
    with commits() as transactions:
        with pytest.raises(IntegrityError), transactions.one():
            OutboxMessage.objects.filter(member_number="S1").update(status="unknown")
        with transactions.one():
            rename(2, "kept")
    assert elsewhere(notes) == ["", "kept"]


def test_after_settling_the_connection_is_django_s_again() -> None:
    queue_notices(2)
    with commits() as transactions:
        with transactions.one():
            rename(1, "one")
        transactions.settle()
        with transaction.atomic():
            rename(2, "by Django")
        with transactions.one():
            rename(1, "again")
    assert connection.get_autocommit()
    assert elsewhere(notes) == ["again", "by Django"]


def test_inside_of_a_transaction_it_is_django_that_commits() -> None:
    queue_notices()
    with transaction.atomic():
        with commits() as transactions, transactions.one():
            rename(1, "not yet")
        transaction.set_rollback(True)
    assert isinstance(transactions, PlainCommits)
    assert notes() == [""]


@pytest.mark.postgres
def test_the_next_begins_when_the_one_before_is_committed() -> None:
    queue_notices(2)
    with commits() as transactions:
        assert isinstance(transactions, OverlappedCommits)
        with transactions.one():
            rename(1, "first")
        with transactions.one():
            rename(2, "second")
            assert elsewhere(notes) == ["first", ""]
        transactions.settle()
        assert elsewhere(notes) == ["first", "second"]


@pytest.mark.postgres
@pytest.mark.parametrize("moment", ["before the commit", "at the commit"])
def test_a_database_that_goes_away_says_so(moment: str) -> None:
    queue_notices()

    def terminate() -> None:
        pid = connection.connection.info.backend_pid
        with psycopg.connect(connection.connection.info.dsn, password=password()) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    def lose_it() -> None:
        with commits() as transactions, transactions.one():
            rename(1, "lost")
            terminate()
            if moment == "before the commit":
                rename(1, "lost")

    with pytest.raises(OperationalError):
        lose_it()
    connection.close()
    assert notes() == [""]


def password() -> str:
    return str(connection.settings_dict["PASSWORD"])


@pytest.mark.usefixtures("notice")
def test_a_mail_is_marked_when_the_server_takes_it_and_visible_once_it_is_committed(
    server: SmtpServer,
) -> None:
    queue_notices(2)
    seen = []
    server.on_taken = lambda: seen.append(elsewhere(lambda: sorted(statuses().values())))
    assert deliver_due(now=NOW).sent == 2
    assert seen == [["queued", "queued"], ["queued", "sent"]]
    assert elsewhere(lambda: set(statuses().values())) == {"sent"}


@pytest.mark.postgres
@pytest.mark.usefixtures("notice")
def test_a_commit_that_is_refused_stops_the_run(server: SmtpServer) -> None:
    """A trigger that refuses at the commit: what the server took is queued still, and nothing goes after it."""
    queue_notices(3)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'no'; END $$ LANGUAGE plpgsql;"
            "CREATE CONSTRAINT TRIGGER refusal AFTER UPDATE OF sent_at ON mailing_outboxmessage "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    try:
        with pytest.raises(DatabaseError, match="COMMIT failed"):
            deliver_due(now=NOW)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER refusal ON mailing_outboxmessage; DROP FUNCTION refuse()")
    assert len(server.taken) == 1
    assert set(statuses().values()) == {"queued"}
