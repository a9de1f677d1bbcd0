-- The statistics of the marketplace: eight columns, and a function that refreshes them.

CREATE MATERIALIZED VIEW partner_performance_stats AS
SELECT
    partner.id AS partner_id,
    count(lead.id)::integer AS leads_assigned_30d,
    (count(lead.id) FILTER (WHERE lead.status IN ('accepted', 'in_progress', 'completed')))::integer AS leads_accepted_30d,
    (count(lead.id) FILTER (WHERE lead.status = 'rejected'))::integer AS leads_rejected_30d,
    count(lead.accepted_at)::numeric / nullif(count(lead.id), 0) AS conversion_rate_30d,
    avg(extract(EPOCH FROM lead.accepted_at - lead.created_at) / 60) AS avg_response_time_minutes,
    (count(lead.id) FILTER (WHERE lead.status IN ('new', 'accepted', 'in_progress')))::integer AS open_leads_count,
    max(lead.created_at) AS last_lead_assigned_at
FROM profiles AS partner
LEFT JOIN leads AS lead ON lead.user_id = partner.id AND lead.created_at >= now() - interval '30 days'
GROUP BY partner.id;

CREATE UNIQUE INDEX partner_performance_stats_pk ON partner_performance_stats (partner_id);

CREATE FUNCTION refresh_partner_performance_stats() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    REFRESH MATERIALIZED VIEW CONCURRENTLY partner_performance_stats;
END;
$$;
