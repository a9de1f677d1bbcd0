"""Every change of a partner is noted with its transaction, so that a reader takes what it has not seen yet."""

import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import migrations_sql.fields
import migrations_sql.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0014_rows_older_than_a_rule"),
    ]

    operations = [
        migrations.CreateModel(
            name="PartnerChange",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "changed_in", "partner_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("partner_id", models.UUIDField()),
                (
                    "changed_in",
                    migrations_sql.fields.TransactionIdField(db_default=models.Func(function="pg_current_xact_id")),
                ),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "partner_changes",
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partner",
            trigger=pgtrigger.compiler.Trigger(
                name="note_insert",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO partner_changes (partner_id) SELECT id FROM written ON CONFLICT DO NOTHING;\n        RETURN NULL;\n    ",
                    hash="8b72443e40ef8beb040273814fdc994d56423c91",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_note_insert_9cc64",
                    referencing="REFERENCING NEW TABLE AS written ",
                    table="profiles",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partner",
            trigger=pgtrigger.compiler.Trigger(
                name="note_update",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO partner_changes (partner_id) SELECT id FROM before UNION SELECT id FROM after\n        ON CONFLICT DO NOTHING;\n        RETURN NULL;\n    ",
                    hash="565939f5d875da78abfa43ed643c84b0d4d74386",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_note_update_1b62c",
                    referencing="REFERENCING OLD TABLE AS before  NEW TABLE AS after ",
                    table="profiles",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partner",
            trigger=pgtrigger.compiler.Trigger(
                name="note_delete",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    func="\n        INSERT INTO partner_changes (partner_id) SELECT id FROM deleted ON CONFLICT DO NOTHING;\n        RETURN NULL;\n    ",
                    hash="848879d0e8d9ac78579a3d8ac3f6ed20167db111",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_note_delete_38ac2",
                    referencing="REFERENCING OLD TABLE AS deleted ",
                    table="profiles",
                    when="AFTER",
                ),
            ),
        ),
    ]
