"""Rules for every writer, as triggers on `profiles`, `leads` and `lead_activities`.

Order of locks, everywhere: leads by id, then partners by id.

The bodies see the tables of the schema in which they were created (see `migrations_sql.triggers`).
"""

from leads.triggers.activities import first_contact
from leads.triggers.audit import INTAKE_CLIENTS, LEADS, PARTNER_USERS, PARTNERS
from leads.triggers.contacts import CONTACT_TRIGGERS, DIGEST_TRIGGERS
from leads.triggers.counting import (
    count_open_leads_on_delete,
    count_open_leads_on_insert,
    count_open_leads_on_truncate,
    count_open_leads_on_update,
    recount_mended,
)
from leads.triggers.lives import contact_mended, lead_id_is_kept, status_times_on_insert, write_once
from leads.triggers.partners import NOTES, guard_counters, note_routing_change, partner_id_is_kept
from leads.triggers.statuses import status_transition

__all__ = [
    "ACTIVITY_TRIGGERS",
    "DIGEST_TRIGGERS",
    "INTAKE_CLIENT_TRIGGERS",
    "LEAD_TRIGGERS",
    "PARTNER_TRIGGERS",
    "PARTNER_USER_TRIGGERS",
]

ACTIVITY_TRIGGERS = (first_contact,)

LEAD_TRIGGERS = (
    lead_id_is_kept,
    status_times_on_insert,
    write_once,
    status_transition,
    contact_mended,
    count_open_leads_on_insert,
    count_open_leads_on_update,
    count_open_leads_on_delete,
    count_open_leads_on_truncate,
    *LEADS.triggers(),
    *CONTACT_TRIGGERS,
)

PARTNER_TRIGGERS = (
    partner_id_is_kept,
    guard_counters,
    note_routing_change,
    recount_mended,
    *NOTES,
    *PARTNERS.triggers(),
)

PARTNER_USER_TRIGGERS = PARTNER_USERS.triggers()

INTAKE_CLIENT_TRIGGERS = INTAKE_CLIENTS.triggers()
