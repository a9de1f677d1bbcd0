-- The status as an enum, and what hangs on it: a default, a function, a partial index, a check.
\ir tables.sql
\ir parts/status_enum.sql
\ir stats.sql
