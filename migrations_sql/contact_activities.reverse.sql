-- What for: drop what contact_activities.sql made.
DROP FUNCTION public.is_contact_activity(text);
