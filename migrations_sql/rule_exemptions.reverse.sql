-- What for: drop what rule_exemptions.sql made.
DROP FUNCTION public.remove_audit_events(timestamptz);
DROP FUNCTION public.recount_open_leads(uuid[]);
DROP FUNCTION public.correct_lead_status(uuid, text);
DROP TABLE public.application_roles;
DROP TABLE public.rule_exemptions;
