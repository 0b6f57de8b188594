"""Members who change their discounts: what they fill in, bring, mend or leave, and what reviewers find in it.

Reviewers work through what waits on every business day; a story only says what there is to find.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from fiscal_calendar.tokyo import at
from jaim_portal.simulation.season import ONE_DAY
from jaim_portal.simulation.steps import (
    CHANGED,
    CONFIRMED,
    UNCHANGED,
    UNSURE,
    WITHDRAW,
    Finding,
    Verdict,
)
from jaim_portal.simulation.teller import Teller
from jaim_portal.simulation.wishes import (
    CAPITAL,
    FORM5,
    GROUP,
    LABOUR,
    SME,
    by_form5_and_labour,
    untouched,
)


def changes(teller: Teller) -> None:
    teller.changes(teller.in_time(), teller.would_change())


def begins_and_forgets(teller: Teller) -> None:
    """Fills in the form, perhaps twice, and never submits it: still unanswered, and reminded."""
    moment = teller.afternoon(1, 15)
    wish = teller.would_change()
    teller.saves(moment, wish)
    if teller.rng.random() < 0.5:
        teller.saves(moment + timedelta(minutes=teller.rng.randint(1, 120)), wish.without_papers)


def begins_and_discards(teller: Teller) -> None:
    """Starts over: nobody keeps the papers of the first attempt. Then answers in one way or another, or not at all."""
    moment = teller.afternoon(1, 12)
    teller.saves(moment, teller.would_prove()[0])
    discarded = moment + timedelta(minutes=teller.rng.randint(5, 2_000))
    teller.discards(discarded)
    teller.discards(discarded + timedelta(seconds=5))
    again = discarded + timedelta(minutes=teller.rng.randint(30, 2_000))
    match teller.rng.randrange(3):
        case 0:
            teller.changes(again, teller.would_change())
        case 1:
            teller.submits(again)
            teller.decides(again, UNCHANGED)


def begins_and_answers_otherwise(teller: Teller) -> None:
    moment = teller.afternoon(1, 14)
    teller.saves(moment, teller.would_change())
    answered = moment + timedelta(minutes=teller.rng.randint(3, 5_000))
    intent = teller.goes_or_stays()
    teller.submits(answered, intent)
    teller.decides(answered, intent)


def brings_too_little(teller: Teller) -> None:
    """No method, then 様式5 alone, then both papers."""
    moment = teller.afternoon(1, 16)
    both = by_form5_and_labour(untouched(teller.member))
    none, form5 = replace(both, method="", sme_papers=()), replace(both, sme_papers=(FORM5,))
    teller.saves(moment, none)
    teller.submits(moment + timedelta(minutes=1), CHANGED, in_vain=True)
    teller.saves(moment + timedelta(minutes=5), form5)
    teller.submits(moment + timedelta(minutes=6), CHANGED, in_vain=True)
    teller.changes(moment + timedelta(minutes=40), replace(both, sme_papers=(LABOUR,)))


def changes_nothing(teller: Teller) -> None:
    """Opens the form, perhaps picks a method, and finds that nothing changes."""
    moment = teller.afternoon(1, 16)
    wish = untouched(teller.member)
    if wish.sme and teller.rng.random() < 0.5:
        wish = replace(wish, method=CAPITAL)
    teller.submits(moment - timedelta(minutes=2), CHANGED, in_vain=True)
    teller.saves(moment, wish)
    teller.submits(moment + timedelta(minutes=2), CHANGED, in_vain=True)
    answered = moment + timedelta(minutes=4)
    teller.submits(answered)
    teller.decides(answered, UNCHANGED)


def changes_and_changes_again(teller: Teller) -> None:
    """Takes it back before a reviewer looks; what was filled in is still there."""
    moment = teller.evening(1, 15)
    teller.changes(moment, teller.would_change())
    back = moment + timedelta(minutes=teller.rng.randint(3, 240))
    teller.takes_back(back)
    again = back + timedelta(minutes=teller.rng.randint(20, 120))
    if teller.rng.random() < 0.5:
        teller.changes(again, teller.would_change())
    else:
        teller.submits(again, CHANGED)


def confirms_an_old_page(teller: Teller) -> None:
    """Another window changed the draft since the page to confirm was shown."""
    moment = teller.afternoon(1, 16)
    wish = teller.would_change()
    first = teller.saves(moment, wish)
    second = teller.saves(moment + timedelta(minutes=3), wish.without_papers)
    teller.submits(moment + timedelta(minutes=5), CHANGED, seen=first, in_vain=True)
    teller.submits(moment + timedelta(minutes=7), CHANGED, seen=second)


def mends_in_time(teller: Teller) -> None:
    _mends(teller, first=1, last=2)


def mends_late(teller: Teller) -> None:
    """After reminders, often after the deadline."""
    _mends(teller, first=4, last=18)


def _mends(teller: Teller, *, first: int, last: int) -> None:
    moment = teller.in_time()
    wish, discount = teller.would_prove()
    teller.changes(moment, wish)
    returned = teller.is_returned(moment, discount)
    teller.changes(_later(teller, returned, first, last), wish)


def _later(teller: Teller, returned: datetime, first: int, last: int) -> datetime:
    day = teller.days_after(returned, first, last)
    return teller.between(at(day, 8), at(day, 21))


def is_returned_twice(teller: Teller) -> None:
    moment = teller.afternoon(1, 18)
    wish, discount = teller.would_prove()
    teller.changes(moment, wish)
    returned = teller.is_returned(moment, discount)
    mended = _later(teller, returned, 1, 5)
    teller.changes(mended, wish)
    returned = teller.is_returned(mended, discount)
    teller.changes(_later(teller, returned, 1, 9), wish)


def never_mends(teller: Teller) -> None:
    moment = teller.in_time()
    wish, discount = teller.would_prove()
    teller.changes(moment, wish)
    teller.is_returned(moment, discount)


def mends_by_another_answer(teller: Teller) -> None:
    """What was returned is answered without a change, or with a withdrawal."""
    moment = teller.in_time()
    wish, discount = teller.would_prove()
    teller.changes(moment, wish)
    answered = _later(teller, teller.is_returned(moment, discount), 1, 9)
    intent = teller.rng.choice((UNCHANGED, WITHDRAW))
    teller.submits(answered, intent)
    teller.decides(answered, intent)


def does_not_get_the_discount(teller: Teller) -> None:
    wish, discount = teller.would_prove()
    teller.changes(teller.in_time(), wish)
    teller.finds(Finding(Verdict.APPROVE, (discount,)))


def is_put_aside(teller: Teller) -> None:
    """Held until something is clear, released, and then decided in its turn."""
    moment = teller.in_time()
    teller.changes(moment, teller.would_change())
    teller.finds(Finding(Verdict.HOLD), Finding())
    held = teller.season.next_review(moment)
    released = teller.office(teller.days_after(held, 1, 6))
    teller.releases(released)
    teller.releases(released + timedelta(minutes=1))


def overtakes_the_return(teller: Teller) -> None:
    """The reviewer returns the answer before the last."""
    moment = teller.morning(1, 15)
    wish, discount = teller.would_prove()
    teller.changes(moment, wish)
    teller.takes_back(moment + timedelta(minutes=10))
    teller.changes(moment + timedelta(minutes=30), wish)
    teller.returns(moment + timedelta(minutes=31), discount, version=1)


def is_let_in_after_a_return(teller: Teller) -> None:
    """The secretariat lets the member begin anew; the draft is still there."""
    moment = teller.in_time()
    wish, discount = teller.would_prove()
    teller.changes(moment, wish)
    returned = teller.is_returned(moment, discount)
    reopened = teller.office(max(teller.days_after(returned, 1, 5), teller.deadline - 3 * ONE_DAY))
    until = teller.days_after(reopened, 4, 9)
    teller.reopens(reopened, until)
    again = reopened + timedelta(hours=teller.rng.randint(1, 80))
    if teller.rng.random() < 0.5:
        teller.changes(again, wish)
    else:
        teller.submits(again)
        teller.decides(again, UNCHANGED)


def is_given_more_time_to_fill_in(teller: Teller) -> None:
    teller.saves(teller.afternoon(1, 15), teller.would_change().without_papers)
    granted = teller.office(teller.deadline + timedelta(days=teller.rng.randint(-5, 5)))
    until = max(teller.deadline, teller.days_after(granted, 5, 12))
    teller.reopens(granted, until)
    teller.changes(teller.between(granted + timedelta(hours=1), at(until, 22)), teller.would_change())


def is_decided_out_of_turn(teller: Teller) -> None:
    """Nothing is approved that was not found right. A slip is undone at once."""
    moment = teller.morning(1, 20)
    wish, discount = teller.would_prove()
    teller.changes(moment, wish)
    looked = moment + timedelta(minutes=20)
    teller.looks(looked)
    minutes = [looked + timedelta(minutes=place) for place in range(12)]
    teller.approves(minutes[1])
    teller.holds(minutes[2])
    teller.marks(minutes[3], discount, UNSURE)
    teller.releases(minutes[3])
    teller.approves(minutes[4])
    teller.marks(minutes[5], GROUP if discount == SME else SME, CONFIRMED)
    teller.marks(minutes[6], discount, CONFIRMED)
    teller.approves(minutes[7])
    teller.marks(minutes[8], discount, UNSURE)
    teller.undoes(minutes[9])
    teller.approves(minutes[11])


def returns_by_mistake(teller: Teller) -> None:
    """Returned, undone before the mail leaves, approved."""
    moment = teller.morning(1, 20)
    wish, discount = teller.would_prove()
    teller.changes(moment, wish)
    returned = moment + timedelta(minutes=15)
    teller.returns(returned, discount)
    teller.undoes(returned + timedelta(minutes=2))


def calls_about_a_change(teller: Teller) -> None:
    """Has filled in the form and finds the page closed; the secretariat enters the change on the member's behalf."""
    teller.saves(teller.afternoon(1, 15), teller.would_change())
    too_late = at(teller.deadline + ONE_DAY, 6) + timedelta(seconds=teller.rng.randrange(2 * 86_400))
    teller.saves(too_late, untouched(teller.member))
    teller.submits(too_late + timedelta(seconds=30), CHANGED, in_vain=True)
    teller.enters(teller.office(teller.days_after(too_late, 1, 6)), CHANGED, "phone")
