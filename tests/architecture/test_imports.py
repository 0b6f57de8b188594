"""Imports point one way, as ``pyproject.toml`` contracts it, and so do foreign keys."""

import pytest
from django.apps import apps
from django.db.models import Model
from importlinter.cli import lint_imports

from tests.architecture.sources import ROOMS, ROOT, modules

RIGHT_OF = {room: set(ROOMS[: place + 1]) for place, room in enumerate(ROOMS)}
RIGHT_OF["fees"] -= {"discounts"}
PORTAL_MODELS = [
    model for model in apps.get_models() if model._meta.app_label in ROOMS and not model._meta.auto_created
]


def test_the_contracts_hold(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    broken = lint_imports(no_cache=True)
    assert broken == 0, capsys.readouterr().out


def test_nobody_imports_what_stands_left_of_it_not_even_inside_a_function() -> None:
    wrong = [
        f"{module.name} imports {name}"
        for module in modules()
        for name in module.imports()
        if (room := name.partition(".")[0]) in ROOMS and room not in RIGHT_OF[module.room]
    ]
    assert wrong == []


@pytest.mark.parametrize("model", PORTAL_MODELS, ids=lambda model: model._meta.label)
def test_foreign_keys_point_the_same_way(model: type[Model]) -> None:
    linked = {
        field.related_model._meta.app_label
        for field in model._meta.get_fields(include_hidden=True)
        if field.is_relation and field.concrete and field.related_model._meta.app_label in ROOMS
    }
    assert linked <= RIGHT_OF[model._meta.app_label]


OPENS_PDFS = {"pikepdf", "pypdfium2", "pypdf", "PIL", "fitz"}
INSPECTOR = "discounts.evidence.inspector"
WRITES_PDFS = {"jaim_portal.simulation.paper_pdf"}


def test_only_the_inspector_opens_pdfs_and_nobody_imports_it() -> None:
    """It runs as a process of its own: whatever a hostile file does to a library, it does there."""
    opening = {
        module.name
        for module in modules()
        if not OPENS_PDFS.isdisjoint(name.partition(".")[0] for name in module.imports())
    }
    assert opening > WRITES_PDFS
    opening -= WRITES_PDFS
    assert all(name.startswith(INSPECTOR) for name in opening)
    importing = {
        module.name for module in modules() if any(name.startswith(INSPECTOR) for name in module.imports())
    }
    assert all(name.startswith(INSPECTOR) for name in importing)


def test_the_inspector_knows_nothing_of_the_portal() -> None:
    known = {
        name
        for module in modules()
        if module.name.startswith(INSPECTOR)
        for name in module.imports()
        if name.partition(".")[0] in ("django", *ROOMS) and not name.startswith(INSPECTOR)
    }
    assert known == set()


def test_every_model_of_the_portal_lives_in_a_room_with_rows() -> None:
    assert {model._meta.app_label for model in PORTAL_MODELS} == {
        "audit",
        "mailing",
        "members",
        "discounts",
        "fees",
        "renewals",
    }
