"""Audit entries, submissions, moved deadlines and fixed fees can be added, and then never change."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from audit.append_only import drop_trigger_sql, protected_tables
from audit.models import AuditEvent
from fees.models import FixedFee
from fiscal_calendar.tokyo import at
from renewals.campaign import move_deadline
from renewals.models import DeadlineChange, Submission
from tests.factories import RenewalFactory, staff

pytestmark = pytest.mark.django_db

PROTECTED = {
    AuditEvent: {"actor": "user:1"},
    FixedFee: {"amount": 1},
    Submission: {"note": "あとから"},
    DeadlineChange: {"reason": "あとから"},
}


@pytest.fixture
def rows() -> None:
    """One row or more in each protected table."""
    renewal = RenewalFactory(approved=True)
    move_deadline(
        campaign_id=renewal.campaign_id,
        deadline=date(2027, 2, 12),
        reason="大雪のため",
        by=staff(),
        now=at(date(2027, 1, 26), 9),
    )


def test_exactly_these_tables_are_append_only() -> None:
    assert set(protected_tables(connection)) == {model._meta.db_table for model in PROTECTED}


@pytest.mark.parametrize("model", PROTECTED)
def test_a_row_that_is_there_cannot_be_changed(model, rows: None) -> None:
    with pytest.raises(IntegrityError, match=f"append-only: UPDATE on {model._meta.db_table}"):
        model.objects.update(**PROTECTED[model])


@pytest.mark.parametrize("model", PROTECTED)
def test_a_row_that_is_there_cannot_be_deleted(model, rows: None) -> None:
    table = model._meta.db_table
    with (
        pytest.raises(IntegrityError, match=f"append-only: DELETE on {table}"),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {table}")


@pytest.mark.sqlite
@pytest.mark.parametrize("model", PROTECTED)
def test_replacing_a_row_is_refused_as_well(model, rows: None) -> None:
    table, key = model._meta.db_table, model._meta.pk.column
    columns = ", ".join(f'"{field.column}"' for field in model._meta.fields)
    with (
        pytest.raises(IntegrityError, match=f"append-only: DELETE on {table}"),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f'INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table} ORDER BY "{key}"'
        )


@pytest.mark.postgres
@pytest.mark.parametrize("model", PROTECTED)
def test_the_table_cannot_be_emptied_at_a_stroke(model, rows: None) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match=f"append-only: TRUNCATE on {table}"):
            cursor.execute(f"TRUNCATE {table} CASCADE")


def test_it_is_the_trigger_that_refuses(rows: None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in drop_trigger_sql(connection.vendor, "audit_auditevent"):
            cursor.execute(statement)
    assert AuditEvent.objects.update(actor="user:1") == AuditEvent.objects.count()
    assert "audit_auditevent" not in protected_tables(connection)
