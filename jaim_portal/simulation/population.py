"""The made-up members: values only, drawn from the seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from fiscal_calendar.season import season_calendar
from jaim_portal.simulation.config import Config

GROUPS = (
    ("一般社団法人見本金型工業会", "certificate"),
    ("見本鋳造協会", "none"),
    ("見本めっき工業組合", "dues"),
    ("見本プラスチック成形連盟", "certificate"),
)
# An employer's sites answered for by one clerk; the last one is alone.
SITES = (2, 3, 5, 1, 1, 1, 1, 1, 1, 1, 1, 1)


class Presence(StrEnum):
    """Where an establishment stands when the season opens."""

    MEMBER = "会員"
    LEFT_BEFORE = "すでに退会"
    LEAVES_AT_YEAR_END = "年度末の退会が決定済み"
    JOINS_LATER = "入会日が先"
    ADMITTED_AFTER_OPENING = "受付開始後に入会"


@dataclass(frozen=True, slots=True)
class Member:
    """An establishment, its addresses and this year's discounts. ``index`` is its place in the population.

    An empty address is a contact it does not have. ``group`` is a place in :data:`GROUPS`; ``recorded`` is False where
    nobody entered this year's discounts, which then are none.
    """

    index: int
    number: str
    corporation: int
    clerk: int
    site: str
    primary: str
    secondary: str
    billing: str
    recorded: bool
    sme: bool
    group: int | None
    certificate_until: date | None
    joined_on: date
    left_on: date | None
    presence: Presence

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where procedural mail goes: to both contacts, once if they share an address, however it is written."""
        if not self.secondary or self.secondary.lower() == self.primary.lower():
            return (self.primary,)
        return (self.primary, self.secondary)

    @property
    def in_season(self) -> bool:
        return self.presence == Presence.MEMBER


def populate(config: Config) -> list[Member]:
    """``config.members`` who take part, then a few of each kind that does not take part from the opening."""
    rng = config.rng("population")
    people = list(_employers(config, rng))
    few = max(2, config.members // 100)
    for presence in list(Presence)[1:]:
        people += [_member(config, rng, len(people) + place, presence=presence) for place in range(few)]
    return people


def _employers(config: Config, rng: random.Random) -> Iterator[Member]:
    made = 0
    while made < config.members:
        sites = min(rng.choice(SITES), config.members - made)
        head_office_reads_all = rng.random() < 0.5
        for place in range(sites):
            yield _member(
                config,
                rng,
                made + place,
                head=made,
                site=place,
                reads_all=sites > 1 and head_office_reads_all,
            )
        made += sites


def _member(
    config: Config,
    rng: random.Random,
    index: int,
    *,
    head: int | None = None,
    site: int = 0,
    reads_all: bool = False,
    presence: Presence = Presence.MEMBER,
) -> Member:
    head = index if head is None else head
    domain = f"c{head:05d}.example"
    primary = f"soumu@{domain}" if reads_all else f"soumu{index:05d}@{domain}"
    group = rng.randrange(len(GROUPS)) if rng.random() < 0.4 else None
    joined_on, left_on = _stay(config, rng, presence)
    return Member(
        index=index,
        number=f"S{100_000 + index}",
        corporation=head,
        clerk=head,
        site="本社工場" if site == 0 else f"第{site + 1}工場",
        primary=primary,
        secondary=rng.choice(("", "", "", f"kojo{index:05d}@{domain}", primary, primary.upper())),
        billing=rng.choice((f"keiri{index:05d}@{domain}", f"keiri{index:05d}@{domain}", primary, "")),
        recorded=rng.random() < 0.95,
        sme=rng.random() < 0.7,
        group=group,
        certificate_until=_certificate(config, rng, group),
        joined_on=joined_on,
        left_on=left_on,
        presence=presence,
    )


def _certificate(config: Config, rng: random.Random, group: int | None) -> date | None:
    """Most certificates hold until the year ends; some expired before the season, which a reviewer must look at."""
    if group is None or GROUPS[group][1] != "certificate":
        return None
    calendar = season_calendar(config.fiscal_year)
    if rng.random() < 0.1:
        return calendar.opens_on - timedelta(days=rng.randint(1, 60))
    return calendar.withdrawal_effective_on


def _stay(config: Config, rng: random.Random, presence: Presence) -> tuple[date, date | None]:
    calendar = season_calendar(config.fiscal_year)
    long_ago = calendar.opens_on - timedelta(days=rng.randint(60, 900))
    match presence:
        case Presence.LEFT_BEFORE:
            return long_ago, calendar.opens_on - timedelta(days=rng.randint(1, 50))
        case Presence.LEAVES_AT_YEAR_END:
            return long_ago, calendar.withdrawal_effective_on
        case Presence.JOINS_LATER:
            return calendar.roster_drops_on, None
        case Presence.ADMITTED_AFTER_OPENING:
            return calendar.opens_on + timedelta(days=rng.randint(4, 18)), None
        case _:
            return long_ago, None
