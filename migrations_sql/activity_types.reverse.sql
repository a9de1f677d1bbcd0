-- What for: any type is allowed again.
ALTER TABLE public.lead_activities DROP CONSTRAINT lead_activities_type_known;
