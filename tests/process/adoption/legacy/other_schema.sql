-- Everything in a schema of its own; in public, a table of the same name that is not the marketplace's.
CREATE TABLE leads (id serial PRIMARY KEY, email text, status text DEFAULT 'cold');
INSERT INTO leads (email) VALUES ('nieuwsbrief@example.com');
CREATE SCHEMA marketplace;
SET search_path TO marketplace, public;
\ir tables.sql
\ir stats.sql
-- A function finds its tables by the search path of whoever calls it; this one was made to last.
ALTER FUNCTION refresh_partner_performance_stats() SET search_path TO marketplace;
