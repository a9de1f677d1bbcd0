"""Timestamps in a lead's life, and its partner."""

import pgtrigger

from leads.triggers.sql import CONTACT, keep_id, lead_is_valid
from migrations_sql.triggers import RuleTrigger, exempts

lead_id_is_kept = keep_id("leads")
"""A lead's id cannot change: caps, counters and decisions refer to it."""

status_times_on_insert = RuleTrigger(
    name="status_times_on_insert",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    # A row with an earlier creation time is history: an unknown time stays unknown, and is not set to today.
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
"""A lead inserted as accepted, won or lost gets its timestamp from the database."""

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
    func=f"""
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
            -- A first contact before the lead, which no rule forbade once, may be put right.
            IF OLD.first_contact_at IS NOT NULL AND (OLD.first_contact_at < OLD.created_at) IS NOT TRUE THEN
                NEW.first_contact_at := OLD.first_contact_at;
            END IF;
            -- Who corrects a mistaken status also says which of its times never were.
            IF (NEW.accepted_at, NEW.decided_at) IS DISTINCT FROM (
                coalesce(OLD.accepted_at, NEW.accepted_at), coalesce(OLD.decided_at, NEW.decided_at)
            ) AND NOT {exempts("status")} THEN
                NEW.accepted_at := coalesce(OLD.accepted_at, NEW.accepted_at);
                NEW.decided_at := coalesce(OLD.decided_at, NEW.decided_at);
            END IF;
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
"""Times of contact, acceptance and decision are set once, by the database; a lead loses its partner only on purpose."""

contact_mended = RuleTrigger(
    name="contact_mended",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("status", "created_at", "first_contact_at", "deal_value"),
    condition=pgtrigger.Condition(f"NOT {lead_is_valid('OLD')}"),
    func=f"""
        UPDATE leads AS lead
        SET first_contact_at = greatest(lead.created_at, least(contacted.contact_at, clock_timestamp()))
        FROM (
            SELECT min(activity.created_at) AS contact_at
            FROM lead_activities AS activity
            WHERE activity.lead_id = NEW.id AND activity.type IN ({CONTACT})
                AND (NEW.tried_partner_ids IS NULL OR activity.created_at >= NEW.assigned_at)
        ) AS contacted
        WHERE lead.id = NEW.id AND lead.first_contact_at IS NULL AND contacted.contact_at IS NOT NULL
            AND {lead_is_valid("lead")};
        RETURN NULL;
    """,
)
"""A lead gets its missing first contact once its invalid row is corrected."""
