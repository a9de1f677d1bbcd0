"""The rules of `router.triggers`."""

from django.db import migrations

from migrations_sql.operations import Together
from migrations_sql.triggers import AddTriggers
from router import triggers


class Migration(migrations.Migration):
    dependencies = [("router", "0002_backfill")]

    operations = [
        Together(
            [
                AddTriggers("leadassignmentlog", triggers.LOG_TRIGGERS),
                AddTriggers("routingpolicy", triggers.POLICY_TRIGGERS),
                AddTriggers("policyactivation", triggers.ACTIVATION_TRIGGERS),
            ]
        )
    ]
