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
                    hash="ff4d228142e1ddaf107f5b2b11bee6809b670bf8",
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
                    hash="f17ee3c5e23a68be6f5be0bf03ac56a74dc7de2b",
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
                    hash="b206f034497fe8d415c208cc4a3d683684857120",
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
