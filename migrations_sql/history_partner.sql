-- What for: the days of a partner go with the partner, whoever deletes it.
-- Every partner has days. A foreign key without CASCADE would take from the marketplace's other programs the right to
-- delete a partner that never had a lead.
-- The table is new and empty: there is nothing to scan.
-- squawk-ignore-file adding-foreign-key-constraint, constraint-missing-not-valid
ALTER TABLE public.partner_performance_days
ADD CONSTRAINT partner_performance_days_partner
FOREIGN KEY (partner_id) REFERENCES public.profiles (id) ON DELETE CASCADE;
