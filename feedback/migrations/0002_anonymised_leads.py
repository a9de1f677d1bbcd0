"""A rating of an anonymised lead has no comment."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import migrations_sql.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0001_lead_feedback"),
        ("leads", "0022_anonymised_leads"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="leadfeedback",
            trigger=pgtrigger.compiler.Trigger(
                name="blank_inserted",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    declare="DECLARE anonymised uuid[];",
                    func="\n        SELECT array_agg(id) FILTER (WHERE anonymised_at IS NOT NULL) INTO anonymised\n        FROM (\n            SELECT id, anonymised_at FROM leads\n            WHERE id IN (SELECT lead_id FROM inserted WHERE ((inserted.comment) IS DISTINCT FROM ('')))\n            ORDER BY id\n            FOR KEY SHARE\n        ) AS locked;\n        IF anonymised IS NOT NULL THEN\n            UPDATE lead_feedback AS told SET comment = ''\n            WHERE told.lead_id = ANY(anonymised) AND ((told.comment) IS DISTINCT FROM (''));\n        END IF;\n        RETURN NULL;\n    ",
                    hash="f5b5fab23420fedc0c5b636da17a9c6a985d91f1",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_blank_inserted_efc11",
                    referencing="REFERENCING NEW TABLE AS inserted ",
                    table="lead_feedback",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leadfeedback",
            trigger=pgtrigger.compiler.Trigger(
                name="blank_updated",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN ((NEW.comment) IS DISTINCT FROM (''))",
                    func="\n        IF EXISTS (SELECT FROM leads WHERE id = NEW.lead_id AND anonymised_at IS NOT NULL) THEN\n            NEW.comment := '';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="1cd09b4b84265bc4ac9cbc8ad3aba0f11e868dd9",
                    operation='UPDATE OF "lead_id", "comment"',
                    pgid="pgtrigger_blank_updated_ad859",
                    table="lead_feedback",
                    when="BEFORE",
                ),
            ),
        ),
    ]
