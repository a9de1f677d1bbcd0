-- What for: drop what history_partner.sql made.
ALTER TABLE public.partner_performance_days DROP CONSTRAINT partner_performance_days_partner;
