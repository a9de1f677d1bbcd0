"""A ticket about an anonymised lead has no words."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import migrations_sql.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0022_anonymised_leads"),
        ("support", "0001_support_tickets"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="supportticket",
            trigger=pgtrigger.compiler.Trigger(
                name="blank_inserted",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    declare="DECLARE anonymised uuid[];",
                    func="\n        SELECT array_agg(id) FILTER (WHERE anonymised_at IS NOT NULL) INTO anonymised\n        FROM (\n            SELECT id, anonymised_at FROM leads\n            WHERE id IN (SELECT lead_id FROM inserted WHERE ((inserted.subject, inserted.body) IS DISTINCT FROM ('', '')))\n            ORDER BY id\n            FOR KEY SHARE\n        ) AS locked;\n        IF anonymised IS NOT NULL THEN\n            UPDATE support_tickets AS told SET subject = '', body = ''\n            WHERE told.lead_id = ANY(anonymised) AND ((told.subject, told.body) IS DISTINCT FROM ('', ''));\n        END IF;\n        RETURN NULL;\n    ",
                    hash="3405f66545c4df9d992d29cc961ad20a189d7e7c",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_blank_inserted_e22ad",
                    referencing="REFERENCING NEW TABLE AS inserted ",
                    table="support_tickets",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="supportticket",
            trigger=pgtrigger.compiler.Trigger(
                name="blank_updated",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((NEW.subject, NEW.body) IS DISTINCT FROM ('', ''))",
                    func="\n        IF EXISTS (SELECT FROM leads WHERE id = NEW.lead_id AND anonymised_at IS NOT NULL) THEN\n            NEW.subject := ''; NEW.body := '';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="0037ba023511305d3dd26e04e18a103fb7baf55e",
                    operation='UPDATE OF "lead_id", "subject", "body"',
                    pgid="pgtrigger_blank_updated_5f042",
                    table="support_tickets",
                    when="BEFORE",
                ),
            ),
        ),
    ]
