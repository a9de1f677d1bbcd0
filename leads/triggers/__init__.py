"""The rules that hold for every writer, as triggers on `profiles`, `leads` and `lead_activities`.

Order of locks, everywhere: leads by id, then partners by id.

The bodies see the tables of the schema in which they were created (see `migrations_sql.triggers`).
"""

import pgtrigger

from leads.vocabulary import CONTACT_TYPES, OPEN_STATUSES
from migrations_sql.triggers import RuleTrigger


def _sql_list(values: tuple[str, ...]) -> str:
    """Our own constants as a list of SQL literals."""
    return ", ".join(f"'{value!s}'" for value in values)


OPEN = _sql_list(OPEN_STATUSES)
CONTACT = _sql_list(CONTACT_TYPES)

# -- lead_activities ---------------------------------------------------------------------------------------------------

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
            SELECT lead.id FROM leads AS lead
            WHERE lead.id IN (SELECT id FROM contacted)
            ORDER BY lead.id
            FOR NO KEY UPDATE
        )
        UPDATE leads AS lead
        SET first_contact_at = greatest(lead.created_at, least(contacted.contact_at, clock_timestamp()))
        FROM contacted
        JOIN locked ON locked.id = contacted.id
        WHERE lead.id = contacted.id AND lead.first_contact_at IS NULL;
        RETURN NULL;
    """,
)
"""First contact = the earliest contact activity of the lead; of a re-routed lead, the new partner's. Set once."""

ACTIVITY_TRIGGERS = (first_contact,)

# -- leads -------------------------------------------------------------------------------------------------------------

status_times_on_insert = RuleTrigger(
    name="status_times_on_insert",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    # A row with an earlier creation time is history: an unknown time stays unknown, and is not invented as today.
    condition=pgtrigger.Condition(
        "NEW.status IN ('accepted', 'won', 'lost') AND NEW.created_at >= now() - interval '5 seconds'"
    ),
    func="""
        IF NEW.status = 'accepted' THEN
            NEW.accepted_at := coalesce(NEW.accepted_at, greatest(NEW.created_at, now()));
        ELSE
            NEW.decided_at := coalesce(NEW.decided_at, greatest(NEW.created_at, now()));
        END IF;
        RETURN NEW;
    """,
)
"""A lead that is born accepted, won or lost has its time from the database."""

write_once = RuleTrigger(
    name="write_once",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition(
        "((OLD.first_contact_at IS NOT NULL AND NEW.first_contact_at IS DISTINCT FROM OLD.first_contact_at)"
        " OR (OLD.accepted_at IS NOT NULL AND NEW.accepted_at IS DISTINCT FROM OLD.accepted_at)"
        " OR (OLD.decided_at IS NOT NULL AND NEW.decided_at IS DISTINCT FROM OLD.decided_at)"
        " OR (OLD.user_id IS NOT NULL AND NEW.user_id IS DISTINCT FROM OLD.user_id)"
        " OR NEW.tried_partner_ids IS DISTINCT FROM OLD.tried_partner_ids"
        " OR (NEW.user_id IS NOT NULL AND NEW.assigned_at IS NULL AND"
        " (OLD.user_id IS NULL OR OLD.assigned_at IS NOT NULL))"
        " OR (NEW.status IS DISTINCT FROM OLD.status AND NEW.status IN ('accepted', 'won', 'lost')))"
    ),
    func="""
        -- A row that was read before the assignment and is written back whole: it knows neither partner nor time.
        -- (To take a lead away from its partner, set user_id alone.)
        IF NEW.user_id IS NULL AND OLD.user_id IS NOT NULL
            AND NEW.assigned_at IS NULL AND OLD.assigned_at IS NOT NULL
        THEN
            NEW.user_id := OLD.user_id;
            NEW.status := OLD.status;
        END IF;
        -- Likewise one that was read before the lead left a partner: nobody else writes down who had it.
        IF NEW.tried_partner_ids IS DISTINCT FROM OLD.tried_partner_ids THEN
            IF NEW.user_id IS DISTINCT FROM OLD.user_id THEN
                NEW.user_id := OLD.user_id;
                NEW.status := OLD.status;
            END IF;
            NEW.assigned_at := OLD.assigned_at;
            NEW.tried_partner_ids := OLD.tried_partner_ids;
        END IF;

        IF OLD.user_id IS NOT NULL AND NEW.user_id IS DISTINCT FROM OLD.user_id THEN
            -- The lead leaves its partner: the clock starts again for the next one.
            NEW.tried_partner_ids := array_append(
                array_remove(OLD.tried_partner_ids, OLD.user_id), OLD.user_id
            );
            NEW.first_contact_at := NULL;
            NEW.accepted_at := NULL;
            NEW.decided_at := NULL;
            IF NEW.user_id IS NULL THEN
                NEW.assigned_at := NULL;
            ELSIF NEW.assigned_at IS NOT DISTINCT FROM OLD.assigned_at THEN
                NEW.assigned_at := now();
            END IF;
        ELSE
            NEW.first_contact_at := coalesce(OLD.first_contact_at, NEW.first_contact_at);
            NEW.accepted_at := coalesce(OLD.accepted_at, NEW.accepted_at);
            NEW.decided_at := coalesce(OLD.decided_at, NEW.decided_at);
            IF NEW.user_id IS NOT NULL THEN
                -- Of a lead that came with its partner, the time may be unknown, and is not invented later.
                NEW.assigned_at := coalesce(
                    NEW.assigned_at, OLD.assigned_at, CASE WHEN OLD.user_id IS NULL THEN now() END
                );
            END IF;
        END IF;

        IF NEW.status IS DISTINCT FROM OLD.status OR NEW.user_id IS DISTINCT FROM OLD.user_id THEN
            IF NEW.status = 'accepted' THEN
                NEW.accepted_at := coalesce(NEW.accepted_at, greatest(NEW.created_at, now()));
            ELSIF NEW.status IN ('won', 'lost') THEN
                NEW.decided_at := coalesce(NEW.decided_at, greatest(NEW.created_at, now()));
            END IF;
        END IF;
        RETURN NEW;
    """,
)
"""Times of contact, acceptance and decision are set by the database and kept; a partner is left only on purpose."""

_COUNT_DECLARE = [
    ("partner_ids", "uuid[]"),
    ("deltas", "integer[]"),
    ("latest", "timestamptz[]"),
    ("full_partner", "uuid"),
]

_APPLY_COUNTS = """
        IF partner_ids IS NULL THEN
            RETURN NULL;
        END IF;
        IF cardinality(partner_ids) > 1 THEN
            PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;
        END IF;
        WITH counted AS (
            UPDATE profiles AS partner
            SET open_leads = partner.open_leads + change.delta,
                last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),
                routing_changed_at = CASE
                    WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads
                        AND partner.open_leads + change.delta < partner.max_open_leads
                    THEN clock_timestamp() ELSE partner.routing_changed_at
                END
            FROM unnest(partner_ids, deltas, latest) AS change (partner_id, delta, assigned_at)
            WHERE partner.id = change.partner_id
            RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at
        )
        SELECT counted.id INTO full_partner FROM counted
        WHERE counted.open_leads > counted.max_open_leads AND counted.delta > 0
            AND {handed_over}
        LIMIT 1;
"""

count_open_leads_on_insert = RuleTrigger(
    name="count_open_leads_ins",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="inserted"),
    declare=_COUNT_DECLARE,
    func=f"""
        SELECT array_agg(partner_id), array_agg(delta), array_agg(assigned_at) INTO partner_ids, deltas, latest
        FROM (
            SELECT user_id AS partner_id,
                (count(*) FILTER (WHERE status IN ({OPEN})))::integer AS delta,
                max(coalesce(assigned_at, created_at)) AS assigned_at
            FROM inserted WHERE user_id IS NOT NULL
            GROUP BY user_id
        ) AS change;
        {_APPLY_COUNTS.format(handed_over="false")}
        RETURN NULL;
    """,
)
"""A lead that arrives with its partner counts. It is a sale that was made elsewhere, so the cap does not refuse it."""

count_open_leads_on_update = RuleTrigger(
    name="count_open_leads_upd",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    referencing=pgtrigger.Referencing(old="before", new="after"),
    declare=_COUNT_DECLARE,
    func=f"""
        SELECT array_agg(partner_id), array_agg(delta), array_agg(assigned_at) INTO partner_ids, deltas, latest
        FROM (
            SELECT partner_id, sum(delta)::integer AS delta, max(assigned_at) AS assigned_at
            FROM (
                SELECT after.id, after.user_id AS partner_id,
                    (after.status IN ({OPEN}))::integer AS delta,
                    CASE WHEN after.user_id IS DISTINCT FROM before.user_id
                        THEN coalesce(after.assigned_at, after.created_at) END AS assigned_at
                FROM after JOIN before ON before.id = after.id
                WHERE after.user_id IS NOT NULL
                    AND (after.user_id IS DISTINCT FROM before.user_id OR after.status IS DISTINCT FROM before.status)
                UNION ALL
                SELECT before.id, before.user_id, -(before.status IN ({OPEN}))::integer, NULL
                FROM before JOIN after ON before.id = after.id
                WHERE before.user_id IS NOT NULL
                    AND (after.user_id IS DISTINCT FROM before.user_id OR after.status IS DISTINCT FROM before.status)
            ) AS moves
            GROUP BY partner_id
            HAVING sum(delta) <> 0 OR max(assigned_at) IS NOT NULL
        ) AS change;
        {_APPLY_COUNTS.format(handed_over="counted.assigned_at IS NOT NULL")}
        IF full_partner IS NOT NULL THEN
            RAISE EXCEPTION 'partner % is at its cap: the lead cannot be handed over', full_partner
                USING ERRCODE = 'check_violation', CONSTRAINT = 'profiles_open_leads_within_cap', TABLE = 'profiles';
        END IF;
        RETURN NULL;
    """,
)
"""Handing a lead to a partner takes a place of its cap, and is refused where there is none left."""

count_open_leads_on_delete = RuleTrigger(
    name="count_open_leads_del",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Delete,
    referencing=pgtrigger.Referencing(old="deleted"),
    declare=_COUNT_DECLARE,
    func=f"""
        SELECT array_agg(partner_id), array_agg(delta), array_agg(NULL::timestamptz) INTO partner_ids, deltas, latest
        FROM (
            SELECT user_id AS partner_id, -count(*)::integer AS delta
            FROM deleted WHERE user_id IS NOT NULL AND status IN ({OPEN})
            GROUP BY user_id
        ) AS change;
        {_APPLY_COUNTS.format(handed_over="false")}
        RETURN NULL;
    """,
)
"""A deleted lead gives its place back."""

count_open_leads_on_truncate = RuleTrigger(
    name="count_open_leads_trunc",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Truncate,
    func="""
        UPDATE profiles SET open_leads = 0 WHERE open_leads <> 0;
        RETURN NULL;
    """,
)
"""An emptied table leaves nobody with open leads."""

LEAD_TRIGGERS = (
    status_times_on_insert,
    write_once,
    count_open_leads_on_insert,
    count_open_leads_on_update,
    count_open_leads_on_delete,
    count_open_leads_on_truncate,
)

# -- profiles ----------------------------------------------------------------------------------------------------------

guard_counters = RuleTrigger(
    name="guard_counters",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    # Depth 0 is a client's own statement; the counting triggers above write at depth 1.
    condition=pgtrigger.Condition(
        "pg_trigger_depth() = 0 AND coalesce(current_setting('leads.recount', true), '') <> 'on'"
        " AND (NEW.open_leads, NEW.last_assigned_at) IS DISTINCT FROM (OLD.open_leads, OLD.last_assigned_at)"
    ),
    func="""
        NEW.open_leads := OLD.open_leads;
        NEW.last_assigned_at := OLD.last_assigned_at;
        RETURN NEW;
    """,
)
"""Only the triggers count: a stale row that is written back whole leaves the counter alone."""

note_routing_change = RuleTrigger(
    name="note_routing_change",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition(
        "pg_trigger_depth() = 0 AND coalesce(current_setting('leads.recount', true), '') <> 'on' AND ("
        "NEW.routing_changed_at IS DISTINCT FROM OLD.routing_changed_at OR "
        "(NEW.is_active_for_routing, NEW.max_open_leads, NEW.regions, NEW.lead_locations, NEW.lead_industries,"
        " NEW.primary_branch) IS DISTINCT FROM (OLD.is_active_for_routing, OLD.max_open_leads, OLD.regions,"
        " OLD.lead_locations, OLD.lead_industries, OLD.primary_branch))"
    ),
    func="""
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
"""Leads that wait are tried again at once when a partner changes what it takes."""

PARTNER_TRIGGERS = (guard_counters, note_routing_change)
