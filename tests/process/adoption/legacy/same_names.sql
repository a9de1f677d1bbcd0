-- Columns that have the names of ours, with another meaning of nothing, other types, and counts that are wrong.
\ir tables.sql
ALTER TABLE profiles
ADD COLUMN company_name varchar(80),
ADD COLUMN open_leads integer,
ADD COLUMN last_assigned_at timestamptz;
UPDATE profiles SET company_name = 'Bedrijf ' || left(id::text, 4), open_leads = 7, last_assigned_at = '2024-02-29 12:00:00+01'
WHERE id::text > '3';

ALTER TABLE leads
ADD COLUMN source varchar(50),
ADD COLUMN message text,
ADD COLUMN contact_name text,
ADD COLUMN deal_value double precision,
ADD COLUMN assigned_at timestamptz,
ADD COLUMN decided_at timestamptz,
ADD COLUMN routing_attempts integer;
UPDATE leads SET source = 'website', contact_name = 'A. de Vries', deal_value = 1499.95, assigned_at = created_at + interval '1 minute'
WHERE user_id IS NOT NULL AND id::text > '8';
ALTER TABLE lead_activities ADD COLUMN metadata json;
UPDATE lead_activities SET metadata = '{"duur": 120}' WHERE type = 'phone_call';
\ir stats.sql
