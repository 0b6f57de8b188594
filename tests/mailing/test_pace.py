"""No more mails a second than the provider allows."""

from datetime import timedelta

import pytest

from mailing.pace import Pace
from mailing.sending import BATCH, Delivery, deliver_due, most_within_a_claim
from tests.mailing.letters import NOW, queue_notices
from tests.smtp_server import SmtpServer


class Watch:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def paced(per_second: float) -> tuple[Pace, Watch]:
    watch = Watch()
    return Pace(per_second, clock=lambda: watch.now, sleep=watch.sleep), watch


def test_the_first_mail_goes_at_once_and_the_next_wait_their_turn() -> None:
    pace, watch = paced(4)
    for _ in range(5):
        pace.wait()
    assert watch.slept == [0.25] * 4


def test_what_a_mail_took_counts() -> None:
    pace, watch = paced(4)
    pace.wait()
    watch.now += 0.125
    pace.wait()
    assert watch.slept == [0.125]


def test_who_was_slow_does_not_catch_up_in_a_rush() -> None:
    pace, watch = paced(4)
    pace.wait()
    watch.now += 10
    pace.wait()
    pace.wait()
    assert watch.slept == [0.25]


def test_without_a_limit_nobody_waits() -> None:
    pace, watch = paced(0)
    for _ in range(5):
        pace.wait()
    assert watch.slept == []


@pytest.mark.parametrize(
    ("per_second", "claim", "most"),
    [
        (0, 120, BATCH),
        (100, 120, 6000),
        (0.5, 120, 30),  # thirty a minute
        (0.001, 120, 1),
    ],
)
def test_a_worker_holds_no_more_than_it_can_hand_in(settings, per_second, claim, most) -> None:
    settings.MAIL_PER_SECOND, settings.MAIL_CLAIM = per_second, timedelta(seconds=claim)
    assert most_within_a_claim() == most


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("notice")
def test_every_mail_to_a_server_waits_its_turn(
    server: SmtpServer, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAIL_PER_SECOND = 7
    turns: list[float] = []
    monkeypatch.setattr(Pace, "wait", lambda self: turns.append(self._interval))
    queue_notices(3)
    assert deliver_due(now=NOW) == Delivery(sent=3)
    assert turns == [1 / 7] * 3
