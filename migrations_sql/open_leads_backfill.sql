-- What for: start the open-lead counter and the time of the last assignment from the leads that are there.
UPDATE public.profiles AS partner
SET
    open_leads = counted.open_leads,
    last_assigned_at = counted.last_assigned_at
FROM (
    SELECT
        lead.user_id AS partner_id,
        count(*) FILTER (WHERE lead.status IN ('new', 'accepted', 'in_progress')) AS open_leads,
        max(coalesce(lead.assigned_at, lead.created_at)) AS last_assigned_at
    FROM public.leads AS lead
    WHERE lead.user_id IS NOT NULL
    GROUP BY lead.user_id
) AS counted
WHERE partner.id = counted.partner_id;
