"""What one member does in the season, and what the secretariat does about it: a story is a list of steps.

Nothing here says what comes of a step. Some are refused when they are tried, and meant to be. The stories of members
who change their discounts are in :mod:`~jaim_portal.simulation.stories_of_changes`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from fiscal_calendar.tokyo import at
from jaim_portal.simulation.season import BULK_HOUR, ONE_DAY
from jaim_portal.simulation.steps import UNCHANGED, WITHDRAW, Desk
from jaim_portal.simulation.teller import Teller

Story = Callable[[Teller], None]


def continues(teller: Teller) -> None:
    moment = teller.in_time()
    teller.submits(moment)
    teller.decides(moment, UNCHANGED)


def presses_twice(teller: Teller) -> None:
    """A double click, and once more from a page left open: one submission."""
    moment = teller.in_time() - timedelta(seconds=5)
    teller.submits(moment)
    teller.submits(moment + timedelta(seconds=1), again=True)
    teller.submits(moment + 12 * ONE_DAY, again=True)
    teller.decides(moment, UNCHANGED)


def leaves(teller: Teller) -> None:
    moment = teller.in_time()
    teller.submits(moment - timedelta(seconds=40), WITHDRAW, ticked=4)
    teller.submits(moment, WITHDRAW)
    teller.decides(moment, WITHDRAW)


def leaves_and_is_completed_by_hand(teller: Teller) -> None:
    moment = teller.in_time()
    teller.submits(moment, WITHDRAW)
    accepted = teller.decides(moment, WITHDRAW)
    completed = teller.office(teller.days_after(accepted, 5, 25))
    teller.completes(completed)


def answers_again(teller: Teller) -> None:
    """Takes the answer back, meets the old page once more, and gives another answer, often before the receipt has
    even been sent."""
    moment = teller.afternoon(1, 15)
    teller.submits(moment, teller.goes_or_stays())
    back = moment + timedelta(minutes=teller.rng.randint(3, 300))
    teller.takes_back(back)
    teller.submits(back + timedelta(seconds=20), again=True)
    again = back + timedelta(minutes=teller.rng.randint(1, 700))
    intent = teller.goes_or_stays()
    teller.submits(again, intent)
    teller.decides(again, intent)


def takes_back_and_falls_silent(teller: Teller) -> None:
    moment = teller.afternoon(1, 18)
    teller.submits(moment, teller.goes_or_stays())
    teller.takes_back(moment + timedelta(minutes=teller.rng.randint(3, 500)))


def stays_silent(teller: Teller) -> None:
    """Never answers: remains on the roster, and on the secretariat's work list."""


def calls_after_the_deadline(teller: Teller) -> None:
    """Finds the page closed and calls; the answer is entered for the member."""
    too_late = at(teller.deadline + ONE_DAY, 0) + timedelta(seconds=teller.rng.randrange(3 * 86_400))
    teller.submits(too_late, in_vain=True)
    entered = teller.office(teller.days_after(too_late, 1, 6))
    intent = teller.goes_or_stays()
    teller.enters(entered, intent, "phone")
    teller.decides(entered, intent)


def sends_a_fax(teller: Teller) -> None:
    entered = teller.office(teller.days_after(teller.season.members_begin, 1, 24))
    intent = teller.goes_or_stays()
    teller.enters(entered, intent, teller.rng.choice(("fax", "mail")))
    teller.decides(entered, intent)


def is_let_in_late(teller: Teller) -> None:
    reopened = teller.office(teller.deadline + timedelta(days=teller.rng.randint(1, 9)))
    until = teller.days_after(reopened, 3, 16)
    teller.reopens(reopened, until)
    moment = teller.between(reopened + timedelta(minutes=5), at(until, 23, 59))
    intent = teller.goes_or_stays()
    teller.submits(moment, intent)
    teller.decides(moment, intent)


def is_let_in_late_and_stays_silent(teller: Teller) -> None:
    reopened = teller.office(teller.deadline + timedelta(days=teller.rng.randint(1, 9)))
    teller.reopens(reopened, teller.days_after(reopened, 8, 17))


def is_given_more_time(teller: Teller) -> None:
    granted = teller.office(teller.days_after(teller.season.members_begin, 1, 20))
    until = teller.deadline + timedelta(days=teller.rng.randint(4, 15))
    teller.reopens(granted, until)
    if teller.rng.random() < 0.7:
        moment = teller.between(at(until - 5 * ONE_DAY, 6), at(until, 23, 59))
        teller.submits(moment)
        teller.decides(moment, UNCHANGED)


def is_reopened_after_approval(teller: Teller) -> None:
    moment = teller.afternoon(1, 10)
    teller.submits(moment)
    decided = teller.decides(moment, UNCHANGED)
    reopened = teller.office(teller.days_after(max(decided, moment + 8 * ONE_DAY), 1, 10))
    until = teller.days_after(reopened, 4, 12)
    teller.reopens(reopened, until)
    again = teller.between(reopened + timedelta(hours=1), at(until, 23, 59))
    intent = teller.goes_or_stays()
    teller.submits(again, intent)
    teller.decides(again, intent)


def stays_after_all(teller: Teller) -> None:
    """The withdrawal was accepted; the secretariat undoes it at the member's request."""
    moment = teller.in_time()
    teller.submits(moment, WITHDRAW)
    accepted = teller.decides(moment, WITHDRAW)
    reopened = teller.office(teller.days_after(accepted, 4, 12))
    teller.reopens(reopened, teller.days_after(reopened, 5, 10))
    entered = reopened + timedelta(minutes=15)
    teller.enters(entered, UNCHANGED, "phone")
    teller.decides(entered, UNCHANGED)


def stays_though_completed(teller: Teller) -> None:
    """The withdrawal was even completed, early; before the year ends the secretariat undoes it."""
    moment = teller.in_time()
    teller.submits(moment, WITHDRAW)
    accepted = teller.decides(moment, WITHDRAW)
    completed = teller.office(teller.days_after(accepted, 1, 4))
    teller.completes(completed)
    reopened = completed + timedelta(minutes=teller.rng.choice((1, 4_000)))
    teller.reopens(reopened, teller.days_after(reopened, 5, 9))
    again = reopened + timedelta(hours=teller.rng.randint(1, 90))
    teller.submits(again)
    teller.decides(again, UNCHANGED)


def is_reviewed_at_once(teller: Teller) -> None:
    """Wants to take the answer back, but a reviewer has begun."""
    moment = teller.afternoon(1, 20)
    teller.submits(moment)
    teller.looks(moment + timedelta(minutes=20))
    teller.takes_back(moment + timedelta(minutes=40))
    teller.approves(teller.office(teller.days_after(moment, 1, 3)))


def overtakes_the_reviewer(teller: Teller) -> None:
    """The reviewer decides on a page that shows the answer before the last."""
    moment = teller.afternoon(1, 15)
    teller.submits(moment)
    teller.takes_back(moment + timedelta(minutes=10))
    teller.submits(moment + timedelta(minutes=15), UNCHANGED)
    teller.approves(moment + timedelta(minutes=16), version=1)
    teller.approves(moment + timedelta(minutes=30))


def takes_back_too_late(teller: Teller) -> None:
    moment = at(teller.deadline, 20) + timedelta(minutes=teller.rng.randrange(230))
    teller.submits(moment)
    teller.takes_back(at(teller.deadline + ONE_DAY, 8) + timedelta(minutes=teller.rng.randrange(180)))
    teller.decides(moment, UNCHANGED)


def is_undone_in_time(teller: Teller) -> None:
    """Approved in bulk by mistake: undone before the mail leaves, approved again, and then it is too late to undo."""
    moment = teller.afternoon(1, 18)
    teller.submits(moment)
    approved, again = (at(day, BULK_HOUR) for day in teller.season.bulk_days_after(moment, 2))
    teller.undoes(approved + timedelta(minutes=teller.rng.randint(2, 40)), by=Desk.REVIEWER)
    teller.undoes(again + timedelta(days=1), by=Desk.REVIEWER)
    teller.decides(moment, UNCHANGED)


def waits_for_a_decision(teller: Teller) -> None:
    """Asks to leave, and nobody decides: it must not fall off the roster by itself."""
    teller.submits(teller.in_time(), WITHDRAW)


def joins_and_takes_part(teller: Teller) -> None:
    added = _is_admitted(teller)
    if teller.rng.random() < 0.7:
        moment = teller.between(added + timedelta(hours=1), at(teller.deadline, 23, 59))
        teller.submits(moment)
        teller.decides(moment, UNCHANGED)


def joins_and_takes_no_part(teller: Teller) -> None:
    teller.joins()


def _is_admitted(teller: Teller) -> datetime:
    teller.joins()
    added = teller.office(teller.member.joined_on)
    teller.adds(added)
    if teller.rng.random() < 0.5:
        teller.adds(added + timedelta(minutes=1))
    return added
