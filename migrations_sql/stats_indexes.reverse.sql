-- What for: drop what stats_indexes.sql made.
DROP INDEX public.leads_assigned_late;
DROP INDEX public.leads_won_clock;
DROP INDEX public.support_tickets_complaints;
DROP INDEX public.lead_feedback_created;
DROP INDEX public.lead_activities_contact;
DROP INDEX public.leads_decided;
DROP INDEX public.leads_partner_open;
DROP INDEX public.leads_partner_latest;
DROP INDEX public.leads_rerouted_clock;
