"""The rules that hold for every writer, as triggers on `profiles`, `leads` and `lead_activities`.

Order of locks, everywhere: leads by id, then partners by id.

The bodies see the tables of the schema in which they were created (see `migrations_sql.triggers`).
"""

from leads.triggers.activities import first_contact
from leads.triggers.counting import (
    count_open_leads_on_delete,
    count_open_leads_on_insert,
    count_open_leads_on_truncate,
    count_open_leads_on_update,
    recount_mended,
)
from leads.triggers.lives import contact_mended, status_times_on_insert, write_once
from leads.triggers.partners import guard_counters, note_routing_change

__all__ = ["ACTIVITY_TRIGGERS", "LEAD_TRIGGERS", "PARTNER_TRIGGERS"]

ACTIVITY_TRIGGERS = (first_contact,)

LEAD_TRIGGERS = (
    status_times_on_insert,
    write_once,
    contact_mended,
    count_open_leads_on_insert,
    count_open_leads_on_update,
    count_open_leads_on_delete,
    count_open_leads_on_truncate,
)

PARTNER_TRIGGERS = (guard_counters, note_routing_change, recount_mended)
