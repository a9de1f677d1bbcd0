-- A log of assignments of another shape, with a sequence, an index and foreign keys of its own.
\ir tables.sql
\ir parts/old_log_table.sql
\ir stats.sql
