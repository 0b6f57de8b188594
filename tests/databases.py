"""A pytest plugin: which tests belong to the database of this run.

Most run on both. Those marked ``postgres`` or ``sqlite`` are deselected on the other one.
"""

import pytest
from django.db import connection


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    other = "postgres" if connection.vendor == "sqlite" else "sqlite"
    elsewhere = [item for item in items if item.get_closest_marker(other)]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if not item.get_closest_marker(other)]
