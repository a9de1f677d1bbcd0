"""Consequences of an entry in the contact log."""

import pgtrigger

from leads.triggers.sql import CONTACT, lead_is_valid
from migrations_sql.triggers import RuleTrigger

first_contact = RuleTrigger(
    name="first_contact",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="inserted"),
    func=f"""
        WITH contacted AS MATERIALIZED (
            SELECT lead.id, min(activity.created_at) AS contact_at
            FROM inserted AS activity
            JOIN leads AS lead ON lead.id = activity.lead_id
            WHERE activity.type IN ({CONTACT})
                AND lead.first_contact_at IS NULL
                AND (lead.tried_partner_ids IS NULL OR activity.created_at >= lead.assigned_at)
            GROUP BY lead.id
        ), locked AS MATERIALIZED (
            SELECT lead.id, {lead_is_valid("lead")} AS is_valid FROM leads AS lead
            WHERE lead.id IN (SELECT id FROM contacted)
            ORDER BY lead.id
            FOR NO KEY UPDATE
        )
        UPDATE leads AS lead
        SET first_contact_at = greatest(lead.created_at, least(contacted.contact_at, clock_timestamp()))
        FROM contacted
        JOIN locked ON locked.id = contacted.id
        WHERE lead.id = contacted.id AND locked.is_valid AND lead.first_contact_at IS NULL;
        RETURN NULL;
    """,
)
"""First contact = the earliest contact activity of the lead; after a re-routing, the new partner's. Set once.

If the database would refuse to change the lead's row, it is set once that row is corrected: see `contact_mended`.
"""
