-- The same, and it binds the owner of the tables too, who is no superuser.
\ir row_level_security.sql
CREATE ROLE :"owner" LOGIN PASSWORD 'invented';
GRANT CREATE, USAGE ON SCHEMA public TO :"owner";
ALTER TABLE industries OWNER TO :"owner";
ALTER TABLE profiles OWNER TO :"owner";
ALTER TABLE leads OWNER TO :"owner";
ALTER TABLE lead_activities OWNER TO :"owner";
ALTER MATERIALIZED VIEW partner_performance_stats OWNER TO :"owner";
ALTER FUNCTION refresh_partner_performance_stats() OWNER TO :"owner";
ALTER TABLE profiles FORCE ROW LEVEL SECURITY;
ALTER TABLE leads FORCE ROW LEVEL SECURITY;
ALTER TABLE lead_activities FORCE ROW LEVEL SECURITY;
