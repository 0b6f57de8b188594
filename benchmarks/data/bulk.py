"""Writing many rows."""

from collections.abc import Iterable
from itertools import islice
from typing import TypeVar

from django.db.models import Model

BATCH = 2_000
Row = TypeVar("Row", bound=Model)


def write(rows: Iterable[Row]) -> None:
    """Write ``rows``, however many, a batch at a time."""
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        type(batch[0])._default_manager.bulk_create(batch)


def batches(size: int) -> list[range]:
    """The places 0 to ``size``, in ranges."""
    return [range(start, min(start + BATCH, size)) for start in range(0, size, BATCH)]
