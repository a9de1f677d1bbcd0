-- What for: old decisions can be removed by a function that does precisely that, and by nothing else.

CREATE FUNCTION public.remove_decisions(before timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path TO pg_catalog, pg_temp
AS $function$
DECLARE
    removed bigint;
BEGIN
    INSERT INTO public.rule_exemptions (transaction_id, exempts) VALUES (pg_current_xact_id(), 'decisions');
    DELETE FROM public.lead_assignment_logs AS decision WHERE decision.decided_at < before;
    GET DIAGNOSTICS removed = ROW_COUNT;
    DELETE FROM public.rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'decisions';
    RETURN removed;
END;
$function$;

COMMENT ON FUNCTION public.remove_decisions(timestamptz) IS
'Removes the decisions that are older. For the owner, and a role for retention that the owner names.';
