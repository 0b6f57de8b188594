"""Addresses of static files in production."""

import json
from pathlib import Path

import pytest

from jaim_portal.static_files import StaticFiles

HASHED = "css/base.0123456789ab.css"


@pytest.fixture
def storage(tmp_path: Path) -> StaticFiles:
    manifest = {"version": "1.1", "paths": {"css/base.css": HASHED}, "hash": ""}
    (tmp_path / "staticfiles.json").write_text(json.dumps(manifest))
    return StaticFiles(location=str(tmp_path), base_url="/static/")


def test_an_address_carries_the_hash_of_the_manifest(storage: StaticFiles) -> None:
    assert storage.url("css/base.css") == f"/static/{HASHED}"


def test_an_address_is_worked_out_once(storage: StaticFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(storage, "stored_name", lambda name: asked.append(name) or HASHED)
    assert [storage.url("css/base.css") for _ in range(3)] == [f"/static/{HASHED}"] * 3
    assert asked == ["css/base.css"]


def test_a_file_that_nobody_collected_is_an_error(storage: StaticFiles) -> None:
    with pytest.raises(ValueError, match="Missing staticfiles manifest entry"):
        storage.url("css/unknown.css")
