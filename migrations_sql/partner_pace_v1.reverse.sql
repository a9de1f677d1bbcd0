-- What for: drop what partner_pace_v1.sql made.
DROP FUNCTION public.partner_paces_since(pg_snapshot);
DROP FUNCTION public.partner_pace(public.profiles);
