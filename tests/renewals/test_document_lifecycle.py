from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from renewals.management.commands.document_lifecycle import lifecycle_page
from renewals.status import SECRETARIAT, TRANSITIONS, Status, Transition


def test_the_page_in_docs_is_current() -> None:
    call_command("document_lifecycle", check=True)


def test_every_move_of_the_table_is_drawn() -> None:
    page = lifecycle_page(TRANSITIONS)
    for move in TRANSITIONS:
        [arrow] = [line for line in page.splitlines() if f"    {move.source} --> {move.target}: " in line]
        assert f"{move.verb} ({move.actor})" in arrow
        assert f"| `{move.verb}` | {move.source.label} | {move.target.label} | {move.actor} |" in page
    assert page.count(" --> ") == len({(move.source, move.target) for move in TRANSITIONS}) + 1
    assert "[*] --> not_started" in page


def test_a_move_that_a_job_makes_too_names_both() -> None:
    assert "complete_withdrawal (secretariat or the day's job)" in lifecycle_page(TRANSITIONS)


@pytest.mark.parametrize("status", Status)
def test_every_state_is_drawn_with_its_label(status: Status) -> None:
    assert f'state "{status.label}" as {status.value}' in lifecycle_page(TRANSITIONS)


def test_a_stale_page_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    page = tmp_path / "lifecycle.md"
    page.write_text(lifecycle_page(TRANSITIONS[:-1]))
    with pytest.raises(CommandError, match="not current") as error:
        call_command("document_lifecycle", check=True, output=page)
    assert error.value.returncode == 1
    assert page.read_text() == lifecycle_page(TRANSITIONS[:-1])


def test_a_missing_page_is_not_current(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="not current"):
        call_command("document_lifecycle", check=True, output=tmp_path / "lifecycle.md")


def test_writing_makes_it_current(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "lifecycle.md"
    call_command("document_lifecycle", output=page)
    call_command("document_lifecycle", check=True, output=page)
    assert "written" in capsys.readouterr().out
    assert page.read_text() == (settings.BASE_DIR / "docs" / "lifecycle.md").read_text()


def test_a_move_that_is_added_changes_the_page() -> None:
    added = Transition("restore", Status.WITHDRAWN, Status.APPROVED, SECRETARIAT)
    assert "withdrawn --> approved: restore (secretariat)" in lifecycle_page((*TRANSITIONS, added))


def test_a_state_that_nothing_leaves_is_an_end() -> None:
    moves = [move for move in TRANSITIONS if move.source != Status.WITHDRAWN]
    assert "withdrawn --> [*]" in lifecycle_page(moves)
    assert "withdrawn --> [*]" not in lifecycle_page(TRANSITIONS)
