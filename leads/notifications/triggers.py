"""Notifications of an assigned lead: a row for each of the partner's active channels, in the same transaction.

And the audit of the channels.
"""

import pgtrigger

from core.audit.triggers import AuditedTable
from leads.triggers.sql import OPEN
from migrations_sql.triggers import RuleTrigger

PARTNER_CHANNELS = AuditedTable(
    table="partner_channels",
    key="partner_id",
    recorded=("partner_id", "kind", "language", "is_active"),
    redacted=("address", "secret_id", "previous_secret_id"),
)

_NOBODY_LISTENS = "NOT EXISTS (SELECT FROM partner_channels WHERE is_active)"

notify_partner_on_insert = RuleTrigger(
    name="notify_partner_ins",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="inserted"),
    func=f"""
        IF {_NOBODY_LISTENS} THEN
            RETURN NULL;
        END IF;
        INSERT INTO partner_notifications (channel_id, lead_id)
        SELECT channel.id, inserted.id
        FROM inserted
        JOIN partner_channels AS channel ON channel.partner_id = inserted.user_id AND channel.is_active
        -- An older one is history that is brought in.
        WHERE inserted.status IN ({OPEN})
            AND coalesce(inserted.assigned_at, inserted.created_at) >= now() - interval '5 minutes';
        RETURN NULL;
    """,
)
"""A lead that is inserted with its partner."""

notify_partner_on_update = RuleTrigger(
    name="notify_partner_upd",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    referencing=pgtrigger.Referencing(old="before", new="after"),
    func=f"""
        IF {_NOBODY_LISTENS} THEN
            RETURN NULL;
        END IF;
        INSERT INTO partner_notifications (channel_id, lead_id)
        SELECT channel.id, after.id
        FROM after
        JOIN before ON before.id = after.id
        JOIN partner_channels AS channel ON channel.partner_id = after.user_id AND channel.is_active
        WHERE after.user_id IS DISTINCT FROM before.user_id AND after.status IN ({OPEN});
        RETURN NULL;
    """,
)
"""A lead that is assigned to a partner."""

LEAD_TRIGGERS = (notify_partner_on_insert, notify_partner_on_update)
