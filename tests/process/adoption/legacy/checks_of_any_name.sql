-- Checks on status and type under names of somebody's own, and a type of limited length with values that we do not know.
\ir tables.sql
ALTER TABLE leads DROP CONSTRAINT leads_status_check;
ALTER TABLE leads
ALTER COLUMN status TYPE varchar(20),
ADD CONSTRAINT "CHK Lead-Status 2" CHECK (
    status::text = ANY(ARRAY['new'::text, 'accepted'::text, 'rejected'::text, 'in_progress'::text, 'completed'::text])
),
ADD CONSTRAINT ck_status_not_empty CHECK (length(status) > 0),
ADD CONSTRAINT ck_leads_4711 CHECK (status <> 'accepted' OR accepted_at IS NOT NULL);

ALTER TABLE lead_activities ALTER COLUMN type TYPE varchar(20);
UPDATE lead_activities SET type = 'offerte' WHERE type = 'created' AND id::text < '8';
ALTER TABLE lead_activities
ADD CONSTRAINT ck_x9 CHECK (type IN ('phone_call', 'email_sent', 'whatsapp', 'note', 'created', 'offerte', 'opname')),
ADD CONSTRAINT description_has_words CHECK (description <> '');

ALTER TABLE profiles ADD CONSTRAINT risk_words CHECK (ai_risk_level IN ('low', 'medium', 'high'));
\ir stats.sql
