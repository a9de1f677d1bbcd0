-- What for: drop what decision_retention_v1.sql made.
DROP FUNCTION public.remove_decisions(timestamptz);
