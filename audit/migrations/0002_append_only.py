from django.db import migrations

from audit.append_only import append_only


def plant_head(apps, schema_editor):
    apps.get_model("audit", "AuditHead").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        append_only("audit_auditevent"),
        migrations.RunPython(plant_head, migrations.RunPython.noop),
    ]
