-- Much of it at once: what one live database has is seldom only one thing.
\ir tables.sql
\ir parts/regions_text.sql
\ir parts/status_enum.sql
\ir parts/old_log_table.sql
\ir parts/extra_columns.sql
\ir parts/row_level_security.sql
\ir stats.sql
GRANT SELECT ON partner_performance_stats TO :"authenticated";
