"""What a won lead was worth."""

from django.db import migrations, models

import migrations_sql.operations


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0006_won_and_lost"),
    ]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="deal_value",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=14,
                null=True,
                verbose_name="deal value",
            ),
        ),
        migrations_sql.operations.AddConstraintToLiveTable(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(("deal_value__gte", 0)),
                name="leads_deal_value_not_negative",
                violation_error_message="The deal value cannot be negative.",
            ),
        ),
    ]
