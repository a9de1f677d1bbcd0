"""The rules of the table."""

from django.db import migrations

from migrations_sql.operations import Together
from migrations_sql.triggers import add_trigger


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_schema"), ("leads", "0003_backfill")]

    operations = [
        Together(
            [
                add_trigger(
                    "leadfeedback",
                    "blank_inserted",
                    table="lead_feedback",
                    pgid="pgtrigger_blank_inserted_efc11",
                    when="AFTER",
                    operation="INSERT",
                    level="STATEMENT",
                    referencing="REFERENCING NEW TABLE AS inserted ",
                    declare="DECLARE anonymised uuid[];",
                    func="\n        SELECT array_agg(id) FILTER (WHERE anonymised_at IS NOT NULL) INTO anonymised\n        FROM (\n            SELECT id, anonymised_at FROM leads\n            WHERE id IN (SELECT lead_id FROM inserted WHERE ((inserted.comment) IS DISTINCT FROM ('')))\n            ORDER BY id\n            FOR KEY SHARE\n        ) AS locked;\n        IF anonymised IS NOT NULL THEN\n            UPDATE lead_feedback AS told SET comment = ''\n            WHERE told.lead_id = ANY(anonymised) AND ((told.comment) IS DISTINCT FROM (''));\n        END IF;\n        RETURN NULL;\n    ",
                ),
                add_trigger(
                    "leadfeedback",
                    "blank_updated",
                    table="lead_feedback",
                    pgid="pgtrigger_blank_updated_ad859",
                    when="BEFORE",
                    operation='UPDATE OF "lead_id", "comment"',
                    condition="WHEN ((NEW.comment) IS DISTINCT FROM (''))",
                    func="\n        IF EXISTS (SELECT FROM leads WHERE id = NEW.lead_id AND anonymised_at IS NOT NULL) THEN\n            NEW.comment := '';\n        END IF;\n        RETURN NEW;\n    ",
                ),
            ]
        ),
    ]
