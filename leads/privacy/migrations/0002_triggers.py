"""Nothing about an anonymised lead says who asked."""

from django.db import migrations

from leads.privacy.triggers import ANONYMISED_TRIGGERS, BLANKING
from migrations_sql.operations import Together
from migrations_sql.triggers import AddTriggers


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_schema"), ("leads", "0004_triggers")]

    operations = [
        Together(
            [
                AddTriggers("anonymisedlead", ANONYMISED_TRIGGERS, table="leads"),
                AddTriggers("blankedactivity", BLANKING["lead_activities"], table="lead_activities"),
                AddTriggers("blankedrepeat", BLANKING["lead_repeats"], table="lead_repeats"),
                AddTriggers("blankedfeedback", BLANKING["lead_feedback"], table="lead_feedback"),
                AddTriggers("blankedticket", BLANKING["support_tickets"], table="support_tickets"),
            ]
        )
    ]
