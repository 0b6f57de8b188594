from django.db import migrations

from audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("renewals", "0001_initial")]
    operations = [
        append_only("renewals_submission"),
        append_only("renewals_deadlinechange"),
    ]
