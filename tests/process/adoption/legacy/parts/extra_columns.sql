-- Columns, triggers and a foreign key that we know nothing of.
CREATE SCHEMA accounts;
CREATE TABLE accounts.users (id uuid PRIMARY KEY, email text NOT NULL UNIQUE);
INSERT INTO accounts.users SELECT id, 'partner-' || right(id::text, 12) || '@example.com' FROM profiles;

ALTER TABLE profiles
ADD COLUMN full_name text,
ADD COLUMN phone text NOT NULL DEFAULT '',
ADD COLUMN settings jsonb NOT NULL DEFAULT '{"mail": true}',
ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(),
ADD CONSTRAINT profiles_id_fkey FOREIGN KEY (id) REFERENCES accounts.users (id) ON DELETE CASCADE;
ALTER TABLE leads
ADD COLUMN "Referrer URL" text,
ADD COLUMN postcode_digits text GENERATED ALWAYS AS (left(postcode, 4)) STORED,
ADD COLUMN number integer GENERATED ALWAYS AS IDENTITY,
ADD COLUMN utm jsonb,
ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE lead_activities ADD COLUMN is_internal boolean NOT NULL DEFAULT false;

UPDATE profiles SET full_name = 'Bedrijf ' || left(id::text, 4), phone = '030-1234567', updated_at = '2025-01-20 09:00:00+01';
UPDATE leads SET "Referrer URL" = 'https://example.com/?q=' || province, utm = '{"campagne": "najaar"}', updated_at = '2025-01-20 10:00:00+01';

CREATE TABLE audit_log (
    id bigserial PRIMARY KEY,
    table_name text NOT NULL,
    row_id uuid NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION set_updated_at() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END;
$$;

CREATE FUNCTION write_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO audit_log (table_name, row_id) VALUES (TG_TABLE_NAME, NEW.id);
    RETURN NULL;
END;
$$;

-- One in each state that a trigger can have: enabled, always, on replicas only, disabled.
CREATE TRIGGER profiles_updated_at BEFORE UPDATE ON profiles FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER leads_updated_at BEFORE UPDATE ON leads FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER leads_audit AFTER UPDATE ON leads FOR EACH ROW EXECUTE FUNCTION write_audit();
CREATE TRIGGER profiles_audit AFTER UPDATE ON profiles FOR EACH ROW EXECUTE FUNCTION write_audit();
CREATE TRIGGER activities_audit AFTER INSERT OR UPDATE ON lead_activities FOR EACH ROW EXECUTE FUNCTION write_audit();
CREATE TRIGGER leads_replica_audit AFTER UPDATE ON leads FOR EACH ROW EXECUTE FUNCTION write_audit();
ALTER TABLE profiles ENABLE ALWAYS TRIGGER profiles_audit;
ALTER TABLE leads ENABLE REPLICA TRIGGER leads_replica_audit;
ALTER TABLE lead_activities DISABLE TRIGGER activities_audit;
