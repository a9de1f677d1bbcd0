-- What for: two small indexes for partner_performance_stats_at(t), which keep it from reading what it does not need.

-- The won leads by the start of their clock, for the median of their values.
CREATE INDEX leads_won_clock ON public.leads (
    (CASE WHEN tried_partner_ids IS NOT NULL THEN coalesce(assigned_at, created_at) ELSE created_at END)
)
WHERE user_id IS NOT NULL AND status = 'won';

-- Leads that were handed over more than a day after they came in.
CREATE INDEX leads_assigned_late ON public.leads (assigned_at)
WHERE assigned_at IS NOT NULL AND (assigned_at - created_at <= interval '24 hours') IS NOT TRUE;

-- The planner knows nothing of an indexed expression before the next ANALYZE.
ANALYZE public.leads;
