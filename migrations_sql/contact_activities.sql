-- What for: what counts as contact: the partner reached, or tried to reach, the person who asked.
-- One definition for the metrics and for the index that serves them. An inlinable expression: it costs no call.

CREATE FUNCTION public.is_contact_activity(activity_type text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT activity_type IN ('phone_call', 'email_sent', 'whatsapp', 'meeting', 'status_change_contacted')
$function$;

COMMENT ON FUNCTION public.is_contact_activity(text) IS 'Whether an activity of this type is a contact attempt.';
