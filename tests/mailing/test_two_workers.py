"""Two workers at the same moment never send one mail twice; without the claim they would."""

from contextlib import closing
from uuid import uuid4

import pytest

from mailing import sending
from mailing.sending import Delivery, deliver_due
from tests.mailing.letters import NOW, queue_notices, statuses
from tests.races import meet_before, race, refusals, without_row_locks
from tests.smtp_server import SmtpServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("notice")]


def two_workers(batch: int) -> list[Delivery]:
    outcomes = race(*[lambda: deliver_due(now=NOW, batch=batch)] * 2)
    assert refusals(outcomes) == []
    return outcomes


def test_every_mail_goes_once(server: SmtpServer) -> None:
    queue_notices(60)
    outcomes = two_workers(batch=5)
    assert sum(outcome.sent for outcome in outcomes) == 60
    assert len({mail.message_id for mail in server.taken}) == len(server.taken) == 60
    assert set(statuses().values()) == {"sent"}


def test_both_claim_at_once(server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    queue_notices(2)
    meet_before(monkeypatch, sending, "claim_due")
    two_workers(batch=1)
    assert len(server.taken) == 2


@pytest.mark.postgres
def test_without_row_locks_the_claim_still_decides_who_sends(
    server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both take the same mail; the one whose claim was overwritten stops before the end of it."""
    queue_notices(1)
    without_row_locks(monkeypatch)
    meet_before(monkeypatch, sending, "_hold")
    assert sum(outcome.sent for outcome in two_workers(batch=1)) == 1
    assert len(server.taken) == 1


@pytest.mark.postgres
def test_without_both_the_mail_goes_twice(server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the two really meet."""
    queue_notices(1)
    without_row_locks(monkeypatch)
    monkeypatch.setattr(sending, "mark_sent", lambda *args, **kwargs: True)
    meet_before(monkeypatch, sending, "_hold")
    race(one_batch, one_batch)
    assert len(server.taken) == 2


def one_batch() -> None:
    with closing(sending.post()) as to_server:
        sending.deliver_batch(to_server=to_server, clock=lambda: NOW, size=1)


@pytest.mark.sqlite
def test_on_sqlite_a_claim_waits_for_the_other() -> None:
    queue_notices(4)
    outcomes = race(*[lambda: [m.pk for m in sending.claim_due(claim=uuid4(), now=NOW, size=2)]] * 2)
    assert len({key for keys in outcomes for key in keys}) == 4
