"""Records are kept as they were written, and compressed by LZ4 where the server can."""

from django.db import migrations

import migrations_sql.fields
from migrations_sql import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("router", "0005_background_tasks"),
    ]

    operations = [
        migrations.AlterField(
            model_name="leadassignmentlog",
            name="candidates",
            field=migrations_sql.fields.StoredJSONField(
                db_default=[],
                default=list,
                help_text="The winner and the five best runners-up, with their inputs, scores and components.",
                verbose_name="ranked candidates",
            ),
        ),
        migrations.AlterField(
            model_name="leadassignmentlog",
            name="policy",
            field=migrations_sql.fields.StoredJSONField(
                db_default={}, default=dict, help_text="The values that were applied.", verbose_name="policy"
            ),
        ),
        # A change of the type would set it back.
        run_sql("decision_storage_v1"),
    ]
