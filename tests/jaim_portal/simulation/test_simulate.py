"""A season played in the test's own database: every kind of thing happens, and the books are right."""

from collections import Counter

import pytest
from django.db import transaction

from discounts.stored_files import content_of, store_pdf
from jaim_portal.simulation.config import Config
from jaim_portal.simulation.report import Report
from jaim_portal.simulation.script import IN_ONE_GO, JOINED_AND_ADDED, JOINED_AND_LEFT_OUT, STORIES
from jaim_portal.simulation.settling import NotEmpty
from jaim_portal.simulation.simulate import play, simulate
from jaim_portal.simulation.steps import Act
from mailing.kinds import kind_of
from members.models import User
from renewals import messages
from tests.factories import EstablishmentFactory

pytestmark = pytest.mark.django_db
MEMBERS = 60


def findings(report: Report) -> dict[str, list[str]]:
    return {book.title: book.findings for book in report.wrong}


def played_alone(config: Config) -> list[str]:
    """The report but for its first lines, which name the seed; the database is empty again afterwards."""
    before = transaction.savepoint()
    lines = list(simulate(config).lines())
    transaction.savepoint_rollback(before)
    return lines[2:]


@pytest.mark.parametrize(("fiscal_year", "seed"), [(2027, 1), (2027, 2), (2026, 3), (2028, 4)])
def test_the_books_of_a_season_are_right(fiscal_year: int, seed: int) -> None:
    report = simulate(Config(fiscal_year=fiscal_year, members=MEMBERS, seed=seed))

    assert findings(report) == {}
    assert all(book.checked for book in report.books)


def test_a_season_with_a_single_member() -> None:
    assert findings(simulate(Config(members=1))) == {}


def test_everything_that_can_happen_happens() -> None:
    report = simulate(Config(members=150, seed=6))

    assert findings(report) == {}
    told = {name for _, name, _ in STORIES} | {IN_ONE_GO, JOINED_AND_ADDED, JOINED_AND_LEFT_OUT}
    assert report.stories.keys() == told
    assert report.steps.keys() == set(Act)
    assert report.sent.keys() == {kind.label for kind in messages.KINDS}
    assert {
        "取り下げ（受付期間の外）",
        "取り下げ（審査が始まっている）",
        "申請（受付期間の外）",
        "申請（確認項目が不足）",
        "申請（古い画面からの操作）",
        "申請（書類などが不足）",
        "申請（変更がない）",
        "承認（古い画面からの操作）",
        "差戻し（古い画面からの操作）",
        "審査中の1件の決定（古い画面からの操作）",
        "決定の取り消し（古い画面からの操作）",
    } <= report.refusals.keys()
    assert report.superseded
    assert report.refused_deliveries
    assert kind_of("submission_receipt").label in report.withheld
    assert report.states.keys() == {"手続き前", "入力中", "審査待ち", "修正待ち", "承認済み", "退会完了"}


def test_the_opening_is_interrupted_and_the_jobs_miss_days_and_run_twice() -> None:
    played = play(Config(members=MEMBERS, seed=1))

    came_to = Counter(
        (step.act, outcome)
        for step, outcome in zip(played.script.steps, played.outcomes, strict=True)
        if step.member < 0 and outcome and step.act != Act.BULK_APPROVE
    )
    assert came_to[Act.OPENING_INTERRUPTED, "Interrupted"] == 1
    assert came_to[Act.DELIVER, "ServerDown"] >= 1
    ran = Counter(step.at.date() for step in played.script.steps if step.act == Act.RUN_JOBS)
    days = list(played.season.days())
    assert any(day not in ran for day in days)
    assert any(count == 2 for count in ran.values())


def test_the_same_seed_gives_the_same_report() -> None:
    config = Config(members=MEMBERS, seed=7)

    assert played_alone(config) == played_alone(config)


def test_another_seed_gives_another_season() -> None:
    assert played_alone(Config(members=MEMBERS, seed=7)) != played_alone(Config(members=MEMBERS, seed=8))


def test_the_configured_storage_of_evidence_is_not_touched() -> None:
    """No row of the simulation names what is stored there, so the day's jobs would discard it."""
    name = store_pdf("original", b"a paper of a member")

    simulate(Config(members=1))

    assert content_of(name) == b"a paper of a member"


def test_a_season_is_not_played_among_real_members() -> None:
    EstablishmentFactory()

    with pytest.raises(NotEmpty):
        simulate(Config(members=MEMBERS))
    assert User.objects.count() == 0
