-- A column that every new row has to name, of a table into which we insert.
\ir tables.sql
ALTER TABLE leads ADD COLUMN tenant_id integer;
UPDATE leads SET tenant_id = 1;
ALTER TABLE leads ALTER COLUMN tenant_id SET NOT NULL;
\ir stats.sql
