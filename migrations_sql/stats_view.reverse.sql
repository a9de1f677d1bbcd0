-- What for: drop the view, what it is made of, its instant and its refresh; the record of the runs stays.
DROP FUNCTION public.refresh_partner_performance_stats(text);
DROP FUNCTION public.partner_performance_stats_as_of();
DROP MATERIALIZED VIEW public.partner_performance_stats;
DROP FUNCTION public.partner_performance_stats_latest();
DROP VIEW public.partner_performance_stats_live;
