-- What for: drop what stats_indexes_v2.sql made.
DROP INDEX public.leads_assigned_late;
DROP INDEX public.leads_won_clock;
