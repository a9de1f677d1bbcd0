-- What for: drop the view, its instant and its refresh; the record of the runs stays.
DROP FUNCTION public.refresh_partner_performance_stats(text);
DROP FUNCTION public.partner_performance_stats_as_of();
DROP MATERIALIZED VIEW public.partner_performance_stats;
