"""Columns of a partner that nobody writes by hand."""

import pgtrigger

from leads.triggers.sql import keep_id
from migrations_sql.triggers import OWNER_WRITES, RuleTrigger, exempts

# Not by the counting triggers, which write at depth 1 and with their owner's rights.
_WRITTEN_BY_HAND = f"NOT (pg_trigger_depth() > 0 AND {OWNER_WRITES})"

partner_id_is_kept = keep_id("profiles")
"""A partner's id cannot change: leads, counters and decisions refer to it."""

guard_counters = RuleTrigger(
    name="guard_counters",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition(
        f"{_WRITTEN_BY_HAND}"
        " AND (NEW.open_leads, NEW.last_assigned_at, NEW.returned_at, NEW.leads_since_return, NEW.usual_daily_leads)"
        " IS DISTINCT FROM"
        " (OLD.open_leads, OLD.last_assigned_at, OLD.returned_at, OLD.leads_since_return, OLD.usual_daily_leads)"
    ),
    func=f"""
        IF {exempts("counters")} THEN
            RETURN NEW;
        END IF;
        NEW.open_leads := OLD.open_leads;
        NEW.last_assigned_at := OLD.last_assigned_at;
        NEW.returned_at := OLD.returned_at;
        NEW.leads_since_return := OLD.leads_since_return;
        NEW.usual_daily_leads := OLD.usual_daily_leads;
        RETURN NEW;
    """,
)
"""Only the triggers and a recount set the counter: writing back a whole stale row leaves it unchanged."""

note_routing_change = RuleTrigger(
    name="note_routing_change",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition(
        f"{_WRITTEN_BY_HAND} AND (NEW.routing_changed_at IS DISTINCT FROM OLD.routing_changed_at OR "
        "(NEW.is_active_for_routing, NEW.max_open_leads, NEW.regions, NEW.lead_locations, NEW.lead_industries,"
        " NEW.primary_branch) IS DISTINCT FROM (OLD.is_active_for_routing, OLD.max_open_leads, OLD.regions,"
        " OLD.lead_locations, OLD.lead_industries, OLD.primary_branch))"
    ),
    func=f"""
        IF {exempts("counters")} THEN
            RETURN NEW;
        END IF;
        IF (NEW.is_active_for_routing, NEW.max_open_leads, NEW.regions, NEW.lead_locations, NEW.lead_industries,
            NEW.primary_branch) IS DISTINCT FROM (OLD.is_active_for_routing, OLD.max_open_leads, OLD.regions,
            OLD.lead_locations, OLD.lead_industries, OLD.primary_branch)
        THEN
            NEW.routing_changed_at := clock_timestamp();
        ELSE
            NEW.routing_changed_at := OLD.routing_changed_at;
        END IF;
        RETURN NEW;
    """,
)
"""Waiting leads are retried at once when a partner changes what it accepts."""

note_insert = RuleTrigger(
    name="note_insert",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="written"),
    func="""
        INSERT INTO partner_changes (partner_id) SELECT id FROM written ON CONFLICT DO NOTHING;
        RETURN NULL;
    """,
)

note_update = RuleTrigger(
    name="note_update",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    referencing=pgtrigger.Referencing(old="before", new="after"),
    func="""
        INSERT INTO partner_changes (partner_id) SELECT id FROM before UNION SELECT id FROM after
        ON CONFLICT DO NOTHING;
        RETURN NULL;
    """,
)

note_delete = RuleTrigger(
    name="note_delete",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Delete,
    referencing=pgtrigger.Referencing(old="deleted"),
    func="""
        INSERT INTO partner_changes (partner_id) SELECT id FROM deleted ON CONFLICT DO NOTHING;
        RETURN NULL;
    """,
)

NOTES = (note_insert, note_update, note_delete)
"""Every change of a partner is recorded, so that nobody has to read all partners to find it."""
