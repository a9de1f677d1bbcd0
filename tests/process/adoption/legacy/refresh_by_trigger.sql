-- The refresh as a trigger's function: every lead that is written refreshes the statistics.
\ir tables.sql
\ir stats.sql
DROP FUNCTION refresh_partner_performance_stats();
CREATE FUNCTION refresh_partner_performance_stats() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    REFRESH MATERIALIZED VIEW partner_performance_stats;
    RETURN NULL;
END;
$$;

CREATE TRIGGER refresh_on_write AFTER INSERT OR UPDATE ON leads
FOR EACH STATEMENT EXECUTE FUNCTION refresh_partner_performance_stats();
