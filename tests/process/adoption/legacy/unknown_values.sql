-- No checks and no foreign keys, and what people wrote in the years without them.
\ir tables.sql
ALTER TABLE leads
DROP CONSTRAINT leads_status_check,
DROP CONSTRAINT leads_user_id_fkey,
DROP CONSTRAINT leads_industry_id_fkey;
ALTER TABLE lead_activities
DROP CONSTRAINT lead_activities_lead_id_fkey,
DROP CONSTRAINT lead_activities_created_by_fkey;

UPDATE leads SET status = 'archived' WHERE id IN (md5('lead 4')::uuid, md5('lead 9')::uuid, md5('lead 14')::uuid);
UPDATE leads SET status = 'Accepted ' WHERE id = md5('lead 6')::uuid;
UPDATE lead_activities SET type = 'sms' WHERE type = 'note' AND id::text < '4';
UPDATE lead_activities SET type = 'site_visit' WHERE type = 'note' AND id::text > 'c';
UPDATE lead_activities SET type = 'l''avis' WHERE id = md5('activity 1 0')::uuid;

UPDATE profiles SET ai_risk_score = 140 WHERE id = md5('partner 1')::uuid;
UPDATE profiles SET ai_risk_score = -5 WHERE id = md5('partner 2')::uuid;
UPDATE profiles SET ai_risk_level = 'HIGH' WHERE id = md5('partner 3')::uuid;
UPDATE profiles SET max_open_leads = -1 WHERE id = md5('partner 4')::uuid;
UPDATE profiles SET primary_branch = '' WHERE id = md5('partner 5')::uuid;

-- Of partners, industries and leads that are gone.
INSERT INTO leads (id, user_id, status, industry_id, province, created_at) VALUES
('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000dead', 'accepted', md5('industry 1')::uuid, 'Utrecht', now() - interval '3 days'),
('00000000-0000-4000-8000-0000000000c2', NULL, 'new', '00000000-0000-4000-8000-00000000dead', 'Drenthe', now() - interval '2 days');
INSERT INTO lead_activities (id, lead_id, type, created_by, created_at) VALUES
('00000000-0000-4000-8000-0000000000c3', '00000000-0000-4000-8000-00000000dead', 'phone_call', NULL, now() - interval '9 days'),
('00000000-0000-4000-8000-0000000000c4', md5('lead 1')::uuid, 'note', '00000000-0000-4000-8000-00000000dead', now() - interval '1 day');
\ir stats.sql
