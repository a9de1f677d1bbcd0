-- A log of assignments of another shape, with a sequence, an index and foreign keys of its own.
CREATE TABLE lead_assignment_logs (
    id bigserial PRIMARY KEY,
    lead_id uuid NOT NULL REFERENCES leads (id) ON DELETE CASCADE,
    partner_id uuid REFERENCES profiles (id),
    score numeric,
    factors jsonb NOT NULL DEFAULT '{}',
    assigned_by text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX lead_assignment_logs_lead ON lead_assignment_logs (lead_id);
CREATE INDEX idx_logs_time ON lead_assignment_logs (created_at DESC);

INSERT INTO lead_assignment_logs (lead_id, partner_id, score, factors, assigned_by, created_at)
SELECT
    lead.id, lead.user_id, round((number * 7 % 100)::numeric, 1), jsonb_build_object('regio', number % 2 = 0), 'auto',
    lead.created_at + interval '10 seconds'
FROM generate_series(1, 120) AS number
JOIN leads AS lead ON lead.id = md5('lead ' || number)::uuid
WHERE lead.user_id IS NOT NULL;

CREATE FUNCTION note_assignment(lead uuid, points numeric) RETURNS void
LANGUAGE sql AS $$ INSERT INTO lead_assignment_logs (lead_id, score) VALUES (lead, points) $$;
