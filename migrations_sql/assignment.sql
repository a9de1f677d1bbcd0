-- What for: the statements of an assignment. How a partner stands, who stands otherwise than a snapshot showed, the
-- leads under lock, and handing them over to partners who still stand as they were ranked.
--
-- They are in PL/pgSQL, because their plans are kept for the session: planning took longer than running them.

-- Eight bytes a number: activity, open leads, cap, priority, last assignment, last change, whether the row keeps the
-- rules of its table. What is not there is not a number.
CREATE FUNCTION public.partner_standing(partner public.profiles)
RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
AS $function$
    SELECT
        float8send(coalesce(partner.is_active_for_routing, false)::integer)
        || float8send(partner.open_leads)
        || float8send(coalesce(partner.max_open_leads, 'NaN'::float8))
        || float8send(coalesce(partner.routing_priority, 0))
        || float8send(coalesce(extract(EPOCH FROM partner.last_assigned_at)::float8, 'NaN'))
        || float8send(coalesce(extract(EPOCH FROM partner.routing_changed_at)::float8, 'NaN'))
        || float8send(
            coalesce(
                partner.max_open_leads >= 0
                AND partner.ai_risk_score BETWEEN 0 AND 100
                AND partner.ai_risk_level IN ('low', 'medium', 'high'),
                true
            )::integer
        );
$function$;

-- Eight bytes a number: the first lead since the last break, the number of leads since then, leads a day before it.
-- What is not there is not a number.
CREATE FUNCTION public.partner_pace(partner public.profiles)
RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
AS $function$
    SELECT
        float8send(coalesce(extract(EPOCH FROM partner.returned_at)::float8, 'NaN'))
        || float8send(partner.leads_since_return)
        || float8send(coalesce(partner.usual_daily_leads, 'NaN'));
$function$;

-- How the partners stand that have changed since a snapshot was taken, with the pace after each standing.
CREATE FUNCTION public.partner_paces_since(seen pg_snapshot)
RETURNS TABLE (
    policy_id bigint,
    policy_created_at timestamptz,
    as_of timestamptz,
    origin text,
    snapshot text,
    has_written boolean,
    clock double precision,
    number bigint,
    ids bytea,
    standings bytea
)
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
AS $function$
BEGIN
    RETURN QUERY
    WITH changed AS MATERIALIZED (
        SELECT DISTINCT change.partner_id
        FROM public.partner_changes AS change
        WHERE change.changed_in >= pg_snapshot_xmin(seen)
            AND NOT pg_visible_in_snapshot(change.changed_in, seen)
    )
    SELECT
        (SELECT policy.id FROM public.routing_policies AS policy WHERE policy.is_active),
        (SELECT policy.created_at FROM public.routing_policies AS policy WHERE policy.is_active),
        -- The words of partner_performance_stats_as_of, which would be planned anew with each call.
        (
            SELECT run.as_of
            FROM public.partner_performance_refresh_runs AS run
            WHERE (
                SELECT view.relispopulated
                FROM pg_class AS view
                WHERE view.oid = 'public.partner_performance_stats'::regclass
            )
            ORDER BY run.id DESC
            LIMIT 1
        ),
        concat_ws(
            ' ',
            pg_postmaster_start_time(),
            (SELECT database.oid FROM pg_database AS database WHERE database.datname = current_database()),
            pg_relation_filenode('public.profiles'),
            pg_relation_filenode('public.partner_changes')
        ),
        pg_current_snapshot()::text,
        pg_current_xact_id_if_assigned() IS NOT NULL,
        extract(EPOCH FROM statement_timestamp())::double precision,
        (SELECT count(*) FROM changed),
        coalesce(string_agg(uuid_send(partner.id), ''::bytea), ''),
        coalesce(string_agg(partner.standing, ''::bytea), '')
    FROM (
        SELECT
            profile.id,
            public.partner_standing(profile) || public.partner_pace(profile) AS standing
        FROM public.profiles AS profile
        WHERE profile.id = ANY(ARRAY(SELECT changed.partner_id FROM changed))
    ) AS partner;
END;
$function$;

-- The leads, locked in the order of their ids.
CREATE FUNCTION public.lock_leads(lead_ids uuid[])
RETURNS TABLE (
    id uuid,
    user_id uuid,
    status text,
    industry_id uuid,
    industry_name text,
    province text,
    postcode text,
    created_at timestamptz,
    tried_partner_ids uuid[],
    routing_attempts integer
)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
AS $function$
BEGIN
    RETURN QUERY
    SELECT
        lead.id,
        lead.user_id,
        lead.status::text,
        lead.industry_id,
        industry.name::text,
        lead.province::text,
        lead.postcode::text,
        lead.created_at,
        lead.tried_partner_ids,
        lead.routing_attempts
    FROM public.leads AS lead
    LEFT JOIN public.industries AS industry ON industry.id = lead.industry_id
    WHERE lead.id = ANY(lead_ids)
    ORDER BY lead.id
    FOR NO KEY UPDATE OF lead;
END;
$function$;

-- The leads and their partners (NULL: nobody), the winners with their standings as read, and all partners whose
-- counters will move. These are locked by id before the first lead is written. Returns how many leads were written:
-- none, if a winner has moved.
CREATE FUNCTION public.hand_over_leads(
    instant timestamptz,
    lead_ids uuid[],
    partner_ids uuid[],
    winner_ids uuid[],
    winner_standings bytea[],
    moving_ids uuid[]
)
RETURNS bigint
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
AS $function$
DECLARE
    unmoved integer;
    written bigint;
BEGIN
    WITH locked AS MATERIALIZED (
        SELECT profile.id, public.partner_standing(profile) AS standing
        FROM public.profiles AS profile
        WHERE profile.id = ANY(moving_ids)
        ORDER BY profile.id
        FOR NO KEY UPDATE
    )
    SELECT count(*) INTO unmoved
    FROM unnest(winner_ids, winner_standings) AS winner (id, standing)
    INNER JOIN locked ON locked.id = winner.id AND locked.standing = winner.standing;
    IF unmoved < cardinality(winner_ids) THEN
        RETURN 0;
    END IF;
    UPDATE public.leads AS lead
    SET
        user_id = coalesce(decision.partner_id, lead.user_id),
        assigned_at = CASE WHEN decision.partner_id IS NULL THEN lead.assigned_at ELSE instant END,
        status = CASE WHEN decision.partner_id IS NULL THEN lead.status ELSE 'new' END,
        routing_attempts = lead.routing_attempts + (decision.partner_id IS NULL)::integer,
        routing_attempted_at = instant
    FROM unnest(lead_ids, partner_ids) AS decision (lead_id, partner_id)
    WHERE lead.id = decision.lead_id;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END;
$function$;
