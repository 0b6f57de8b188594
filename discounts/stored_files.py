"""Files of evidence in their storage, under random names: outside the web root, never under a member's name.

Names begin with what the file is: ``original``, ``view``, ``merged``, or ``pages`` for pictures of merged pages.
What is stored never changes, so a name stands for its content. Only the storage API is used.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from uuid import uuid4

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages

PDFS = ("original", "view", "merged")
PAGES = "pages"


def evidence_storage() -> Storage:
    return storages["evidence"]


def store_pdf(kind: str, content: bytes) -> str:
    """Keep ``content`` as one of ``PDFS``; returns its name."""
    name = uuid4().hex
    return evidence_storage().save(f"{kind}/{name[:2]}/{name}.pdf", ContentFile(content))


def content_of(name: str) -> bytes:
    """What is stored under ``name``. Raises ``FileNotFoundError``."""
    with evidence_storage().open(name) as stored:
        return stored.read()


def opened(name: str) -> File:
    """The file under ``name``, to be read and closed. Raises ``FileNotFoundError``."""
    return evidence_storage().open(name)


def page_image_name(merged: str, *, page: int, width: int) -> str:
    """Where the picture of a page of the PDF ``merged`` is kept."""
    stem = stem_of(merged)
    return f"{PAGES}/{stem[:2]}/{stem}/{page}-{width}.png"


def stem_of(name: str) -> str:
    return PurePosixPath(name).stem


def pdf_behind(name: str) -> str:
    """The stem of the PDF that ``name`` is, or of the one whose page the picture ``name`` shows."""
    path = PurePosixPath(name)
    return path.parent.name if path.parts[0] == PAGES else path.stem


def store_page_image(name: str, content: bytes) -> None:
    """Keep a picture. Another request may have been quicker; then this one is not needed."""
    kept_as = evidence_storage().save(name, ContentFile(content))
    if kept_as != name:
        evidence_storage().delete(kept_as)


def stored_under(folder: str) -> Iterator[str]:
    """The names of all files under ``folder``, folder by folder."""
    try:
        folders, files = evidence_storage().listdir(folder)
    except FileNotFoundError:
        return
    for inner in folders:
        yield from stored_under(f"{folder}/{inner}")
    yield from (f"{folder}/{name}" for name in files)
