-- What for: compress as the server does by default again.
ALTER TABLE public.lead_assignment_logs ALTER COLUMN candidates SET COMPRESSION default;
ALTER TABLE public.lead_assignment_logs ALTER COLUMN policy SET COMPRESSION default;
