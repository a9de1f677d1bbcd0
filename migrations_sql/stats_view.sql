-- What for: the rows of the materialized view are those of the last recorded refresh, whoever computes them.
-- Restoring a dump refreshes the view with a bare REFRESH of its own. With now() in the view its rows were then of the
-- restore, under the instant of the last refresh before the dump. So the instant is read from the record of the runs.

-- Names and types of the columns, for the function below; and the metrics of this moment for whoever wants to look.
CREATE VIEW public.partner_performance_stats_live AS
SELECT stats.* FROM public.partner_performance_stats_at(now()) AS stats;

COMMENT ON VIEW public.partner_performance_stats_live IS
'The metrics of this moment, computed anew for every reader. Routing reads partner_performance_stats.';

-- EXECUTE plans anew each time: the planner then knows the instant, and finds the window by index. A concurrent refresh
-- sorts the new rows twice, by their first column first: it is quick with rows that are in order.
CREATE FUNCTION public.partner_performance_stats_latest()
RETURNS SETOF public.partner_performance_stats_live
LANGUAGE plpgsql STABLE ROWS 1000
SET search_path TO pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY EXECUTE 'SELECT stats.* FROM public.partner_performance_stats_at($1) AS stats ORDER BY stats.partner_id'
    USING coalesce(
        (SELECT run.as_of FROM public.partner_performance_refresh_runs AS run ORDER BY run.id DESC LIMIT 1),
        now()
    );
END;
$function$;

COMMENT ON FUNCTION public.partner_performance_stats_latest() IS
'The metrics at the instant of the last recorded refresh.';

CREATE MATERIALIZED VIEW public.partner_performance_stats AS
SELECT stats.* FROM public.partner_performance_stats_latest() AS stats
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

-- The record of the run comes first, because the view reads its instant. Both are kept or rolled back together.
CREATE FUNCTION public.refresh_partner_performance_stats(triggered_by text DEFAULT current_user)
RETURNS TABLE (
    refreshed boolean,
    as_of timestamptz,
    mode text,
    row_count integer,
    duration_ms double precision,
    run_id bigint
)
-- A refresh is the owner's to do: whom the owner lets execute this can do that, and no more.
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path TO pg_catalog, pg_temp
-- One statement that runs for a second gains nothing from being compiled for half a second.
SET jit TO off
-- For 300,000 leads of the window all is done in memory. What is beyond goes to temporary files.
SET work_mem TO '32MB'
-- While one other process reads and filters, this one counts. It takes a row over for less than the planner thinks;
-- more processes would wait for this one, and starting them costs more than a short query takes.
SET max_parallel_workers_per_gather TO 1
SET parallel_setup_cost TO 500
SET parallel_tuple_cost TO 0.002
-- A concurrent refresh compares the new rows with the old ones, and analyzes both before: a few of them are enough.
SET default_statistics_target TO 1
AS $function$
DECLARE
    started_at constant timestamptz := clock_timestamp();
    ended_at timestamptz;
BEGIN
    -- Held until the transaction ends: whoever gets it next also sees the rows of the run before.
    IF NOT pg_try_advisory_xact_lock(hashtextextended('public.partner_performance_stats', 0)) THEN
        refreshed := false;
        mode := 'skipped';
        RETURN NEXT;
        RETURN;
    END IF;

    refreshed := true;
    as_of := now();
    mode := CASE
        WHEN (
            SELECT view.relispopulated FROM pg_class AS view WHERE view.oid = 'public.partner_performance_stats'::regclass
        ) THEN 'concurrent'
        ELSE 'plain'
    END;
    INSERT INTO public.partner_performance_refresh_runs AS run
    (as_of, started_at, finished_at, duration_ms, row_count, mode, triggered_by)
    VALUES (
        refresh_partner_performance_stats.as_of,
        started_at,
        started_at,
        0,
        0,
        refresh_partner_performance_stats.mode,
        refresh_partner_performance_stats.triggered_by
    )
    RETURNING run.id INTO run_id;

    IF mode = 'concurrent' THEN
        REFRESH MATERIALIZED VIEW CONCURRENTLY public.partner_performance_stats;
    ELSE
        REFRESH MATERIALIZED VIEW public.partner_performance_stats;
    END IF;

    SELECT count(*)::integer INTO row_count FROM public.partner_performance_stats;
    ended_at := clock_timestamp();
    duration_ms := extract(EPOCH FROM ended_at - started_at) * 1000;
    UPDATE public.partner_performance_refresh_runs AS run
    SET
        finished_at = ended_at,
        duration_ms = refresh_partner_performance_stats.duration_ms,
        row_count = refresh_partner_performance_stats.row_count
    WHERE run.id = run_id;
    RETURN NEXT;
END;
$function$;

COMMENT ON FUNCTION public.refresh_partner_performance_stats(text) IS
'Refreshes partner_performance_stats and records the run. While another session refreshes: does nothing, and says so.';

-- Where statistics were kept, the pages have them at once: as of the last recorded refresh.
DO $rows$
BEGIN
    IF EXISTS (SELECT FROM public.partner_performance_refresh_runs) THEN
        REFRESH MATERIALIZED VIEW public.partner_performance_stats;
    END IF;
END;
$rows$;
