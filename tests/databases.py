"""A pytest plugin: which tests belong to the database of this run.

Most run on both. Those marked ``postgres`` or ``sqlite`` are deselected on the other one. What no database can change
runs once, on SQLite: tests that use none, and those marked ``any_database``.
"""

import pytest
from django.db import connection

NEEDS_A_DATABASE = {"db", "transactional_db", "django_db_setup"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    elsewhere = [item for item in items if not _belongs_here(item)]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if _belongs_here(item)]


def _belongs_here(item: pytest.Item) -> bool:
    if connection.vendor == "sqlite":
        return not item.get_closest_marker("postgres")
    return _touches_the_database(item) and not (
        item.get_closest_marker("sqlite") or item.get_closest_marker("any_database")
    )


def _touches_the_database(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("django_db") is not None
    return marked or bool(NEEDS_A_DATABASE.intersection(getattr(item, "fixturenames", ())))
