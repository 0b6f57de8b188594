from django.db import migrations

from audit.append_only import append_only

POSTGRES = """
CREATE OR REPLACE FUNCTION refuse_change_of_used_schedule() RETURNS trigger AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM fees_fixedfee WHERE schedule_id = OLD.id) THEN
        RAISE EXCEPTION 'a fee was fixed under this schedule: % is refused', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER fees_feeschedule_used BEFORE UPDATE OR DELETE ON fees_feeschedule
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_used_schedule();
"""
SQLITE = """
CREATE TRIGGER fees_feeschedule_used_{name} BEFORE {event} ON fees_feeschedule
WHEN EXISTS (SELECT 1 FROM fees_fixedfee WHERE schedule_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'a fee was fixed under this schedule: {event} is refused'); END
"""


def protect_used_schedules(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES, params=None)
    else:
        for event in ("UPDATE", "DELETE"):
            schema_editor.execute(SQLITE.format(event=event, name=event.lower()))


def enter_rates(apps, schema_editor):
    """The rates of the fee regulation, as the renewal manual prints them (step 3)."""
    apps.get_model("fees", "FeeSchedule").objects.get_or_create(
        valid_from=2026,
        defaults={
            "small_in_group": 60_000,
            "small": 63_000,
            "large_in_group": 80_000,
            "large": 83_000,
        },
    )


class Migration(migrations.Migration):
    dependencies = [("fees", "0001_initial")]
    operations = [
        append_only("fees_fixedfee"),
        migrations.RunPython(protect_used_schedules, migrations.RunPython.noop),
        migrations.RunPython(enter_rates, migrations.RunPython.noop),
    ]
