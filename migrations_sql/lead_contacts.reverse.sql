-- What for: drop what lead_contacts.sql made.
DROP FUNCTION public.lead_phone(text, text);
DROP FUNCTION public.lead_email(text);
DROP FUNCTION public.comparable_text(text);
DROP FUNCTION public.visible_text(text);
DROP FUNCTION public.decoded_label(text);
