-- Times without a zone, as the clock on the wall in Amsterdam showed them.
\ir tables.sql
SET timezone TO 'Europe/Amsterdam';
ALTER TABLE leads ALTER COLUMN created_at TYPE timestamp, ALTER COLUMN accepted_at TYPE timestamp;
ALTER TABLE lead_activities ALTER COLUMN created_at TYPE timestamp;
ALTER TABLE profiles ALTER COLUMN ai_risk_assessed_at TYPE timestamp;
RESET timezone;
\ir stats.sql
