-- What for: indexes that keep the cost of partner_performance_stats_at(t) with the rows of its 30 days.

-- Leads that entered the window by being re-routed; the others are found by leads.created_at.
CREATE INDEX leads_rerouted_clock ON public.leads ((coalesce(assigned_at, created_at)))
WHERE tried_partner_ids IS NOT NULL;

-- The latest lead of each partner, of any age.
CREATE INDEX leads_partner_latest ON public.leads (user_id, (coalesce(assigned_at, created_at)) DESC)
WHERE user_id IS NOT NULL;

-- Open leads of any age.
CREATE INDEX leads_partner_open ON public.leads (user_id) INCLUDE (created_at, assigned_at)
WHERE user_id IS NOT NULL AND status IN ('new', 'accepted', 'in_progress');

-- Leads that were still open at an earlier instant.
CREATE INDEX leads_decided ON public.leads (decided_at)
WHERE decided_at IS NOT NULL;

-- Contact attempts of the window, without visiting the table.
CREATE INDEX lead_activities_contact ON public.lead_activities (created_at) INCLUDE (lead_id)
WHERE public.is_contact_activity(type);

CREATE INDEX lead_feedback_created ON public.lead_feedback (created_at) INCLUDE (partner_id, rating);

CREATE INDEX support_tickets_complaints ON public.support_tickets (created_at) INCLUDE (partner_id, lead_id)
WHERE type = 'complaint';

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
