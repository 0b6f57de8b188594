"""Where evidence is kept: in a folder that nobody else reads, or in a private bucket."""

import stat
from pathlib import Path

import environ
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.storage.handler import StorageHandler
from storages.backends.s3 import S3Storage

from jaim_portal.evidence_storage import evidence_storage

BUCKET = {
    "EVIDENCE_S3_BUCKET": "evidence",
    "EVIDENCE_S3_ENDPOINT": "https://objects.example.jp",
    "EVIDENCE_S3_REGION": "jp-east-1",
    "EVIDENCE_S3_ACCESS_KEY": "key",
    "EVIDENCE_S3_SECRET_KEY": "secret",
    "EVIDENCE_S3_ADDRESSING": "path",
}


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """The storage that the portal opens with these variables."""

    def storage(**variables: str):
        for name in BUCKET:
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        entry = evidence_storage(environ.Env(), tmp_path / "evidence")
        return StorageHandler({"evidence": entry})["evidence"]

    return storage


def test_without_a_bucket_files_are_kept_in_the_folder_for_nobody_else(set_to, tmp_path: Path) -> None:
    storage = set_to()
    assert isinstance(storage, FileSystemStorage)
    name = storage.save("merged/ab/file.pdf", ContentFile(b"%PDF"))
    path = tmp_path / "evidence" / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    folders = (path.parent, path.parent.parent, tmp_path / "evidence")
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_with_a_bucket_they_are_kept_there_in_private(set_to) -> None:
    storage = set_to(**BUCKET)
    assert isinstance(storage, S3Storage)
    assert (storage.bucket_name, storage.default_acl, storage.file_overwrite) == (
        "evidence",
        "private",
        False,
    )
    client = storage.connection.meta.client
    assert client.meta.endpoint_url == "https://objects.example.jp"
    assert client.meta.region_name == "jp-east-1"
    assert client.meta.config.s3["addressing_style"] == "path"
    assert client.meta.config.signature_version == "s3v4"
    with pytest.raises(NotImplementedError):
        storage.path("merged/ab/file.pdf")


def test_what_is_not_said_is_left_to_the_client(set_to) -> None:
    """On a machine with a role of its own no keys are set."""
    storage = set_to(EVIDENCE_S3_BUCKET="evidence")
    assert (storage.endpoint_url, storage.access_key, storage.secret_key) == (None, None, None)
