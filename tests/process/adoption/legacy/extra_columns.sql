-- Columns, triggers and a foreign key that we know nothing of.
\ir tables.sql
\ir parts/extra_columns.sql
\ir stats.sql
