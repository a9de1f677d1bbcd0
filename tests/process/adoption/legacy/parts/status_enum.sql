-- The status as an enum, and what hangs on it: a default, a function, a partial index, a check.
CREATE TYPE lead_status AS ENUM ('new', 'accepted', 'rejected', 'in_progress', 'completed');

ALTER TABLE leads
DROP CONSTRAINT leads_status_check,
ALTER COLUMN status DROP DEFAULT,
ALTER COLUMN status TYPE lead_status USING status::lead_status,
ALTER COLUMN status SET DEFAULT 'new'::lead_status,
ALTER COLUMN status SET NOT NULL;

ALTER TABLE leads ADD CONSTRAINT accepted_has_partner CHECK (
    user_id IS NOT NULL OR status NOT IN ('accepted'::lead_status, 'in_progress'::lead_status)
);

CREATE INDEX leads_new ON leads (created_at) WHERE status = 'new'::lead_status;
CREATE INDEX leads_of_status ON leads (status, created_at);

CREATE FUNCTION count_leads_of(wanted lead_status) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    first_status lead_status := 'new';
    found bigint;
BEGIN
    IF wanted IS NULL THEN
        wanted := first_status;
    END IF;
    SELECT count(*) INTO found FROM leads WHERE status = wanted;
    RETURN found;
END;
$$;
