-- Everything belongs to one role; a second one is its member, a third may read and write, a fourth only read.
\ir tables.sql
\ir stats.sql
CREATE ROLE :"owner" NOLOGIN;
CREATE ROLE :"member" LOGIN PASSWORD 'invented' IN ROLE :"owner";
CREATE ROLE :"stranger" LOGIN PASSWORD 'invented';
CREATE ROLE :"looker" LOGIN PASSWORD 'invented';
GRANT CREATE, USAGE ON SCHEMA public TO :"owner", :"stranger";
GRANT SELECT ON profiles, industries, leads TO :"looker";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"stranger";
ALTER TABLE industries OWNER TO :"owner";
ALTER TABLE profiles OWNER TO :"owner";
ALTER TABLE leads OWNER TO :"owner";
ALTER TABLE lead_activities OWNER TO :"owner";
ALTER MATERIALIZED VIEW partner_performance_stats OWNER TO :"owner";
ALTER FUNCTION refresh_partner_performance_stats() OWNER TO :"owner";
