-- What for: the few changes that a rule refuses to everybody, made by functions that do precisely that, and which
-- nobody but their owner, and whom the owner names, can execute.
--
-- While such a function works, a row of its transaction says which rule lets its changes pass. Only the owner of the
-- tables can write such rows; a setting of the session, which anybody can set, opens nothing.

CREATE TABLE public.rule_exemptions (
    transaction_id xid8,
    exempts text,
    PRIMARY KEY (transaction_id, exempts)
);

COMMENT ON TABLE public.rule_exemptions IS
'Rules that pass the changes of a transaction. Has rows only while a function that may make such changes is at work.';

CREATE TABLE public.application_roles (
    role_name text PRIMARY KEY
);

COMMENT ON TABLE public.application_roles IS
'The roles as which the application connects: each has its rights again after every migration.';

CREATE FUNCTION public.correct_lead_status(corrected_lead uuid, right_status text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path TO pg_catalog, pg_temp
AS $function$
DECLARE
    is_there boolean;
BEGIN
    INSERT INTO public.rule_exemptions (transaction_id, exempts) VALUES (pg_current_xact_id(), 'status');
    UPDATE public.leads AS lead
    SET
        status = right_status,
        accepted_at = CASE WHEN right_status <> 'new' THEN lead.accepted_at END,
        decided_at = CASE WHEN right_status IN ('won', 'lost') THEN lead.decided_at END
    WHERE lead.id = corrected_lead;
    is_there := FOUND;
    DELETE FROM public.rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'status';
    RETURN is_there;
END;
$function$;

COMMENT ON FUNCTION public.correct_lead_status(uuid, text) IS
'Puts right a mistaken status, whatever step that is, and takes back times that the right one does not have.';

-- Whoever counts locks the row of the partner: with these rows locked, a recount misses no lead.
CREATE FUNCTION public.recount_open_leads(partner_ids uuid[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path TO pg_catalog, pg_temp
AS $function$
DECLARE
    written bigint;
BEGIN
    PERFORM FROM public.profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;
    INSERT INTO public.rule_exemptions (transaction_id, exempts) VALUES (pg_current_xact_id(), 'counters');
    UPDATE public.profiles AS partner
    SET
        open_leads = counted.open_leads,
        last_assigned_at = counted.last_assigned_at,
        -- What stands there, but for a first lead since the last break that would be later than the last of all.
        returned_at = CASE WHEN partner.returned_at <= counted.last_assigned_at THEN partner.returned_at END,
        -- Who was taken for full can take leads again: those that wait are tried at once.
        routing_changed_at = clock_timestamp()
    FROM (
        SELECT
            profile.id,
            (
                SELECT count(*)::integer FROM public.leads AS lead
                WHERE lead.user_id = profile.id AND lead.status IN ('new', 'accepted', 'in_progress')
            ) AS open_leads,
            greatest(
                CASE WHEN profile.last_assigned_at <= clock_timestamp() + interval '1 minute' THEN profile.last_assigned_at END,
                (
                    SELECT max(coalesce(lead.assigned_at, lead.created_at)) FROM public.leads AS lead
                    -- A time in the future says nothing; the clocks of those who write are a little apart.
                    WHERE lead.user_id = profile.id
                        AND coalesce(lead.assigned_at, lead.created_at) <= clock_timestamp() + interval '1 minute'
                )
            ) AS last_assigned_at
        FROM public.profiles AS profile
        WHERE profile.id = ANY(partner_ids)
    ) AS counted
    WHERE partner.id = counted.id
        AND (partner.open_leads, partner.last_assigned_at)
        IS DISTINCT FROM (counted.open_leads, counted.last_assigned_at);
    GET DIAGNOSTICS written = ROW_COUNT;
    DELETE FROM public.rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'counters';
    RETURN written;
END;
$function$;

COMMENT ON FUNCTION public.recount_open_leads(uuid[]) IS
'Sets the open leads and the last assignment of these partners to what the leads say; returns how many were wrong.';

CREATE FUNCTION public.remove_audit_events(before timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path TO pg_catalog, pg_temp
AS $function$
DECLARE
    removed bigint;
BEGIN
    INSERT INTO public.rule_exemptions (transaction_id, exempts) VALUES (pg_current_xact_id(), 'audit');
    DELETE FROM public.audit_events AS event WHERE event.at < before;
    GET DIAGNOSTICS removed = ROW_COUNT;
    DELETE FROM public.rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'audit';
    RETURN removed;
END;
$function$;

COMMENT ON FUNCTION public.remove_audit_events(timestamptz) IS
'Removes the events of the audit that are older. For the owner, and a role for retention that the owner names.';
