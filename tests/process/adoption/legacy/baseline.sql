-- Regions as an array, the status as text with a check beside its column, types without a check.
\ir tables.sql
\ir stats.sql
