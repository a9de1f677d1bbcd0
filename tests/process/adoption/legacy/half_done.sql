-- The marketplace has begun by itself: first contact, won and lost, deal value, feedback and tickets in their least form.
\ir tables.sql
ALTER TABLE leads ADD COLUMN first_contact_at timestamptz, ADD COLUMN deal_value numeric;
ALTER TABLE leads DROP CONSTRAINT leads_status_check;
ALTER TABLE leads ADD CONSTRAINT leads_status_check CHECK (
    status IN ('new', 'accepted', 'rejected', 'in_progress', 'completed', 'won', 'lost')
);
ALTER TABLE lead_activities ADD COLUMN metadata jsonb;
ALTER TABLE lead_activities ADD CONSTRAINT lead_activities_type_check CHECK (type IN (
    'phone_call', 'email_sent', 'whatsapp', 'meeting', 'status_change_contacted', 'note', 'created'
));

UPDATE leads SET status = 'won', deal_value = 1234.56 + price_at_purchase
WHERE status = 'completed' AND id::text < '8' AND user_id IS NOT NULL;
UPDATE leads SET status = 'lost' WHERE status = 'completed' AND id::text >= 'c' AND user_id IS NOT NULL;
UPDATE leads SET first_contact_at = created_at + interval '42 minutes' WHERE user_id IS NOT NULL AND id::text < 'a';
-- The clock of the machine that wrote this one was wrong.
UPDATE leads SET first_contact_at = created_at - interval '1 minute' WHERE id = md5('lead 1')::uuid;
UPDATE lead_activities SET metadata = '{"duur": 120}' WHERE type = 'phone_call';

CREATE OR REPLACE FUNCTION set_first_contact_at() RETURNS trigger AS $$
BEGIN
  IF NEW.type IN ('phone_call', 'email_sent', 'whatsapp', 'meeting', 'status_change_contacted') THEN
    UPDATE leads
    SET first_contact_at = COALESCE(first_contact_at, NOW())
    WHERE id = NEW.lead_id
      AND first_contact_at IS NULL;
  END IF;
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER trigger_set_first_contact_at
  AFTER INSERT ON lead_activities
  FOR EACH ROW
  EXECUTE FUNCTION set_first_contact_at();

CREATE TABLE lead_feedback (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    lead_id uuid REFERENCES leads (id),
    partner_id uuid REFERENCES profiles (id),
    rating integer CHECK (rating BETWEEN 1 AND 5),
    comment text,
    created_at timestamptz DEFAULT now()
);
INSERT INTO lead_feedback (lead_id, partner_id, rating, comment, created_at)
SELECT lead.id, lead.user_id, 1 + number % 5, CASE WHEN number % 2 = 0 THEN 'Netjes gewerkt' END, lead.created_at + interval '3 days'
FROM generate_series(1, 60) AS number
JOIN leads AS lead ON lead.id = md5('lead ' || number)::uuid
WHERE lead.user_id IS NOT NULL AND lead.status IN ('won', 'lost', 'completed');
-- A second opinion on one lead.
INSERT INTO lead_feedback (lead_id, partner_id, rating, comment)
SELECT feedback.lead_id, feedback.partner_id, 2, 'Toch niet' FROM lead_feedback AS feedback ORDER BY feedback.lead_id LIMIT 1;

CREATE TABLE support_tickets (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    lead_id uuid REFERENCES leads (id),
    partner_id uuid REFERENCES profiles (id),
    type text,
    created_at timestamptz DEFAULT now()
);
INSERT INTO support_tickets (lead_id, partner_id, type, created_at)
SELECT lead.id, lead.user_id, (ARRAY['complaint', 'question', 'klacht'])[1 + number % 3], lead.created_at + interval '4 days'
FROM generate_series(1, 40) AS number
JOIN leads AS lead ON lead.id = md5('lead ' || number)::uuid
WHERE lead.user_id IS NOT NULL;
\ir stats.sql
