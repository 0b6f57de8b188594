"""Playing a season from the first member written to the last book checked."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jaim_portal.simulation import books
from jaim_portal.simulation.book import Book
from jaim_portal.simulation.config import Config
from jaim_portal.simulation.declaring import INCOMPLETE, NOT_ALLOWED, NOTHING_CHANGED
from jaim_portal.simulation.expectation import Expectation, expect
from jaim_portal.simulation.mail_books import mail_books
from jaim_portal.simulation.mailbox import Mailbox, receiving
from jaim_portal.simulation.play import Player
from jaim_portal.simulation.population import Member, populate
from jaim_portal.simulation.report import Report, largest_first
from jaim_portal.simulation.review_books import review_books
from jaim_portal.simulation.script import Script, write_script
from jaim_portal.simulation.season import Season, plan_season
from jaim_portal.simulation.settling import Settled, settle
from jaim_portal.simulation.standing import (
    APPROVED,
    CLOSED,
    STALE,
    UNCONFIRMED,
    UNDER_REVIEW,
)
from jaim_portal.simulation.steps import Step
from jaim_portal.simulation.throwaway import throwaway_storage
from mailing.kinds import kind_of
from renewals.status import Status

REFUSALS = {
    NOT_ALLOWED: "その状態ではできない",
    CLOSED: "受付期間の外",
    UNDER_REVIEW: "審査が始まっている",
    STALE: "古い画面からの操作",
    UNCONFIRMED: "確認項目が不足",
    INCOMPLETE: "書類などが不足",
    NOTHING_CHANGED: "変更がない",
}


@dataclass(frozen=True)
class Played:
    """A season that has been played: what was planned, what came of every step, what arrived."""

    config: Config
    season: Season
    people: Sequence[Member]
    script: Script
    settled: Settled
    outcomes: Sequence[str]
    mailbox: Mailbox


def simulate(config: Config, *, progress: Callable[[Step], None] = lambda step: None) -> Report:
    """Play a season in the database that Django is connected to, which must be migrated and empty, and check it.

    Raises ``NotEmpty`` if it holds members, ``HolidaysUnknown`` and ``NoFeeSchedule`` for a year beyond what is known.
    """
    return balance(play(config, progress=progress))


def play(config: Config, *, progress: Callable[[Step], None] = lambda step: None) -> Played:
    """Write the members and take every step of the script. ``progress`` is told of each step before it is taken."""
    season = plan_season(config)
    people = populate(config)
    script = write_script(config, season, people)
    settled = settle(people, this_year=config.fiscal_year - 1)
    mailbox = Mailbox(season.planned_at, script.refused, season.server_down)
    tokens = f"{config.fiscal_year}/{config.seed}"
    player = Player(season, people, settled, script.findings, mailbox, tokens)
    outcomes = []
    with throwaway_storage(), receiving(mailbox):
        for step in script.steps:
            progress(step)
            outcomes.append(player.take(step))
    return Played(config, season, people, script, settled, outcomes, mailbox)


def balance(played: Played) -> Report:
    """Work out what must have come of the script, and compare."""
    expectation = expect(played.season, played.people, played.script)
    people, settled = played.people, played.settled
    checked = [
        books.outcomes_book(played.script.steps, played.outcomes, expectation),
        books.members_book(people, settled, expectation),
        *review_books(settled, expectation),
        books.roster_book(played.season, settled, expectation),
        *mail_books(people, expectation, played.mailbox),
        books.fees_book(expectation, fiscal_year=played.config.fiscal_year),
        books.chain_book(),
        books.trail_book(people, settled, expectation),
    ]
    return _report(played, expectation, checked)


def _report(played: Played, expectation: Expectation, checked: Sequence[Book]) -> Report:
    post = expectation.post
    sent = Counter[str]()
    for (matter, _), facts in post.sent.items():
        sent[kind_of(matter.kind).label] += len(facts)
    withheld = Counter[str]()
    for matter, count in post.withheld.items():
        withheld[kind_of(matter.kind).label] += count
    approved = [standing for standing in expectation.standings if standing.status == APPROVED]
    return Report(
        config=played.config,
        season=played.season,
        stories=largest_first(played.script.told),
        steps=largest_first(Counter(str(step.act) for step in played.script.steps)),
        refusals=largest_first(_refusals(played)),
        sent=largest_first(sent),
        withheld=largest_first(withheld),
        superseded=post.superseded.total(),
        refused_deliveries=post.refusals,
        states=largest_first(
            Counter(Status(standing.status).label for standing in expectation.standings if standing.status)
        ),
        fee_total=sum(standing.fees[-1] for standing in approved),
        books=checked,
    )


def _refusals(played: Played) -> Counter[str]:
    """How often each refusal came."""
    return Counter(
        f"{step.act}（{REFUSALS[outcome]}）"
        for step, outcome in zip(played.script.steps, played.outcomes, strict=True)
        if outcome in REFUSALS
    )
