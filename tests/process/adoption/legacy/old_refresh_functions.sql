-- Statistics with other columns, three functions of one name that refresh them, and a role that reads and calls them.
\ir tables.sql
CREATE ROLE :"reader" NOLOGIN;
CREATE ROLE :"caller" NOLOGIN;

CREATE MATERIALIZED VIEW partner_performance_stats AS
SELECT
    lead.user_id AS partner_id,
    count(*) AS total_leads,
    (count(*) FILTER (WHERE lead.status = 'rejected'))::text AS leads_rejected_30d,
    now() AS refreshed_at
FROM leads AS lead
WHERE lead.user_id IS NOT NULL
GROUP BY lead.user_id;

CREATE FUNCTION refresh_partner_performance_stats() RETURNS json
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    REFRESH MATERIALIZED VIEW partner_performance_stats;
    RETURN json_build_object('ok', true);
END;
$$;

CREATE FUNCTION refresh_partner_performance_stats(triggered_by text, force boolean DEFAULT false) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    REFRESH MATERIALIZED VIEW partner_performance_stats;
    RETURN force;
END;
$$;

CREATE FUNCTION refresh_partner_performance_stats(days integer) RETURNS integer
LANGUAGE sql AS 'SELECT days';

REVOKE ALL ON FUNCTION refresh_partner_performance_stats() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refresh_partner_performance_stats() TO :"caller";
GRANT SELECT ON partner_performance_stats TO :"reader";
GRANT SELECT ON partner_performance_stats TO :"caller" WITH GRANT OPTION;
