"""Counter of a partner's open leads, its cap, and the pace of a partner back after a break.

The counter is in the partner's row, so nothing is counted on a row that the database refuses to change (see
`leads.triggers.sql`). A statement still locks the rows of all its partners, in id order: correcting such a row waits
until the moved leads are committed, and counts them (`recount_mended`).
"""

import pgtrigger

from leads.triggers.sql import OPEN, partner_is_valid
from leads.vocabulary import BREAK_DAYS, LEAST_LEADS_FOR_A_PACE
from migrations_sql.triggers import RuleTrigger

_COUNT_DECLARE = [
    ("partner_ids", "uuid[]"),
    ("deltas", "integer[]"),
    ("latest", "timestamptz[]"),
    ("earliest", "timestamptz[]"),
    ("numbers", "integer[]"),
    ("are_locked", "boolean"),
    ("counted_partners", "integer"),
    ("full_partner", "uuid"),
]


def _handed_at(row: str) -> str:
    """Return SQL: when the partner got the lead, as far as known; never in the future, whatever the lead says."""
    return f"least(coalesce({row}assigned_at, {row}created_at), statement_timestamp())"


# True if the leads of the statement end a break. In hours, so that days of 23 or 25 hours make no difference.
_IS_BACK = f"change.first_at - partner.last_assigned_at >= interval '{BREAK_DAYS * 24} hours'"

_APPLY_COUNTS = f"""
        IF partner_ids IS NULL THEN
            RETURN NULL;
        END IF;
        -- The UPDATE locks one partner by itself, so only several need a lock first, for the order. But where it finds
        -- nothing to count on, the row may be one that somebody is just putting right: lock it, and look again.
        are_locked := cardinality(partner_ids) > 1;
        LOOP
            IF are_locked THEN
                PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;
            END IF;
            WITH counted AS (
                UPDATE profiles AS partner
                SET open_leads = partner.open_leads + change.delta,
                    last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),
                    returned_at = CASE
                        WHEN {_IS_BACK} THEN change.first_at
                        ELSE coalesce(partner.returned_at, change.first_at)
                    END,
                    leads_since_return = change.handed
                        + CASE WHEN {_IS_BACK} THEN 0 ELSE partner.leads_since_return END,
                    -- Over at least two weeks: what came within an hour once is no pace.
                    usual_daily_leads = CASE
                        WHEN {_IS_BACK} AND partner.leads_since_return >= {LEAST_LEADS_FOR_A_PACE}
                        THEN partner.leads_since_return / greatest(
                            {BREAK_DAYS},
                            extract(EPOCH FROM partner.last_assigned_at - partner.returned_at) / 86400
                        )::float8
                        WHEN {_IS_BACK} THEN NULL
                        ELSE partner.usual_daily_leads
                    END,
                    routing_changed_at = CASE
                        WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads
                            AND partner.open_leads + change.delta < partner.max_open_leads
                        THEN clock_timestamp() ELSE partner.routing_changed_at
                    END
                FROM unnest(partner_ids, deltas, latest, earliest, numbers)
                    AS change (partner_id, delta, assigned_at, first_at, handed)
                WHERE partner.id = change.partner_id AND {partner_is_valid("partner")}
                RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at
            )
            SELECT count(*), (array_agg(counted.id) FILTER (
                WHERE counted.open_leads > counted.max_open_leads
                    AND counted.delta > 0 AND counted.assigned_at IS NOT NULL
            ))[1]
            INTO counted_partners, full_partner FROM counted;
            EXIT WHEN are_locked OR counted_partners > 0;
            are_locked := true;
        END LOOP;
"""

count_open_leads_on_insert = RuleTrigger(
    name="count_open_leads_ins",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="inserted"),
    declare=_COUNT_DECLARE,
    func=f"""
        SELECT array_agg(partner_id), array_agg(delta), array_agg(assigned_at), array_agg(first_at), array_agg(handed)
        INTO partner_ids, deltas, latest, earliest, numbers
        FROM (
            SELECT user_id AS partner_id,
                (count(*) FILTER (WHERE status IN ({OPEN})))::integer AS delta,
                max({_handed_at("")}) AS assigned_at,
                min({_handed_at("")}) AS first_at,
                count(*)::integer AS handed
            FROM inserted WHERE user_id IS NOT NULL
            GROUP BY user_id
        ) AS change;
        {_APPLY_COUNTS}
        RETURN NULL;
    """,
)
"""A lead inserted with a partner counts. It was sold elsewhere, so the cap does not refuse it."""

count_open_leads_on_update = RuleTrigger(
    name="count_open_leads_upd",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    referencing=pgtrigger.Referencing(old="before", new="after"),
    declare=_COUNT_DECLARE,
    func=f"""
        SELECT array_agg(partner_id), array_agg(delta), array_agg(assigned_at), array_agg(first_at), array_agg(handed)
        INTO partner_ids, deltas, latest, earliest, numbers
        FROM (
            SELECT partner_id, sum(delta)::integer AS delta, max(assigned_at) AS assigned_at,
                min(assigned_at) AS first_at, count(assigned_at)::integer AS handed
            FROM (
                SELECT after.id, after.user_id AS partner_id,
                    (after.status IN ({OPEN}))::integer AS delta,
                    CASE WHEN after.user_id IS DISTINCT FROM before.user_id
                        THEN {_handed_at("after.")} END AS assigned_at
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
        {_APPLY_COUNTS}
        IF counted_partners < cardinality(partner_ids) AND full_partner IS NULL THEN
            -- Whose counter is not kept has a cap all the same.
            SELECT partner.id INTO full_partner
            FROM unnest(partner_ids, deltas, latest) AS change (partner_id, delta, assigned_at)
            JOIN profiles AS partner ON partner.id = change.partner_id
            WHERE change.delta > 0 AND change.assigned_at IS NOT NULL AND NOT {partner_is_valid("partner")}
                AND partner.max_open_leads < (
                    SELECT count(*) FROM leads WHERE leads.user_id = partner.id AND leads.status IN ({OPEN})
                )
            LIMIT 1;
        END IF;
        IF full_partner IS NOT NULL THEN
            RAISE EXCEPTION 'partner % is at its cap: the lead cannot be handed over', full_partner
                USING ERRCODE = 'check_violation', CONSTRAINT = 'profiles_open_leads_within_cap', TABLE = 'profiles';
        END IF;
        RETURN NULL;
    """,
)
"""Assigning a lead takes one place of the partner's cap, and is refused if there is none left."""

count_open_leads_on_delete = RuleTrigger(
    name="count_open_leads_del",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Delete,
    referencing=pgtrigger.Referencing(old="deleted"),
    declare=_COUNT_DECLARE,
    func=f"""
        SELECT array_agg(partner_id), array_agg(delta), array_agg(NULL::timestamptz), array_agg(NULL::timestamptz),
            array_agg(0)
        INTO partner_ids, deltas, latest, earliest, numbers
        FROM (
            SELECT user_id AS partner_id, -count(*)::integer AS delta
            FROM deleted WHERE user_id IS NOT NULL AND status IN ({OPEN})
            GROUP BY user_id
        ) AS change;
        {_APPLY_COUNTS}
        RETURN NULL;
    """,
)
"""A deleted lead releases its place."""

count_open_leads_on_truncate = RuleTrigger(
    name="count_open_leads_trunc",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Truncate,
    func=f"""
        UPDATE profiles SET open_leads = 0 WHERE open_leads <> 0 AND {partner_is_valid("profiles")};
        RETURN NULL;
    """,
)
"""A truncated table leaves no partner with open leads."""

recount_mended = RuleTrigger(
    name="recount_mended",
    # AFTER, to see the final row, whatever other triggers did to it.
    when=pgtrigger.After,
    # UPDATE OF these columns: the counting sets others, and costs nothing.
    operation=pgtrigger.UpdateOf("max_open_leads", "ai_risk_score", "ai_risk_level"),
    condition=pgtrigger.Condition(f"NOT {partner_is_valid('OLD')} AND {partner_is_valid('NEW')}"),
    func=f"""
        UPDATE profiles AS partner
        SET open_leads = counted.open_leads,
            last_assigned_at = greatest(partner.last_assigned_at, counted.last_assigned_at),
            routing_changed_at = clock_timestamp()
        FROM (
            SELECT (count(*) FILTER (WHERE status IN ({OPEN})))::integer AS open_leads,
                max({_handed_at("")}) AS last_assigned_at
            FROM leads WHERE user_id = NEW.id
        ) AS counted
        WHERE partner.id = NEW.id;
        RETURN NULL;
    """,
)
"""A partner is recounted once its invalid row is corrected, and can then receive leads.

Exact in a READ COMMITTED transaction, PostgreSQL's default: leads moved while the row was locked are seen.
"""
