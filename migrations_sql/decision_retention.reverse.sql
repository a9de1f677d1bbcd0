-- What for: drop what decision_retention.sql made.
DROP FUNCTION public.remove_decisions(timestamptz);
