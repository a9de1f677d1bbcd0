-- The function takes text in place of the enum that the status is no longer.
DROP FUNCTION count_leads_of(lead_status);

CREATE FUNCTION count_leads_of(wanted text) RETURNS bigint
LANGUAGE sql AS $$
    SELECT count(*) FROM leads WHERE status::text = coalesce(wanted, 'new')
$$;
