-- What for: the materialized view that routing reads, the instant of its rows, and the one way to refresh it.
CREATE MATERIALIZED VIEW public.partner_performance_stats AS
SELECT stats.* FROM public.partner_performance_stats_at(now()) AS stats
WITH NO DATA;

COMMENT ON MATERIALIZED VIEW public.partner_performance_stats IS
'partner_performance_stats_at(t) for the t that partner_performance_stats_as_of() returns.';

-- Plain, on one column: what a concurrent refresh needs.
CREATE UNIQUE INDEX partner_performance_stats_partner_id ON public.partner_performance_stats (partner_id);

CREATE FUNCTION public.partner_performance_stats_as_of() RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
AS $function$
    SELECT run.as_of
    FROM public.partner_performance_refresh_runs AS run
    WHERE (
        SELECT view.relispopulated
        FROM pg_catalog.pg_class AS view
        WHERE view.oid = 'public.partner_performance_stats'::regclass
    )
    ORDER BY run.id DESC
    LIMIT 1
$function$;

COMMENT ON FUNCTION public.partner_performance_stats_as_of() IS
'The instant t of the rows that partner_performance_stats holds now; NULL while it was never refreshed.';

-- The rows and the record of the run have one t, now(), and are kept or rolled back together.
CREATE FUNCTION public.refresh_partner_performance_stats(triggered_by text DEFAULT current_user)
RETURNS TABLE (
    refreshed boolean,
    as_of timestamptz,
    mode text,
    row_count integer,
    duration_ms double precision,
    run_id bigint
)
LANGUAGE plpgsql VOLATILE
SET search_path TO pg_catalog, pg_temp
-- One statement that runs for a second gains nothing from being compiled for half a second.
SET jit TO off
AS $function$
DECLARE
    started_at constant timestamptz := clock_timestamp();
    finished_at timestamptz;
BEGIN
    -- Held until the transaction ends: whoever gets it next also sees the rows of the run before.
    IF NOT pg_try_advisory_xact_lock(hashtextextended('public.partner_performance_stats', 0)) THEN
        refreshed := false;
        mode := 'skipped';
        RETURN NEXT;
        RETURN;
    END IF;

    IF (SELECT view.relispopulated FROM pg_class AS view WHERE view.oid = 'public.partner_performance_stats'::regclass)
    THEN
        mode := 'concurrent';
        REFRESH MATERIALIZED VIEW CONCURRENTLY public.partner_performance_stats;
    ELSE
        mode := 'plain';
        REFRESH MATERIALIZED VIEW public.partner_performance_stats;
    END IF;

    SELECT count(*)::integer INTO row_count FROM public.partner_performance_stats;
    finished_at := clock_timestamp();
    duration_ms := extract(EPOCH FROM finished_at - started_at) * 1000;
    as_of := now();
    refreshed := true;
    INSERT INTO public.partner_performance_refresh_runs AS run
    (as_of, started_at, finished_at, duration_ms, row_count, mode, triggered_by)
    VALUES (
        refresh_partner_performance_stats.as_of,
        started_at,
        finished_at,
        refresh_partner_performance_stats.duration_ms,
        refresh_partner_performance_stats.row_count,
        refresh_partner_performance_stats.mode,
        refresh_partner_performance_stats.triggered_by
    )
    RETURNING run.id INTO run_id;
    RETURN NEXT;
END;
$function$;

COMMENT ON FUNCTION public.refresh_partner_performance_stats(text) IS
'Refreshes partner_performance_stats and records the run. While another session refreshes: does nothing, and says so.';
