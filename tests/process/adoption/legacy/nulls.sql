-- Nothing is required and nothing has a default; rows make use of it.
\ir tables.sql
ALTER TABLE industries ALTER COLUMN id DROP DEFAULT, ALTER COLUMN name DROP NOT NULL;
ALTER TABLE profiles
ALTER COLUMN id DROP DEFAULT,
ALTER COLUMN is_active_for_routing DROP DEFAULT,
ALTER COLUMN routing_priority DROP DEFAULT;
ALTER TABLE leads
ALTER COLUMN id DROP DEFAULT,
ALTER COLUMN status DROP DEFAULT,
ALTER COLUMN created_at DROP DEFAULT,
ALTER COLUMN created_at DROP NOT NULL;
ALTER TABLE lead_activities
ALTER COLUMN id DROP DEFAULT,
ALTER COLUMN lead_id DROP NOT NULL,
ALTER COLUMN type DROP NOT NULL,
ALTER COLUMN created_at DROP DEFAULT,
ALTER COLUMN created_at DROP NOT NULL;

INSERT INTO industries (id, name) VALUES ('00000000-0000-4000-8000-0000000000d0', NULL);
UPDATE profiles SET
    is_active_for_routing = NULL,
    routing_priority = NULL,
    regions = NULL,
    lead_industries = ARRAY[NULL, 'Schilders'],
    max_open_leads = NULL,
    ai_risk_score = NULL,
    ai_risk_level = NULL,
    ai_risk_assessed_at = NULL
WHERE id IN (md5('partner 7')::uuid, md5('partner 8')::uuid);
UPDATE leads SET status = NULL WHERE id IN (md5('lead 3')::uuid, md5('lead 16')::uuid);
UPDATE leads SET created_at = NULL WHERE id IN (md5('lead 7')::uuid, md5('lead 24')::uuid);
UPDATE lead_activities SET type = NULL WHERE id = md5('activity 1 0')::uuid;
UPDATE lead_activities SET created_at = NULL WHERE id IN (md5('activity 2 0')::uuid, md5('activity 4 1')::uuid);
UPDATE lead_activities SET lead_id = NULL WHERE id = md5('activity 5 0')::uuid;
\ir stats.sql
