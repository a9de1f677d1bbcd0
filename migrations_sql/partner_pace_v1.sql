-- What for: how a partner stands, with what its pace after a break follows from.
--
-- The functions of assignment_v1.sql stay as they are: while a release is replaced, the one before goes on for a
-- moment, and reads the numbers that it knows.

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

-- As partner_standings_since, with the pace after each standing.
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
