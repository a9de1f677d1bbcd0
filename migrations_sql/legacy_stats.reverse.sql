-- What for: drop the statistics of legacy_stats.sql.
DROP FUNCTION public.refresh_partner_performance_stats();
DROP MATERIALIZED VIEW public.partner_performance_stats;
