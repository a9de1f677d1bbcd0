"""A restore of rows passes over digests that came with their leads."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import migrations_sql.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0020_audit_events"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="leadcontactdigest",
            trigger=pgtrigger.compiler.Trigger(
                name="known_digest",
                sql=migrations_sql.triggers.FixedPathRuleTriggerSql(
                    condition="WHEN (pg_trigger_depth() = 0)",
                    func="\n        IF EXISTS (SELECT FROM lead_contact_digests WHERE lead_id = NEW.lead_id) THEN\n            RETURN NULL;\n        END IF;\n        RETURN NEW;\n    ",
                    hash="165473e79c07ee4547c54bd773b1a060cffd8ad2",
                    operation="INSERT",
                    pgid="pgtrigger_known_digest_cfb29",
                    table="lead_contact_digests",
                    when="BEFORE",
                ),
            ),
        ),
    ]
