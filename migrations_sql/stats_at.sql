-- What for: the metrics of every partner as they were at an instant t, each column defined once.
-- The materialized view is this function at now(); backtests and the score history ask for other instants.
--
-- The function is one STABLE SELECT without SET, STRICT or SECURITY DEFINER, so that the planner puts it in place of
-- the call: it then knows t and finds the rows of the window by index. Intervals are in hours, because a day of 23 or
-- 25 hours (summer time) would make the window depend on the time zone of the session.
--
-- As it was at t:
-- * A lead exists from created_at and belongs to its partner from assigned_at (no assigned_at: from created_at).
--   An earlier partner of a re-routed lead is not known any more: the lead counts for its present partner only.
-- * The clock of a lead starts at created_at; that of a re-routed lead (tried_partner_ids is set) at assigned_at,
--   and what happened to it before then (acceptance, contact) was another partner's.
-- * Won or lost after t: in_progress at t. Without decided_at: decided. Any other status is taken as it is today.
-- * Accepted: accepted_at <= t; without accepted_at, by the status at t.
-- * Contact attempts are looked for from a day before the window on. That allows for activities that are dated before
--   their lead (clocks differ, imports know the day alone), and leaves the rest of the history unread.
-- * Rejected after an acceptance or a contact: the lead was used. So it can be silent, and counts with the lost ones
--   where the score asks for them; a lead that was declined untouched does neither.
-- * ai_trust_score is today's.
--
-- What it costs is the rows of the window: the leads are read once for what is counted and once, by an index of the won
-- ones, for the median, which would have all of them sorted otherwise. A partner's lead outside of the window is looked
-- for only where none was handed over within it.
-- OFFSET 0 keeps the planner from copying what a subquery computes into each place that uses it.

CREATE FUNCTION public.partner_performance_stats_at(t timestamptz)
RETURNS TABLE (
    partner_id uuid,
    leads_assigned_30d integer,
    leads_accepted_30d integer,
    leads_rejected_30d integer,
    conversion_rate_30d numeric,
    avg_response_time_minutes numeric,
    open_leads_count integer,
    last_lead_assigned_at timestamptz,
    avg_first_response_time_minutes_7d numeric,
    avg_first_response_time_minutes_30d numeric,
    pct_contacted_within_1h_30d numeric,
    pct_contacted_within_24h_30d numeric,
    ai_trust_score integer,
    won_leads_30d integer,
    lost_leads_30d integer,
    won_leads_7d integer,
    lost_leads_7d integer,
    deal_rate_30d numeric,
    deal_rate_7d numeric,
    avg_contact_attempts_per_lead_30d numeric,
    pct_leads_min_2_attempts_30d numeric,
    avg_customer_rating_30d numeric,
    num_ratings_30d integer,
    complaints_30d integer,
    complaint_rate_30d numeric,
    avg_deal_value_30d numeric,
    median_deal_value_30d numeric,
    consistency_score numeric,
    leads_assigned_7d integer,
    contacted_leads_30d integer,
    contacted_leads_7d integer,
    silent_leads_30d integer,
    valued_deals_30d integer,
    response_points_30d numeric,
    pct_leads_followed_up_30d numeric,
    complained_leads_30d integer,
    complained_lead_rate_30d numeric,
    undecided_leads_30d integer,
    rejected_late_leads_30d integer,
    deal_rate_with_undecided_30d numeric
)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
AS $function$
    -- $1 is t. (By its name, a column called t in somebody's table would hide it.)
    WITH instant AS NOT MATERIALIZED (
        SELECT
            $1 AS t,
            $1 - interval '720 hours' AS month_start,
            $1 - interval '168 hours' AS week_start,
            $1 - interval '336 hours' AS overdue_start,
            $1 - interval '24 hours' AS day_start,
            $1 - interval '744 hours' AS attempts_start
    ),

    -- The leads of the 30 days, with the start of their clock.
    window_lead AS NOT MATERIALIZED (
        SELECT
            lead.id,
            lead.user_id,
            lead.status,
            -- Rows that are older than the rule against it: a difference from there is no number.
            nullif(lead.accepted_at, '-infinity') AS accepted_at,
            nullif(lead.first_contact_at, '-infinity') AS first_contact_at,
            lead.tried_partner_ids IS NOT NULL AS is_rerouted,
            CASE
                WHEN lead.tried_partner_ids IS NOT NULL THEN coalesce(lead.assigned_at, lead.created_at)
                ELSE lead.created_at
            END AS clock_start,
            coalesce(lead.assigned_at, lead.created_at) AS handed_over_at,
            (lead.decided_at > instant.t) IS TRUE AS is_decided_later,
            coalesce(lead.deal_value, lead.price_at_purchase) AS value
        FROM public.leads AS lead
        CROSS JOIN instant
        WHERE lead.user_id IS NOT NULL
            AND (lead.created_at > instant.t) IS NOT TRUE
            AND (lead.assigned_at > instant.t) IS NOT TRUE
            AND (
                (
                    lead.tried_partner_ids IS NULL
                    AND lead.created_at >= instant.month_start
                    AND lead.created_at <= instant.t
                )
                OR (
                    lead.tried_partner_ids IS NOT NULL
                    AND coalesce(lead.assigned_at, lead.created_at) >= instant.month_start
                    AND coalesce(lead.assigned_at, lead.created_at) <= instant.t
                )
            )
    ),

    lead_fact AS NOT MATERIALIZED (
        SELECT
            lead.id,
            lead.user_id,
            lead.value,
            CASE WHEN lead.handed_over_at >= instant.month_start THEN lead.handed_over_at END AS handed_over_at,
            lead.clock_start >= instant.week_start AS is_7d,
            lead.status = 'rejected' AS is_rejected,
            lead.status = 'won' AND NOT lead.is_decided_later AS is_won,
            lead.status = 'lost' AND NOT lead.is_decided_later AS is_lost,
            CASE
                WHEN lead.accepted_at IS NULL OR (lead.is_rerouted AND lead.accepted_at < lead.clock_start)
                    THEN lead.status IN ('accepted', 'in_progress', 'completed', 'won', 'lost')
                ELSE lead.accepted_at <= instant.t
            END AS is_accepted,
            CASE
                WHEN lead.accepted_at <= instant.t
                    AND NOT (lead.is_rerouted AND lead.accepted_at < lead.clock_start)
                    THEN lead.accepted_at - lead.clock_start
            END AS response_time,
            CASE
                WHEN lead.first_contact_at <= instant.t
                    AND NOT (lead.is_rerouted AND lead.first_contact_at < lead.clock_start)
                    THEN lead.first_contact_at - lead.clock_start
            END AS contact_time,
            lead.clock_start < instant.day_start AS is_day_old,
            lead.clock_start < instant.overdue_start AS is_overdue
        FROM window_lead AS lead
        CROSS JOIN instant
        OFFSET 0
    ),

    -- What was tried before the clock of a re-routed lead started was another partner's.
    rerouted AS NOT MATERIALIZED (
        SELECT
            lead.id,
            coalesce(lead.assigned_at, lead.created_at) AS clock_start
        FROM public.leads AS lead
        CROSS JOIN instant
        WHERE lead.tried_partner_ids IS NOT NULL
            AND coalesce(lead.assigned_at, lead.created_at) >= instant.month_start
            AND coalesce(lead.assigned_at, lead.created_at) <= instant.t
    ),

    attempts AS (
        SELECT
            activity.lead_id,
            count(*)::integer AS attempts,
            -- Clicks in a row are one attempt.
            max(activity.created_at) >= min(activity.created_at) + interval '30 minutes' AS is_followed_up
        FROM public.lead_activities AS activity
        CROSS JOIN instant
        LEFT JOIN rerouted ON rerouted.id = activity.lead_id
        WHERE public.is_contact_activity(activity.type)
            AND activity.created_at >= instant.attempts_start
            AND activity.created_at <= instant.t
            AND (activity.created_at < rerouted.clock_start) IS NOT TRUE
        GROUP BY activity.lead_id
    ),

    leads_of_partner AS (
        SELECT
            lead.user_id,
            count(*) AS assigned_30d,
            max(lead.handed_over_at) AS handed_over_at,
            count(*) FILTER (WHERE lead.is_7d) AS assigned_7d,
            count(*) FILTER (WHERE lead.is_accepted) AS accepted,
            count(*) FILTER (WHERE lead.is_rejected) AS rejected,
            count(lead.response_time) AS responses,
            sum(lead.response_time) AS response_time,
            count(lead.contact_time) AS contacted_30d,
            sum(lead.contact_time) AS contact_time_30d,
            count(lead.contact_time) FILTER (WHERE lead.is_7d) AS contacted_7d,
            sum(lead.contact_time) FILTER (WHERE lead.is_7d) AS contact_time_7d,
            count(*) FILTER (WHERE lead.contact_time <= interval '1 hour') AS contacted_1h,
            count(*) FILTER (WHERE lead.contact_time <= interval '24 hours') AS contacted_24h,
            -- The curve of docs/metrics.md, "Response points": 100 up to 30 minutes, 70 at 2 hours, 40 at 24 hours, 0
            -- from 72 hours on. In whole ten-millionths of a point, so that the sum does not depend on the order of the
            -- rows.
            sum((
                10000000 * CASE
                    WHEN lead.contact_time <= interval '30 minutes' THEN 100
                    WHEN lead.contact_time <= interval '2 hours'
                        THEN 100 - (date_part('epoch', lead.contact_time) - 1800) / 180
                    WHEN lead.contact_time <= interval '24 hours'
                        THEN 70 - (date_part('epoch', lead.contact_time) - 7200) / 2640
                    WHEN lead.contact_time <= interval '72 hours'
                        THEN 40 - (date_part('epoch', lead.contact_time) - 86400) / 4320
                END
            )::integer) AS response_points,
            count(*) FILTER (
                WHERE lead.contact_time IS NULL
                    AND lead.is_day_old
                    AND (lead.is_rejected AND lead.response_time IS NULL) IS NOT TRUE
            ) AS silent,
            count(*) FILTER (
                WHERE lead.is_overdue AND (lead.is_won OR lead.is_lost OR lead.is_rejected) IS NOT TRUE
            ) AS undecided,
            count(*) FILTER (
                WHERE lead.is_rejected
                    AND (lead.response_time IS NOT NULL OR lead.contact_time IS NOT NULL)
            ) AS rejected_late,
            count(*) FILTER (WHERE lead.is_won) AS won_30d,
            count(*) FILTER (WHERE lead.is_lost) AS lost_30d,
            count(*) FILTER (WHERE lead.is_won AND lead.is_7d) AS won_7d,
            count(*) FILTER (WHERE lead.is_lost AND lead.is_7d) AS lost_7d,
            coalesce(sum(attempts.attempts), 0)::numeric AS attempts,
            count(*) FILTER (WHERE attempts.attempts >= 2) AS min_2_attempts,
            count(*) FILTER (WHERE attempts.is_followed_up) AS followed_up,
            count(lead.value) FILTER (WHERE lead.is_won) AS valued_deals,
            avg(lead.value) FILTER (WHERE lead.is_won) AS average_value
        FROM lead_fact AS lead
        LEFT JOIN attempts ON attempts.lead_id = lead.id
        GROUP BY lead.user_id
    ),

    median_of_partner AS (
        SELECT
            lead.user_id,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY coalesce(lead.deal_value, lead.price_at_purchase)::double precision)
                AS median_value
        FROM public.leads AS lead
        CROSS JOIN instant
        WHERE lead.user_id IS NOT NULL
            AND lead.status = 'won'
            AND (lead.decided_at > instant.t) IS NOT TRUE
            AND (lead.created_at > instant.t) IS NOT TRUE
            AND (lead.assigned_at > instant.t) IS NOT TRUE
            -- The start of the clock, as leads_won_clock has it.
            AND CASE
                WHEN lead.tried_partner_ids IS NOT NULL THEN coalesce(lead.assigned_at, lead.created_at)
                ELSE lead.created_at
            END >= instant.month_start
            AND CASE
                WHEN lead.tried_partner_ids IS NOT NULL THEN coalesce(lead.assigned_at, lead.created_at)
                ELSE lead.created_at
            END <= instant.t
        GROUP BY lead.user_id
    ),

    -- Handed over within the 30 days, but older than them: such leads are none of the window's. The two branches are what
    -- two indexes find: leads of the day before the window, and those that waited for longer than a day.
    late_of_partner AS (
        SELECT
            lead.user_id,
            max(lead.assigned_at) AS handed_over_at
        FROM public.leads AS lead
        CROSS JOIN instant
        WHERE lead.user_id IS NOT NULL
            AND lead.tried_partner_ids IS NULL
            AND lead.assigned_at >= instant.month_start
            AND lead.assigned_at <= instant.t
            AND (lead.created_at >= instant.month_start) IS NOT TRUE
            AND (
                (lead.created_at >= instant.month_start - interval '24 hours' AND lead.created_at < instant.month_start)
                OR (
                    (lead.assigned_at - lead.created_at <= interval '24 hours') IS NOT TRUE
                    AND lead.assigned_at >= instant.month_start
                    AND lead.assigned_at <= instant.t
                )
            )
        GROUP BY lead.user_id
    ),

    open_lead AS (
        SELECT lead.user_id
        FROM public.leads AS lead
        CROSS JOIN instant
        WHERE lead.user_id IS NOT NULL
            AND lead.status IN ('new', 'accepted', 'in_progress')
            AND (lead.created_at > instant.t) IS NOT TRUE
            AND (lead.assigned_at > instant.t) IS NOT TRUE
        UNION ALL
        SELECT lead.user_id
        FROM public.leads AS lead
        CROSS JOIN instant
        WHERE lead.user_id IS NOT NULL
            AND lead.status IN ('won', 'lost')
            AND lead.decided_at > instant.t
            AND (lead.created_at > instant.t) IS NOT TRUE
            AND (lead.assigned_at > instant.t) IS NOT TRUE
    ),

    open_of_partner AS (
        SELECT
            open_lead.user_id,
            count(*) AS open_leads
        FROM open_lead
        GROUP BY open_lead.user_id
    ),

    ratings_of_partner AS (
        SELECT
            feedback.partner_id,
            count(*) AS ratings,
            avg(feedback.rating) AS average
        FROM public.lead_feedback AS feedback
        CROSS JOIN instant
        WHERE feedback.created_at >= instant.month_start
            AND feedback.created_at <= instant.t
        GROUP BY feedback.partner_id
    ),

    complaints_of_partner AS (
        SELECT
            ticket.partner_id,
            count(*) AS complaints,
            count(DISTINCT lead.id) AS complained_leads
        FROM public.support_tickets AS ticket
        CROSS JOIN instant
        -- Complaints are few: each looks for its lead, where a join would read the leads of the window once more.
        LEFT JOIN LATERAL (
            SELECT own.id
            FROM window_lead AS own
            WHERE own.id = ticket.lead_id AND own.user_id = ticket.partner_id
            LIMIT 1
        ) AS lead ON TRUE
        WHERE ticket.type = 'complaint'
            AND ticket.created_at >= instant.month_start
            AND ticket.created_at <= instant.t
        GROUP BY ticket.partner_id
    ),

    -- Unrounded, because the consistency is made from them.
    ratio AS (
        SELECT
            leads.*,
            leads.won_30d::numeric / nullif(leads.won_30d + leads.lost_30d, 0) AS deal_rate_30d,
            leads.won_7d::numeric / nullif(leads.won_7d + leads.lost_7d, 0) AS deal_rate_7d,
            extract(EPOCH FROM leads.contact_time_30d) / nullif(60 * leads.contacted_30d, 0) AS minutes_30d,
            extract(EPOCH FROM leads.contact_time_7d) / nullif(60 * leads.contacted_7d, 0) AS minutes_7d
        FROM leads_of_partner AS leads
        OFFSET 0
    ),

    consistency AS (
        SELECT
            ratio.*,
            100 * (1 - abs(ratio.deal_rate_7d - ratio.deal_rate_30d)) AS deal_part,
            CASE
                WHEN ratio.minutes_7d IS NULL THEN NULL
                WHEN ratio.minutes_7d = ratio.minutes_30d THEN 100
                -- Only rows that break leads_first_contact_after_creation get here with nothing to divide by.
                WHEN greatest(ratio.minutes_7d, ratio.minutes_30d) <= 0 THEN 0
                ELSE greatest(
                    0,
                    100 * (1 - abs(ratio.minutes_7d - ratio.minutes_30d) / greatest(ratio.minutes_7d, ratio.minutes_30d))
                )
            END AS response_part
        FROM ratio
        OFFSET 0
    )

    SELECT
        partner.id AS partner_id,
        coalesce(lead.assigned_30d, 0)::integer AS leads_assigned_30d,
        coalesce(lead.accepted, 0)::integer AS leads_accepted_30d,
        coalesce(lead.rejected, 0)::integer AS leads_rejected_30d,
        round(lead.accepted::numeric / lead.assigned_30d, 6) AS conversion_rate_30d,
        round(extract(EPOCH FROM lead.response_time) / nullif(60 * lead.responses, 0), 6) AS avg_response_time_minutes,
        coalesce(open_of_partner.open_leads, 0)::integer AS open_leads_count,
        coalesce(greatest(lead.handed_over_at, late.handed_over_at), latest.handed_over_at) AS last_lead_assigned_at,
        round(lead.minutes_7d, 6) AS avg_first_response_time_minutes_7d,
        round(lead.minutes_30d, 6) AS avg_first_response_time_minutes_30d,
        round((100 * lead.contacted_1h)::numeric / lead.assigned_30d, 6) AS pct_contacted_within_1h_30d,
        round((100 * lead.contacted_24h)::numeric / lead.assigned_30d, 6) AS pct_contacted_within_24h_30d,
        partner.ai_risk_score AS ai_trust_score,
        coalesce(lead.won_30d, 0)::integer AS won_leads_30d,
        coalesce(lead.lost_30d, 0)::integer AS lost_leads_30d,
        coalesce(lead.won_7d, 0)::integer AS won_leads_7d,
        coalesce(lead.lost_7d, 0)::integer AS lost_leads_7d,
        round(lead.deal_rate_30d, 6) AS deal_rate_30d,
        round(lead.deal_rate_7d, 6) AS deal_rate_7d,
        round(lead.attempts / lead.assigned_30d, 6) AS avg_contact_attempts_per_lead_30d,
        round((100 * lead.min_2_attempts)::numeric / lead.assigned_30d, 6) AS pct_leads_min_2_attempts_30d,
        round(ratings.average, 6) AS avg_customer_rating_30d,
        coalesce(ratings.ratings, 0)::integer AS num_ratings_30d,
        coalesce(complaints.complaints, 0)::integer AS complaints_30d,
        round(coalesce(complaints.complaints, 0)::numeric / lead.assigned_30d, 6) AS complaint_rate_30d,
        round(lead.average_value, 6) AS avg_deal_value_30d,
        round(median.median_value::numeric, 6) AS median_deal_value_30d,
        round(
            coalesce((lead.deal_part + lead.response_part) / 2, lead.deal_part, lead.response_part), 6
        ) AS consistency_score,
        coalesce(lead.assigned_7d, 0)::integer AS leads_assigned_7d,
        coalesce(lead.contacted_30d, 0)::integer AS contacted_leads_30d,
        coalesce(lead.contacted_7d, 0)::integer AS contacted_leads_7d,
        coalesce(lead.silent, 0)::integer AS silent_leads_30d,
        coalesce(lead.valued_deals, 0)::integer AS valued_deals_30d,
        round(
            coalesce(lead.response_points, 0)::numeric / nullif(10000000 * (lead.contacted_30d + lead.silent), 0), 6
        ) AS response_points_30d,
        round((100 * lead.followed_up)::numeric / lead.assigned_30d, 6) AS pct_leads_followed_up_30d,
        coalesce(complaints.complained_leads, 0)::integer AS complained_leads_30d,
        round(coalesce(complaints.complained_leads, 0)::numeric / lead.assigned_30d, 6) AS complained_lead_rate_30d,
        coalesce(lead.undecided, 0)::integer AS undecided_leads_30d,
        coalesce(lead.rejected_late, 0)::integer AS rejected_late_leads_30d,
        round(
            lead.won_30d::numeric / nullif(lead.won_30d + lead.lost_30d + lead.rejected_late + lead.undecided, 0), 6
        ) AS deal_rate_with_undecided_30d
    FROM public.profiles AS partner
    LEFT JOIN consistency AS lead ON lead.user_id = partner.id
    LEFT JOIN median_of_partner AS median ON median.user_id = partner.id
    LEFT JOIN late_of_partner AS late ON late.user_id = partner.id
    LEFT JOIN open_of_partner ON open_of_partner.user_id = partner.id
    LEFT JOIN ratings_of_partner AS ratings ON ratings.partner_id = partner.id
    LEFT JOIN complaints_of_partner AS complaints ON complaints.partner_id = partner.id
    LEFT JOIN LATERAL (
        SELECT coalesce(old.assigned_at, old.created_at) AS handed_over_at
        FROM public.leads AS old
        CROSS JOIN instant
        WHERE greatest(lead.handed_over_at, late.handed_over_at) IS NULL
            AND old.user_id = partner.id
            AND coalesce(old.assigned_at, old.created_at) <= instant.t
            AND (old.created_at > instant.t) IS NOT TRUE
        ORDER BY coalesce(old.assigned_at, old.created_at) DESC
        LIMIT 1
    ) AS latest ON TRUE
$function$;
