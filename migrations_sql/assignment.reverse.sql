-- What for: drop what assignment.sql made.
DROP FUNCTION public.hand_over_leads(timestamptz, uuid[], uuid[], uuid[], bytea[], uuid[]);
DROP FUNCTION public.lock_leads(uuid[]);
DROP FUNCTION public.partner_paces_since(pg_snapshot);
DROP FUNCTION public.partner_pace(public.profiles);
DROP FUNCTION public.partner_standing(public.profiles);
