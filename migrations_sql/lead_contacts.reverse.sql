-- What for: drop what lead_contacts.sql made.
DROP FUNCTION public.lead_phone(text, text);
DROP FUNCTION public.lead_email(text);
