-- Whatever is made in the schema is given to the roles of the web by default, as a hosted database does it.
CREATE ROLE :"anon" NOLOGIN;
CREATE ROLE :"authenticated" NOLOGIN;
CREATE ROLE :"service_role" NOLOGIN BYPASSRLS;
GRANT USAGE ON SCHEMA public TO :"anon", :"authenticated", :"service_role";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO :"anon", :"authenticated", :"service_role";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO :"anon", :"authenticated", :"service_role";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO :"anon", :"authenticated", :"service_role";
\ir tables.sql
\ir stats.sql
REVOKE SELECT ON partner_performance_stats FROM :"anon";
REVOKE ALL ON FUNCTION refresh_partner_performance_stats() FROM :"anon", :"authenticated";
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads ENABLE ROW LEVEL SECURITY;
