-- The four tables of the marketplace as its application made them, with invented rows. Names are looked up on the
-- search path, so that a variant can put them elsewhere.

CREATE TABLE industries (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL
);

CREATE TABLE profiles (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    primary_branch text,
    regions text[],
    lead_industries text[],
    lead_locations text[],
    max_open_leads integer,
    is_active_for_routing boolean DEFAULT true,
    routing_priority integer DEFAULT 0,
    ai_risk_score integer,
    ai_risk_level text,
    ai_risk_assessed_at timestamptz
);

CREATE TABLE leads (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid REFERENCES profiles (id),
    status text DEFAULT 'new' CHECK (status IN ('new', 'accepted', 'rejected', 'in_progress', 'completed')),
    industry_id uuid REFERENCES industries (id),
    province text,
    postcode text,
    created_at timestamptz NOT NULL DEFAULT now(),
    accepted_at timestamptz,
    price_at_purchase numeric(10, 2)
);

CREATE INDEX leads_by_partner ON leads (user_id, created_at DESC);

CREATE TABLE lead_activities (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    lead_id uuid NOT NULL REFERENCES leads (id) ON DELETE CASCADE,
    type text NOT NULL,
    description text,
    created_by uuid REFERENCES profiles (id),
    created_at timestamptz NOT NULL DEFAULT now()
);

INSERT INTO industries (id, name)
SELECT md5('industry ' || number)::uuid, name
FROM unnest(ARRAY[
    'Zonnepanelen', 'Dakdekkers', 'Schilders', 'Loodgieters', 'Warmtepompen', 'Kozijnen', 'Isolatie', 'Badkamers & keukens'
]) WITH ORDINALITY AS trade (name, number);

-- Forty firms. The lower the level of risk, the higher the score: it is a score of trust.
INSERT INTO profiles
SELECT
    md5('partner ' || number)::uuid,
    industries.name,
    CASE number % 4
        WHEN 0 THEN ARRAY['Utrecht', 'Gelderland']
        WHEN 1 THEN ARRAY['Noord-Holland', 'Utrecht']
        WHEN 2 THEN ARRAY['Noord-Brabant', 'Limburg']
        ELSE ARRAY['Zuid-Holland']
    END,
    ARRAY[industries.name],
    CASE WHEN number % 3 = 0 THEN ARRAY[(30 + number)::text, 'Utrecht'] END,
    CASE WHEN number % 5 <> 0 THEN 40 + number END,
    number % 11 <> 0,
    number % 4,
    score,
    CASE WHEN score >= 70 THEN 'low' WHEN score >= 45 THEN 'medium' ELSE 'high' END,
    now() - number * interval '1 day'
FROM generate_series(1, 40) AS number
CROSS JOIN LATERAL (SELECT 20 + (number * 37) % 80 AS score) AS risk
JOIN industries ON industries.id = md5('industry ' || (1 + number % 8))::uuid;

-- By hand: a firm without anything, one that is full, one that stopped, one with odd words.
INSERT INTO profiles (
    id, primary_branch, regions, lead_industries, lead_locations, max_open_leads, is_active_for_routing, routing_priority
) VALUES
('00000000-0000-4000-8000-0000000000e1', NULL, NULL, NULL, NULL, NULL, true, 0),
('00000000-0000-4000-8000-0000000000e2', 'Schilders', '{Fryslân}', '{}', '{}', 0, true, 0),
('00000000-0000-4000-8000-0000000000e3', 'Dakdekkers', '{Zeeland}', NULL, '{43,44}', 5, false, 9),
('00000000-0000-4000-8000-0000000000e4', 'Kozijnen', ARRAY['''s-Hertogenbosch', 'Noord-Brabant (oost)', 'a "b"'], NULL, NULL, 3, true, -1);

-- Three hundred leads of the last sixty days; one in eight waits for a partner.
INSERT INTO leads
SELECT
    md5('lead ' || number)::uuid,
    CASE WHEN number % 8 <> 0 THEN md5('partner ' || (1 + number % 40))::uuid END,
    CASE
        WHEN number % 8 = 0 OR number % 5 = 0 THEN 'new'
        WHEN number % 5 = 1 THEN 'accepted'
        WHEN number % 5 = 2 THEN 'in_progress'
        WHEN number % 5 = 3 THEN 'rejected'
        ELSE 'completed'
    END,
    md5('industry ' || (1 + number % 8))::uuid,
    (ARRAY['Utrecht', 'Gelderland', 'Noord-Holland', 'Zuid-Holland', 'Noord-Brabant', 'Limburg'])[1 + number % 6],
    format('%s %s', 1000 + (number * 29) % 9000, chr(65 + number % 26) || chr(65 + number % 7)),
    created_at,
    CASE WHEN number % 8 <> 0 AND number % 5 IN (1, 2, 4) THEN created_at + (number % 90) * interval '1 minute' END,
    CASE WHEN number % 8 <> 0 THEN 25 + (number % 40) * 1.25 END
FROM generate_series(1, 300) AS number
CROSS JOIN LATERAL (SELECT now() - number * interval '289 minutes' AS created_at) AS time;

-- By hand: a lead that is years old, one that nothing is known of, one with a postcode nobody can read.
INSERT INTO leads (id, user_id, status, province, postcode, created_at, price_at_purchase) VALUES
('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000e3', 'completed', 'Zeeland', '4331 AA', '2019-03-31 02:30:00+01', 12.50),
('00000000-0000-4000-8000-0000000000a2', NULL, 'new', NULL, NULL, now() - interval '1 hour', NULL),
('00000000-0000-4000-8000-0000000000a3', NULL, 'new', 'Groningen', 'bij de kerk', now() - interval '2 hours', 0);

INSERT INTO lead_activities
SELECT
    md5('activity ' || number || ' ' || turn)::uuid,
    lead.id,
    (ARRAY['phone_call', 'note', 'email_sent', 'created', 'whatsapp', 'note'])[1 + (number + turn) % 6],
    CASE WHEN turn = 1 THEN 'Gebeld, terugbellen na 17:00' END,
    lead.user_id,
    lead.created_at + turn * (5 + number % 50) * interval '1 minute'
FROM generate_series(1, 300) AS number
CROSS JOIN generate_series(0, 1) AS turn
JOIN leads AS lead ON lead.id = md5('lead ' || number)::uuid
WHERE number % 3 <> 0;
