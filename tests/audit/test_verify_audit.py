from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.append_only import drop_trigger_sql
from audit.models import AuditEvent
from tests.factories import RenewalFactory


def test_a_whole_trail_is_counted(db):
    RenewalFactory()
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert f"{AuditEvent.objects.count()}件" in out.getvalue()


def test_an_altered_entry_is_named(db):
    RenewalFactory()
    with connection.cursor() as cursor:
        for statement in drop_trigger_sql(connection.vendor, "audit_auditevent"):
            cursor.execute(statement)
        cursor.execute("UPDATE audit_auditevent SET actor = 'user:666' WHERE sequence = 2")
    with pytest.raises(CommandError, match="2"):
        call_command("verify_audit", stdout=StringIO())
