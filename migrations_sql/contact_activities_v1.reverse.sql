-- What for: drop what contact_activities_v1.sql made.
DROP FUNCTION public.is_contact_activity(text);
