"""What is written before anything is played: values only, no database."""

from collections import Counter
from io import BytesIO

import pikepdf
import pytest

from discounts.evidence.reading import read
from jaim_portal.simulation.config import Config
from jaim_portal.simulation.expectation import Expectation, expect
from jaim_portal.simulation.paper_pdf import TEXTS, paper_pdf
from jaim_portal.simulation.population import Presence, populate
from jaim_portal.simulation.script import Script, write_script
from jaim_portal.simulation.season import Season, plan_season
from jaim_portal.simulation.steps import CHANGED, Act, Verdict
from jaim_portal.simulation.wishes import CAPITAL, FORM5, GROUP, HEADCOUNT, INCOME_TAX, LABOUR, SME

SEEDS = range(1, 13)


def written(seed: int, members: int = 150) -> tuple[Season, Script, Expectation]:
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
        (Act.SUBMIT, "Incomplete"),
        (Act.SUBMIT, "NothingChanged"),
        (Act.SAVE_DRAFT, "Closed"),
        (Act.DISCARD_DRAFT, "NotAllowed"),
        (Act.APPROVE, "Stale"),
        (Act.APPROVE, "NotAllowed"),
        (Act.MARK, "NotAllowed"),
        (Act.RELEASE, "NotAllowed"),
        (Act.RETURN, "Stale"),
        (Act.UNDO, ""),
        (Act.UNDO, "Stale"),
    ]:
        assert refused[act, outcome], (act, outcome)
    assert expectation.post.superseded
    assert expectation.post.refusals
    assert season.deadline != season.calendar.deadline


@pytest.mark.parametrize("seed", SEEDS)
def test_no_mail_is_left_on_its_way(seed: int) -> None:
    _, _, expectation = written(seed)

    assert expectation.post.on_their_way == 0


def test_about_one_in_eight_changes_something() -> None:
    _, script, _ = written(1, members=2000)

    begin = {step.member for step in script.steps if step.act == Act.SAVE_DRAFT}
    assert 0.1 < len(begin) / 2000 < 0.18


def test_every_change_is_declared_and_every_end_of_a_return_comes_about() -> None:
    """Over a season large enough."""
    _, script, expectation = written(2, members=1500)

    changed = [
        declared
        for standing in expectation.standings
        for declared, _ in standing.submissions
        if declared.intent == CHANGED
    ]
    assert {declared.to_prove for declared in changed} == {(), (SME,), (GROUP,), (SME, GROUP)}
    assert {declared.method for declared in changed} == {"", CAPITAL, HEADCOUNT}
    papers = {proof.papers for declared in changed for proof in declared.proofs.values()}
    assert {paper for of_proof in papers for paper in of_proof} == set(TEXTS)
    assert {(FORM5, LABOUR), (FORM5, INCOME_TAX)} <= papers
    assert any(GROUP in declared.to_prove and GROUP not in declared.proofs for declared in changed)
    returned = [
        standing
        for standing in expectation.standings
        if any(ruling.verdict == Verdict.RETURN for ruling in standing.rulings)
    ]
    assert {standing.status for standing in returned} >= {"approved", "returned", "withdrawn"}
    assert {len(standing.corrections) for standing in returned} == {0, 1, 2, 3}
    assert any(ruling.undone for standing in returned for ruling in standing.rulings)
    came_to = Counter(zip((step.act for step in script.steps), expectation.outcomes, strict=True))
    assert came_to[Act.DECIDE, "Stale"]
    assert came_to[Act.DECIDE, ""]
    assert any(
        step.skip and outcome != "なし"
        for step, outcome in zip(script.steps, expectation.outcomes, strict=True)
    )


def test_the_first_papers_are_handed_in_for_real_and_never_more_than_forty() -> None:
    assert [
        sum(step.for_real for step in written(1, members)[1].steps) for members in (40, 150, 2000, 3000)
    ] == [0, 3, 40, 40]


@pytest.mark.parametrize("paper", TEXTS)
def test_papers_are_read_as_what_they_are(paper: str) -> None:
    pages = pikepdf.open(BytesIO(paper_pdf(paper, company="株式会社見本製作所", number="1"))).pages

    assert len(pages) == 1
    assert [found.paper for found in read([TEXTS[paper].format(company="株式会社見本製作所")]).papers] == [
        paper
    ]


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
