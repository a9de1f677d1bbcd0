-- What others have built on the statistics, on regions as text and on a status as an enum.
\ir tables.sql
ALTER TABLE profiles ALTER COLUMN regions TYPE text USING array_to_string(regions, ',');
CREATE TYPE lead_status AS ENUM ('new', 'accepted', 'rejected', 'in_progress', 'completed');
ALTER TABLE leads
DROP CONSTRAINT leads_status_check,
ALTER COLUMN status DROP DEFAULT,
ALTER COLUMN status TYPE lead_status USING status::lead_status,
ALTER COLUMN status SET DEFAULT 'new';
\ir stats.sql

CREATE VIEW top_partners AS
SELECT stats.partner_id, stats.conversion_rate_30d
FROM partner_performance_stats AS stats
WHERE stats.leads_assigned_30d > 2;

CREATE VIEW partners_by_region AS
SELECT trim(region) AS region, count(*) AS partners
FROM profiles AS partner CROSS JOIN unnest(string_to_array(partner.regions, ',')) AS region
GROUP BY 1;

CREATE VIEW waiting_leads AS
SELECT lead.id, lead.province FROM leads AS lead WHERE lead.status = 'new' AND lead.user_id IS NULL;

CREATE POLICY only_open ON leads FOR SELECT USING (status IN ('new', 'accepted', 'in_progress'));

CREATE PUBLICATION regional FOR TABLE profiles WHERE (regions <> '');
