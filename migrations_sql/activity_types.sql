-- What for: the known types of activity, plus every type that the data holds already, become the allowed ones.
DO $$
DECLARE
    allowed text;
BEGIN
    SELECT string_agg(quote_literal(known.type), ', ' ORDER BY known.type) INTO allowed
    FROM (
        SELECT unnest(ARRAY[
            'phone_call', 'email_sent', 'whatsapp', 'meeting', 'status_change_contacted',
            'note', 'created', 'status_change', 'assigned'
        ]) AS type
        UNION
        SELECT activity.type FROM public.lead_activities AS activity WHERE activity.type IS NOT NULL
    ) AS known;
    EXECUTE format(
        'ALTER TABLE public.lead_activities ADD CONSTRAINT lead_activities_type_known CHECK (type IN (%s)) NOT VALID',
        allowed
    );
    ALTER TABLE public.lead_activities VALIDATE CONSTRAINT lead_activities_type_known;
END;
$$;
