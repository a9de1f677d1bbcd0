"""The audit of channels, and the notifications of an assigned lead."""

from django.db import migrations

from leads.notifications.triggers import LEAD_TRIGGERS, PARTNER_CHANNELS
from migrations_sql.operations import Together
from migrations_sql.triggers import AddTriggers


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_schema"), ("leads", "0004_triggers")]

    operations = [
        Together(
            [
                AddTriggers("notifiedlead", LEAD_TRIGGERS, table="leads"),
                AddTriggers("partnerchannel", PARTNER_CHANNELS.triggers()),
            ]
        )
    ]
