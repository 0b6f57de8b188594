"""The benchmarks' own databases, beside the empty one that ``DATABASE_URL`` names."""

import os
from urllib.parse import urlsplit

import psycopg
from psycopg import sql


def url_of(name: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def create(name: str, *, template: str = "template1") -> None:
    """A new database, as a copy of ``template``; one of that name from an earlier run is dropped."""
    drop(name)
    _run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def drop(name: str) -> None:
    _run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def settle(name: str) -> None:
    """What autovacuum and the checkpointer would do in quieter times, before anything is measured."""
    _run(sql.SQL("VACUUM (ANALYZE)"), name)
    _run(sql.SQL("CHECKPOINT"), name)


def _run(statement: sql.Composable, name: str = "") -> None:
    with psycopg.connect(url_of(name) if name else os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement)
