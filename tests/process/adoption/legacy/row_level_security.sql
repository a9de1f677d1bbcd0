-- Row-level security with policies for the people of a web application, as Supabase sets it up.
\ir tables.sql
\ir parts/row_level_security.sql
\ir stats.sql
GRANT SELECT ON partner_performance_stats TO :"authenticated";
