"""A migration operation that makes a table append-only, by trigger, on PostgreSQL and SQLite."""

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$ LANGUAGE plpgsql;
"""


def trigger_sql(vendor: str, table: str) -> list[str]:
    """SQL statements that refuse UPDATE and DELETE on ``table``, and the TRUNCATE that PostgreSQL has beside them."""
    if vendor == "postgresql":
        return [
            POSTGRES_FUNCTION,
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        ]
    return [
        f"CREATE TRIGGER {table}_append_only_{event.lower()} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'append-only: {event} on {table} is refused'); END"
        for event in ("UPDATE", "DELETE")
    ]


def drop_trigger_sql(vendor: str, table: str) -> list[str]:
    """SQL statements that lift what :func:`trigger_sql` set."""
    if vendor == "postgresql":
        names = (f"{table}_append_only", f"{table}_never_emptied")
        return [f"DROP TRIGGER IF EXISTS {name} ON {table}" for name in names]
    return [f"DROP TRIGGER IF EXISTS {table}_append_only_{event}" for event in ("update", "delete")]


def protected_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables of this database that carry the trigger."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT DISTINCT event_object_table FROM information_schema.triggers "
                "WHERE trigger_name LIKE '%%\\_append\\_only'"
            )
        else:
            cursor.execute(
                "SELECT DISTINCT tbl_name FROM sqlite_master "
                "WHERE type = 'trigger' AND name LIKE '%%\\_append\\_only\\_%%' ESCAPE '\\'"
            )
        return [row[0] for row in cursor.fetchall()]


def append_only(table: str) -> migrations.RunPython:
    """The operation for a migration that creates ``table``."""

    def protect(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in trigger_sql(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, params=None)

    def release(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in drop_trigger_sql(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, params=None)

    return migrations.RunPython(protect, release)


def unchangeable(table: str) -> migrations.RunPython:
    """The operation for a table whose rows never change, and may go once nothing refers to them."""

    def protect(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(POSTGRES_FUNCTION, params=None)
            schema_editor.execute(
                f"CREATE TRIGGER {table}_unchangeable BEFORE UPDATE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
                params=None,
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_unchangeable BEFORE UPDATE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE on {table} is refused'); END",
                params=None,
            )

    def release(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        on_table = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_unchangeable{on_table}", params=None)

    return migrations.RunPython(protect, release)
