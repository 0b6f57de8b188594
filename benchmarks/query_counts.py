"""How many queries pages take. Called with Django set up."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def count(*, visits: dict[str, list[tuple[str, str]]]) -> dict[str, int]:
    """By page, the most queries that any of its visits took. Raises ``RuntimeError`` for an answer other than 200."""
    return {page: max(_count(path, session) for path, session in of_page) for page, of_page in visits.items()}


def _count(path: str, session: str) -> int:
    """The second visit counts: what the process remembers from the first is remembered in service, too."""
    client = Client()
    client.cookies["sessionid"] = session
    client.get(path, secure=True, headers={"host": "portal.example"})
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path, secure=True, headers={"host": "portal.example"})
    if response.status_code != 200:
        raise RuntimeError(f"{path} answered {response.status_code}")
    return len(queries)
