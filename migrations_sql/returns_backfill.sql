-- What for: since when each partner is back from its last break (two weeks or more without a lead), how many leads it
-- got since then, and how many a day before it, from the leads that are there. As the triggers keep them from here on.
-- Rows that are older than a rule of their table and break it cannot be written, and stay without.
WITH handed AS (
    SELECT
        lead.user_id AS partner_id,
        coalesce(lead.assigned_at, lead.created_at) AS instant,
        coalesce(lead.assigned_at, lead.created_at) - lag(coalesce(lead.assigned_at, lead.created_at)) OVER (
            PARTITION BY lead.user_id ORDER BY coalesce(lead.assigned_at, lead.created_at)
        ) >= interval '336 hours' AS is_back
    FROM public.leads AS lead
    WHERE lead.user_id IS NOT NULL
),

numbered AS (
    SELECT
        handed.partner_id,
        handed.instant,
        count(*) FILTER (WHERE handed.is_back) OVER (
            PARTITION BY handed.partner_id ORDER BY handed.instant
        ) AS stay
    FROM handed
),

stays AS (
    SELECT
        numbered.partner_id,
        numbered.stay,
        min(numbered.instant) AS began_at,
        count(*)::integer AS leads,
        greatest(14, extract(EPOCH FROM max(numbered.instant) - min(numbered.instant)) / 86400)::float8 AS stay_days
    FROM numbered
    GROUP BY numbered.partner_id, numbered.stay
),

paced AS (
    SELECT
        stays.*,
        lag(CASE WHEN stays.leads >= 10 THEN stays.leads / stays.stay_days END) OVER (
            PARTITION BY stays.partner_id ORDER BY stays.stay
        ) AS daily_leads_before
    FROM stays
),

latest AS (
    SELECT DISTINCT ON (paced.partner_id)
        paced.partner_id,
        paced.began_at,
        paced.leads,
        paced.daily_leads_before
    FROM paced
    ORDER BY paced.partner_id ASC, paced.stay DESC
)

UPDATE public.profiles AS partner
SET
    returned_at = latest.began_at,
    leads_since_return = latest.leads,
    usual_daily_leads = latest.daily_leads_before
FROM latest
WHERE
    partner.id = latest.partner_id
    AND coalesce(
        partner.max_open_leads >= 0
        AND partner.ai_risk_score BETWEEN 0 AND 100
        AND partner.ai_risk_level IN ('low', 'medium', 'high'),
        TRUE
    );
