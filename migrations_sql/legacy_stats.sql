-- What for: the statistics as the marketplace's database already has them: eight columns, and a function to refresh.
CREATE MATERIALIZED VIEW public.partner_performance_stats AS
SELECT
    partner.id AS partner_id,
    count(lead.id) FILTER (WHERE lead.is_30d)::integer AS leads_assigned_30d,
    count(lead.id) FILTER (WHERE lead.is_30d AND lead.is_accepted)::integer AS leads_accepted_30d,
    count(lead.id) FILTER (WHERE lead.is_30d AND lead.status = 'rejected')::integer AS leads_rejected_30d,
    count(lead.id) FILTER (WHERE lead.is_30d AND lead.is_accepted)::numeric
    / nullif(count(lead.id) FILTER (WHERE lead.is_30d), 0) AS conversion_rate_30d,
    avg(extract(EPOCH FROM lead.accepted_at - lead.created_at) / 60)
    FILTER (WHERE lead.is_30d) AS avg_response_time_minutes,
    count(lead.id) FILTER (WHERE lead.status IN ('new', 'accepted', 'in_progress'))::integer AS open_leads_count,
    max(lead.created_at) AS last_lead_assigned_at
FROM public.profiles AS partner
LEFT JOIN (
    SELECT
        any_lead.id,
        any_lead.user_id,
        any_lead.status,
        any_lead.created_at,
        any_lead.accepted_at,
        any_lead.created_at >= now() - interval '30 days' AS is_30d,
        any_lead.accepted_at IS NOT NULL
        OR any_lead.status IN ('accepted', 'in_progress', 'completed', 'won', 'lost') AS is_accepted
    FROM public.leads AS any_lead
) AS lead ON lead.user_id = partner.id
GROUP BY partner.id;

CREATE UNIQUE INDEX partner_performance_stats_partner_id_idx ON public.partner_performance_stats (partner_id);

CREATE FUNCTION public.refresh_partner_performance_stats() RETURNS void
LANGUAGE plpgsql
AS $function$
BEGIN
    REFRESH MATERIALIZED VIEW CONCURRENTLY public.partner_performance_stats;
END;
$function$;
