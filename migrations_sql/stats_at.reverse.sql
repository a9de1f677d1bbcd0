-- What for: drop the definition of the metrics.
DROP FUNCTION public.partner_performance_stats_at(timestamptz);
