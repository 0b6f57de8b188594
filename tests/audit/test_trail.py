from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from audit import trail
from audit.append_only import drop_trigger_sql
from audit.models import AuditEvent, AuditHead
from audit.trail import Actor, ChainBroken, Event, record, verify_chain
from fiscal_calendar.japanese import TOKYO
from tests.constraints import violates

NOW = datetime(2027, 1, 20, 3, 4, 5, 678901, UTC)
CLERK = Actor.user(7)


def event(verb: str = "renewal.submit", **details: object) -> Event:
    return Event(verb, "renewal:12", CLERK, "S100001", details)


def write(number: int) -> None:
    with transaction.atomic():
        record(*(event(place=place) for place in range(number)), now=NOW)


@pytest.fixture
def tamper(db: None) -> Callable[[str], None]:
    """Raw SQL past the trigger, as somebody with the database's password would do it."""

    def run(statement: str) -> None:
        with connection.cursor() as cursor:
            for lift in drop_trigger_sql(connection.vendor, "audit_auditevent"):
                cursor.execute(lift)
            cursor.execute(statement)

    return run


@pytest.mark.parametrize(
    ("actor", "label", "user_id"),
    [
        (Actor.user(7), "user:7", 7),
        (Actor.job("reminders"), "job:reminders", None),
    ],
)
def test_an_actor_is_a_person_or_a_job(actor: Actor, label: str, user_id: int | None) -> None:
    assert (actor.label, actor.user_id) == (label, user_id)


@pytest.mark.django_db
def test_entries_are_numbered_without_gaps_and_chained() -> None:
    write(2)
    write(1)
    first, second, third = AuditEvent.objects.order_by("sequence")
    assert [first.sequence, second.sequence, third.sequence] == [1, 2, 3]
    assert first.previous_hash == "0" * 64
    assert (second.previous_hash, third.previous_hash) == (first.entry_hash, second.entry_hash)
    head = AuditHead.objects.get()
    assert (head.sequence, head.entry_hash) == (3, third.entry_hash)


@pytest.mark.django_db
def test_an_entry_says_who_did_what_to_which_member_and_when() -> None:
    with transaction.atomic():
        record(event(reason="電話での依頼", amount=63_000), now=NOW)
    entry = AuditEvent.objects.get()
    assert (entry.at, entry.actor, entry.verb) == (NOW, "user:7", "renewal.submit")
    assert (entry.subject, entry.member_number) == ("renewal:12", "S100001")
    assert entry.details == {"reason": "電話での依頼", "amount": 63_000}


@pytest.mark.django_db
def test_nothing_to_record_writes_nothing() -> None:
    record(now=NOW)
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_without_the_transaction_of_its_change_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="in the transaction of the change"):
        record(event(), now=NOW)


@pytest.mark.django_db
def test_a_change_that_is_rolled_back_takes_its_entry_along() -> None:
    write(1)
    with transaction.atomic():
        record(event(), now=NOW)
        transaction.set_rollback(True)
    assert verify_chain() == 1


@pytest.mark.django_db
def test_recording_costs_the_same_queries_however_long_the_trail(django_assert_num_queries) -> None:
    for length in (1, 300):
        with transaction.atomic(), django_assert_num_queries(3):
            record(event(), now=NOW)
        write(length)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [0, 1, 5])
def test_an_honest_trail_verifies(number: int) -> None:
    write(number)
    assert verify_chain() == number


@pytest.mark.django_db
@pytest.mark.parametrize(
    "altered",
    [
        "actor = 'user:8'",
        "verb = 'renewal.approve'",
        "subject = 'renewal:13'",
        "member_number = 'S100002'",
        """details = '{"place": 9}'""",
        "at = '2027-01-20 03:04:06.678901+00'",
        "previous_hash = entry_hash",
        "entry_hash = previous_hash",
    ],
)
def test_an_altered_entry_is_found(altered: str, tamper: Callable[[str], None]) -> None:
    write(3)
    tamper(f"UPDATE audit_auditevent SET {altered} WHERE sequence = 2")
    with pytest.raises(ChainBroken, match="entry 2"):
        verify_chain()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("missing", "message"),
    [
        (1, "entry 2 does not follow entry 0"),
        (2, "entry 3 does not follow entry 1"),
        (3, "the head says 3 entries, the trail has 2"),
    ],
)
def test_a_missing_entry_is_found(missing: int, message: str, tamper: Callable[[str], None]) -> None:
    write(3)
    tamper(f"DELETE FROM audit_auditevent WHERE sequence = {missing}")
    with pytest.raises(ChainBroken, match=message):
        verify_chain()


@pytest.mark.django_db
def test_entries_in_another_order_are_found(tamper: Callable[[str], None]) -> None:
    write(4)
    for before, after in ((2, 99), (3, 2), (99, 3)):
        tamper(f"UPDATE audit_auditevent SET sequence = {after} WHERE sequence = {before}")
    with pytest.raises(ChainBroken, match="entry 2 does not follow entry 1"):
        verify_chain()


@pytest.mark.django_db
def test_an_entry_slipped_in_behind_the_end_is_found() -> None:
    write(1)
    AuditEvent.objects.create(
        sequence=2, at=NOW, actor="user:9", verb="renewal.approve", subject="renewal:12", entry_hash="f" * 64
    )
    with pytest.raises(ChainBroken, match="entry 2"):
        verify_chain()


@pytest.mark.django_db
def test_a_trail_cut_off_together_with_its_head_still_verifies_so_the_head_is_worth_writing_down(
    tamper: Callable[[str], None],
) -> None:
    write(3)
    second = AuditEvent.objects.get(sequence=2)
    tamper("DELETE FROM audit_auditevent WHERE sequence = 3")
    AuditHead.objects.update(sequence=2, entry_hash=second.entry_hash)
    assert verify_chain() == 2


@pytest.mark.django_db
def test_verifying_while_others_write_is_not_mistaken_for_tampering(monkeypatch: pytest.MonkeyPatch) -> None:
    write(2)
    follows = trail._follows

    def somebody_writes_meanwhile(entry: AuditEvent, *before: object) -> bool:
        if entry.sequence == 2:
            write(1)
        return follows(entry, *before)

    monkeypatch.setattr(trail, "_follows", somebody_writes_meanwhile)
    assert verify_chain() == 3


@pytest.mark.django_db
def test_an_entry_slipped_in_before_the_first_is_found() -> None:
    write(1)
    AuditEvent.objects.create(
        sequence=0, at=NOW, actor="user:9", verb="renewal.approve", subject="renewal:12"
    )
    with pytest.raises(ChainBroken, match="entry 0"):
        verify_chain()


@pytest.mark.django_db
def test_there_is_one_head() -> None:
    with violates("audit_has_one_head"):
        AuditHead.objects.create(pk=2, sequence=0)


@pytest.mark.django_db
def test_an_entry_means_the_same_moment_whatever_zone_it_was_given_in() -> None:
    with transaction.atomic():
        record(event(), now=NOW.astimezone(TOKYO))
    assert AuditEvent.objects.get().at == NOW
    assert verify_chain() == 1
