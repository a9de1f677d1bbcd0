"""The audit trail cannot be changed, and records users, groups and tokens."""

from django.db import migrations

from core.audit import triggers as audit
from core.auth.tokens import end_tokens
from migrations_sql.operations import Together
from migrations_sql.triggers import AddTriggers


class Migration(migrations.Migration):
    dependencies = [("core", "0001_schema")]

    operations = [
        Together(
            [
                AddTriggers("auditevent", audit.EVENT_TRIGGERS),
                AddTriggers("auditedgroup", audit.GROUPS.triggers(), table=audit.GROUPS.table),
                AddTriggers("auditedgroupmember", audit.GROUP_MEMBERS.triggers(), table=audit.GROUP_MEMBERS.table),
                AddTriggers(
                    "auditedgrouppermission", audit.GROUP_PERMISSIONS.triggers(), table=audit.GROUP_PERMISSIONS.table
                ),
                AddTriggers("auditedtoken", audit.TOKENS.triggers(), table=audit.TOKENS.table),
                AddTriggers("auditeduser", (*audit.USERS.triggers(), end_tokens), table=audit.USERS.table),
                AddTriggers(
                    "auditeduserpermission", audit.USER_PERMISSIONS.triggers(), table=audit.USER_PERMISSIONS.table
                ),
            ]
        )
    ]
