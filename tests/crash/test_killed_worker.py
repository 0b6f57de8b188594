"""A worker is killed at fifty random points while a season opens, and nothing is lost.

Celery, PostgreSQL, Redis and the mail server are real and stand in processes of their own.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from renewals.models import Renewal
from tests.crash.books import MailBook, check_season, enlist, is_all_sent, is_opened, mail_book, open_season
from tests.crash.stage import Sink, Workers, nudges, wait_until

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

MEMBERS = 2000
KILLS = 50
SEED = 20270115
A_CHUNK_AT_MOST = 0.6  # seconds that a worker lives while it enrols; what it did not finish is rolled back
LAST_KILL_WHILE_ENROLLING = 19


def test_fifty_kills_lose_nothing(tmp_path: Path, say: Callable[[str], None]) -> None:
    expected = enlist(MEMBERS)
    campaign = open_season()
    chance = random.Random(SEED)
    kills: Counter[str] = Counter()
    began = time.monotonic()
    with Sink(tmp_path) as sink, Workers(sink, tmp_path) as workers, nudges():
        pace = Pace()
        for number in range(KILLS):
            renewals, mails = Renewal.objects.count(), len(sink.deliveries())
            workers.let_go()
            workers.work()
            if number > LAST_KILL_WHILE_ENROLLING:
                wait_until(is_opened, "the opening comes to its end")
            enrolling = not is_opened()
            most = A_CHUNK_AT_MOST if enrolling else pace.life(MEMBERS - mails, kills=KILLS - number)
            life = chance.uniform(0, most)
            time.sleep(life)
            workers.work()
            workers.kill()
            sent = len(sink.deliveries()) - mails
            if not enrolling:
                pace.note(sent, life)
            kills["enrolling" if enrolling else "sending"] += 1
            kills["without progress"] += not sent and Renewal.objects.count() == renewals
        workers.let_go()
        wait_until(is_all_sent, "everything is sent")
    book = mail_book(sink.deliveries(), expected=expected)
    say(
        f"{KILLS} kills in {time.monotonic() - began:.0f} s: {dict(kills)}; "
        f"{len(book.lost)} lost, {len(book.second)} under a second id, {book.repeated} repeated"
    )
    check_season(campaign, expected=expected)
    assert not book.lost
    assert not book.second
    assert book.repeated <= KILLS // 10


class Pace:
    """How long a worker may live at most, so that mails are left for the last kill."""

    def __init__(self) -> None:
        self._mails, self._seconds = 20, 0.1

    def note(self, mails: int, seconds: float) -> None:
        self._mails, self._seconds = self._mails + mails, self._seconds + seconds

    def life(self, mails_left: int, *, kills: int) -> float:
        per_life = mails_left / (kills + 1)
        return 2 * per_life * self._seconds / self._mails


# --- killed exactly where it matters, and what would come of it without the rule --------------------------


def killed_once(folder: Path, sink: Sink, *, first: list[str], then: list[str]) -> tuple[MailBook, set[str]]:
    """A season of twenty opens; the first worker is killed on the way, another one finishes."""
    expected = enlist(20)
    open_season()
    with nudges():
        with Workers(sink, folder, *first) as workers:
            workers.let_go()
            workers.die()
        with Workers(sink, folder, *then) as workers:
            workers.let_go()
            wait_until(is_all_sent, "everything is sent")
    return mail_book(sink.deliveries(), expected=expected), expected


BEFORE_THE_END = "killed_before_the_end_of_a_mail"


def test_killed_before_the_end_of_a_mail_it_goes_once(tmp_path: Path) -> None:
    with Sink(tmp_path) as sink:
        book, _ = killed_once(tmp_path, sink, first=[BEFORE_THE_END], then=[])
    assert book == MailBook(lost=frozenset(), second=frozenset(), repeated=0)


def test_had_it_been_committed_before_the_end_it_would_be_lost(tmp_path: Path) -> None:
    """Negative control."""
    with Sink(tmp_path) as sink:
        change = "commit_before_the_end_of_a_mail"
        book, expected = killed_once(tmp_path, sink, first=[change, BEFORE_THE_END], then=[])
    assert len(book.lost) == 1
    assert book.lost < expected


def test_killed_between_the_end_and_the_commit_it_goes_twice_under_one_id(tmp_path: Path) -> None:
    """The window that nobody can close."""
    with Sink(tmp_path, kills_at=3) as sink:
        book, _ = killed_once(tmp_path, sink, first=[], then=[])
    assert book == MailBook(lost=frozenset(), second=frozenset(), repeated=1)


def test_had_every_attempt_its_own_id_a_second_mail_would_go(tmp_path: Path) -> None:
    """Negative control."""
    with Sink(tmp_path, kills_at=3) as sink:
        change = "new_id_for_every_attempt"
        book, _ = killed_once(tmp_path, sink, first=[change], then=[change])
    assert (len(book.second), book.repeated) == (1, 0)


# --- two workers side by side -------------------------------------------------------------------------


def test_two_workers_open_one_season(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    expected = enlist(1200)
    campaign = open_season()
    with (
        Sink(tmp_path) as sink,
        Workers(sink, tmp_path) as one,
        Workers(sink, tmp_path / "other") as other,
        nudges(),
    ):
        one.let_go()
        other.let_go()
        wait_until(is_all_sent, "everything is sent")
    check_season(campaign, expected=expected)
    assert mail_book(sink.deliveries(), expected=expected) == MailBook(frozenset(), frozenset(), 0)
