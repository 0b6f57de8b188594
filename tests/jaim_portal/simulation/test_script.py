"""What is written before anything is played: values only, no database."""

from collections import Counter

import pytest

from jaim_portal.simulation.config import Config
from jaim_portal.simulation.expectation import Expectation, expect
from jaim_portal.simulation.population import Presence, populate
from jaim_portal.simulation.script import Script, write_script
from jaim_portal.simulation.season import Season, plan_season
from jaim_portal.simulation.steps import Act

SEEDS = range(1, 13)


def written(seed: int, members: int = 60) -> tuple[Season, Script, Expectation]:
    config = Config(members=members, seed=seed)
    season, people = plan_season(config), populate(config)
    script = write_script(config, season, people)
    return season, script, expect(season, people, script)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_seed_has_the_interesting_steps(seed: int) -> None:
    season, script, expectation = written(seed)

    assert {step.act for step in script.steps} == set(Act)
    refused = Counter(zip((step.act for step in script.steps), expectation.outcomes, strict=True))
    for act, outcome in [
        (Act.OPENING_INTERRUPTED, "Interrupted"),
        (Act.DELIVER, "ServerDown"),
        (Act.SUBMIT, "Closed"),
        (Act.SUBMIT, "Stale"),
        (Act.SUBMIT, "Unconfirmed"),
        (Act.TAKE_BACK, "UnderReview"),
        (Act.TAKE_BACK, "Closed"),
        (Act.APPROVE, "Stale"),
    ]:
        assert refused[act, outcome], (act, outcome)
    assert expectation.post.superseded
    assert expectation.post.refusals
    assert season.deadline != season.calendar.deadline


@pytest.mark.parametrize("seed", SEEDS)
def test_no_mail_is_left_on_its_way(seed: int) -> None:
    _, _, expectation = written(seed)

    assert expectation.post.on_their_way == 0


def test_the_deadline_is_brought_forward_or_put_off() -> None:
    moves = [plan_season(Config(seed=seed)) for seed in SEEDS]

    assert {season.deadline < season.calendar.deadline for season in moves} == {True, False}


def test_steps_are_in_the_order_of_time() -> None:
    _, script, _ = written(1)

    moments = [step.at for step in script.steps]
    assert moments == sorted(moments)


def test_the_population_has_every_kind_of_member_and_of_address() -> None:
    people = populate(Config(members=300))

    assert {member.presence for member in people} == set(Presence)
    assert sum(member.in_season for member in people) == 300
    assert {len(member.addresses) for member in people} == {1, 2}
    assert any(member.secondary == member.primary for member in people)
    assert any(member.secondary and member.secondary != member.primary for member in people)
    assert any(member.billing not in ("", *member.addresses) for member in people)
    assert any(member.billing == member.primary for member in people)
    assert any(not member.billing for member in people)
    primaries = Counter(member.primary for member in people)
    assert max(primaries.values()) > 1
