"""``docs/lifecycle.md``: the states of a renewal, drawn from the table that the code obeys."""

from argparse import ArgumentParser
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from renewals.models import Renewal
from renewals.status import NOT_ANSWERED, TRANSITIONS, Status, Transition

PAGE = """\
# States of a renewal

Generated from the transition table in `renewals/status.py` by `manage.py document_lifecycle`. Do not edit.

```mermaid
{diagram}
```

| verb | from | to | who |
|---|---|---|---|
{table}

「未回答」 is no state of its own: it is a renewal that is still {not_answered} when the last day to answer has passed.
"""


class Command(BaseCommand):
    help = "Write docs/lifecycle.md from the transition table; --check only tells whether it is current."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if it is stale")
        parser.add_argument("--output", type=Path, default=settings.BASE_DIR / "docs" / "lifecycle.md")

    def handle(self, *, check: bool, output: Path, **options: Any) -> None:
        page = lifecycle_page(TRANSITIONS)
        if check:
            if not output.exists() or output.read_text() != page:
                raise CommandError(f"{output} is not current: run manage.py document_lifecycle")
            return
        output.write_text(page)
        self.stdout.write(f"{output} written")


def lifecycle_page(transitions: Sequence[Transition]) -> str:
    """The page in Markdown, with the diagram in Mermaid."""
    first = Status(Renewal._meta.get_field("status").default)
    return PAGE.format(
        diagram=_diagram(transitions, first), table=_table(transitions), not_answered=_not_answered()
    )


def _not_answered() -> str:
    return " or ".join(f"「{status.label}」" for status in NOT_ANSWERED)


def _diagram(transitions: Sequence[Transition], first: Status) -> str:
    ends = set(Status) - {transition.source for transition in transitions}
    lines = [
        "stateDiagram-v2",
        *(f'    state "{status.label}" as {status.value}' for status in Status),
        f"    [*] --> {first.value}: the season opens",
        *(
            f"    {source.value} --> {target.value}: {', '.join(f'{move.verb} ({move.actor})' for move in moves)}"
            for (source, target), moves in _by_ends(transitions)
        ),
        *(f"    {status.value} --> [*]" for status in Status if status in ends),
    ]
    return "\n".join(lines)


def _by_ends(transitions: Sequence[Transition]) -> list[tuple[tuple[Status, Status], list[Transition]]]:
    """Moves between the same two states share one arrow."""
    place = {status: number for number, status in enumerate(Status)}

    def ends(move: Transition) -> tuple[int, int]:
        return place[move.source], place[move.target]

    grouped = (list(moves) for _, moves in groupby(sorted(transitions, key=ends), key=ends))
    return [((moves[0].source, moves[0].target), moves) for moves in grouped]


def _table(transitions: Sequence[Transition]) -> str:
    return "\n".join(
        f"| `{move.verb}` | {move.source.label} | {move.target.label} | {move.actor} |"
        for move in transitions
    )
