-- What for: give every lead that has a contact activity its first contact, which no column held before.
-- An activity that is dated before its lead counts as made when the lead came in.
UPDATE public.leads AS lead
SET first_contact_at = greatest(lead.created_at, least(contact.contact_at, now()))
FROM (
    SELECT
        activity.lead_id,
        min(activity.created_at) AS contact_at
    FROM public.lead_activities AS activity
    WHERE activity.type IN ('phone_call', 'email_sent', 'whatsapp', 'meeting', 'status_change_contacted')
    GROUP BY activity.lead_id
) AS contact
WHERE lead.id = contact.lead_id AND lead.first_contact_at IS NULL;
