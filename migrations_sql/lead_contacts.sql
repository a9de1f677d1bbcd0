-- What for: the forms in which the e-mail addresses and phone numbers of leads are compared, so that the same person is
-- found again whoever stored the lead, and in whatever way it was written. Triggers on leads keep digests of them.

CREATE FUNCTION public.lead_email(contact_email text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT CASE WHEN contact_email LIKE '%@%' THEN lower(btrim(contact_email, E' \t\r\n')) END
$function$;

COMMENT ON FUNCTION public.lead_email(text) IS
'An e-mail address without regard to case and outer spaces; NULL for what is none.';

-- The intake stores numbers as +31301234567 (E.164) and this leaves them so. Other writers store what they like: Dutch
-- and Belgian numbers in national writing get their country code; a number of another country needs to have it.
CREATE FUNCTION public.lead_phone(contact_phone text, postcode text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
DECLARE
    dialled text;
    country text := CASE WHEN postcode ~ '^\s*[1-9][0-9]{3}\s*$' THEN '+32' ELSE '+31' END;
BEGIN
    dialled := regexp_replace(replace(contact_phone, '(0)', ''), '[^0-9+]', '', 'g');
    dialled := regexp_replace(regexp_replace(dialled, '(?<=.)[+]', '', 'g'), '^00', '+');
    IF dialled ~ '^[+]3[12]0' THEN
        dialled := left(dialled, 3) || ltrim(substr(dialled, 4), '0');
    ELSIF dialled ~ '^3[12][0-9]{8,9}$' THEN
        dialled := '+' || dialled;
    ELSIF dialled ~ '^(0|[1-9][0-9]{7,8}$)' THEN
        dialled := country || ltrim(dialled, '0');
    END IF;
    RETURN CASE WHEN dialled ~ '^[+]?[1-9][0-9]{7,14}$' THEN dialled END;
END;
$function$;

COMMENT ON FUNCTION public.lead_phone(text, text) IS
'A phone number in one form, with the country code of the postcode where it has none; NULL for what is none.';
