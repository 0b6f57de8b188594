"""Rules of the house that a reader relies on: no hidden logic, no drawer for odds and ends, no hidden clock."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOT, modules
from tests.constraints import our_constraints

READS_THE_CLOCK = {
    "timezone.now",
    "timezone.localdate",
    "timezone.localtime",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "date.today",
    "time.time",
}
# Pages, jobs and commands; the portal itself is composition.
MAY_READ_THE_CLOCK = re.compile(
    r"^jaim_portal\b|\.management\.commands\.|\.(\w+_)?(views|pages|tasks|admin|filters)$|\.review\.today$|^renewals\.many$"
)
PAGES = re.compile(r"\.(\w+_)?(views|pages|forms|urls|tasks)$|^renewals\.many$")
WRITES = re.compile(
    r"\.objects\b.*\.(create|update|delete|bulk_create|bulk_update|get_or_create|update_or_create)$"
)


def offenders(found: Iterator[str]) -> str:
    return "\n".join(sorted(found))


def test_no_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "helpers", "services", "common", "misc"}
    assert not offenders(module.name for module in modules() if drawers & set(module.name.split(".")))


def test_no_signals() -> None:
    assert not offenders(
        f"{module.name} imports {name}"
        for module in modules()
        for name in module.imports()
        if name.startswith("django.dispatch") or ".signals" in name
    )


def test_no_logic_in_save() -> None:
    assert not offenders(
        f"{module.name}.{owner.name}.{method.name}"
        for module in modules()
        for owner in ast.walk(module.tree)
        if isinstance(owner, ast.ClassDef)
        for method in owner.body
        if isinstance(method, ast.FunctionDef) and method.name in {"save", "delete", "bulk_create"}
    )


def test_only_pages_jobs_and_commands_read_the_clock() -> None:
    assert not offenders(
        f"{module.name}:{line} {call}"
        for module in modules()
        if not MAY_READ_THE_CLOCK.search(module.name)
        for call, line in module.calls()
        if call in READS_THE_CLOCK
    )


def test_pages_and_forms_write_no_rows_themselves() -> None:
    assert not offenders(
        f"{module.name}:{line} {call}"
        for module in modules()
        if PAGES.search(module.name)
        for call, line in module.calls()
        if WRITES.search(call)
    )


@pytest.mark.parametrize(("other", "ours"), [("～", "〜"), ("お問合せ", "お問い合わせ")])
def test_pages_and_mails_spell_a_word_one_way(other: str, ours: str) -> None:
    templates = (path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})
    assert not offenders(
        f"{path.relative_to(ROOT)}: {ours}, not {other}" for path in templates if other in path.read_text()
    )


@pytest.mark.parametrize("name", our_constraints())
def test_every_constraint_is_tested_by_its_name(name: str) -> None:
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    assert f'"{name}"' in tests
