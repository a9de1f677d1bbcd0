"""Marketplaces to measure in: filled by SQL, a statement a table, the same rows for the same sizes every time.

Each value follows from the row's number, so that ten times the history has the same last 30 days. Triggers are off
meanwhile; what they keep is computed afterwards.
"""

from psycopg import sql

from migrations_sql import read_sql
from tests.bench.databases import Connection

_TABLES = ("profiles", "leads", "lead_activities")

# -- Helpers, in the bench's database alone.
_HELPERS = """
-- The share of row `number`, at least 0 and below 1, for one purpose: `salt`.
CREATE FUNCTION bench_share(number bigint, salt bigint) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT (hashint8extended(number, salt) & 1048575)::double precision / 1048576 $$;

CREATE FUNCTION bench_id(kind text, number bigint) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT md5(kind || number)::uuid $$;

-- Twelve provinces share the postcodes 1000 to 9999.
CREATE FUNCTION bench_province(postcode integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT (ARRAY[
        'Noord-Holland', 'Flevoland', 'Zuid-Holland', 'Utrecht', 'Zeeland', 'Noord-Brabant', 'Limburg', 'Gelderland',
        'Overijssel', 'Drenthe', 'Fryslân', 'Groningen'
    ])[(postcode - 1000) / 750 + 1]
$$;
"""

_INDUSTRIES = """
INSERT INTO industries (id, name)
SELECT bench_id('industry', number), 'Industry ' || number FROM generate_series(1, 8) AS number
"""

# One to three provinces, for half of them postcodes, one to three industries; some without region, cap or activity.
_PARTNERS = """
INSERT INTO profiles (
    id, company_name, regions, lead_locations, lead_industries, max_open_leads, is_active_for_routing,
    routing_priority, ai_risk_score, routing_changed_at
)
SELECT
    bench_id('partner', number),
    'Partner ' || number,
    CASE WHEN bench_share(number, 1) < 0.9 THEN ARRAY(
        SELECT DISTINCT bench_province(1000 + (9000 * bench_share(number, 10 + place))::integer % 9000)
        FROM generate_series(1, 1 + (3 * bench_share(number, 2))::integer % 3) AS place
    ) END,
    CASE WHEN bench_share(number, 3) < 0.5 THEN ARRAY(
        SELECT DISTINCT (10 + (90 * bench_share(number, 20 + place))::integer % 90)::text
        FROM generate_series(1, 1 + (3 * bench_share(number, 4))::integer % 3) AS place
    ) END,
    ARRAY(
        SELECT DISTINCT 'Industry ' || (1 + (8 * bench_share(number, 30 + place))::integer % 8)
        FROM generate_series(1, 1 + (3 * bench_share(number, 5))::integer % 3) AS place
    ),
    CASE WHEN bench_share(number, 6) < 0.9 THEN 20 + (30 * bench_share(number, 7))::integer END,
    bench_share(number, 8) < 0.95,
    CASE WHEN bench_share(number, 9) < 0.1 THEN 5 ELSE 0 END,
    (100 * bench_share(number, 40))::integer,
    now() - interval '10 days'
FROM generate_series(1, {partners}) AS number
"""

# Numbers up to `history` lie before the window, at the same rate; the others in the 29 days before now, and the
# waiting ones in the last two days. `moment` is the lead's age in units of the window.
_LEADS = """
INSERT INTO leads (
    id, user_id, status, industry_id, province, postcode, created_at, accepted_at, price_at_purchase,
    first_contact_at, deal_value, assigned_at, decided_at, contact_name, contact_email, source, tried_partner_ids
)
SELECT
    bench_id('lead', lead.number),
    CASE WHEN NOT lead.is_waiting
        THEN bench_id('partner', 1 + ({partners} * bench_share(lead.number, 50))::integer % {partners}) END,
    lead.status,
    bench_id('industry', 1 + (8 * bench_share(lead.number, 51))::integer % 8),
    bench_province(lead.postcode),
    lead.postcode || ' AB',
    lead.created_at,
    CASE WHEN lead.status IN ('accepted', 'in_progress', 'completed', 'won', 'lost')
        THEN least(now(), lead.created_at + bench_share(lead.number, 52) ^ 3 * interval '2 days') END,
    (20 + 80 * bench_share(lead.number, 53))::numeric(14, 2),
    CASE WHEN NOT lead.is_waiting AND bench_share(lead.number, 54) < 0.75
        THEN least(now(), lead.created_at + bench_share(lead.number, 55) ^ 3 * interval '2 days') END,
    CASE WHEN lead.status = 'won' AND bench_share(lead.number, 56) < 0.7
        THEN (500 + 20000 * bench_share(lead.number, 57) ^ 2)::numeric(14, 2) END,
    CASE WHEN NOT lead.is_waiting THEN lead.created_at + interval '20 seconds' END,
    CASE WHEN lead.status IN ('won', 'lost')
        THEN least(now(), lead.created_at + bench_share(lead.number, 58) * interval '15 days') END,
    'Person ' || lead.number,
    'person' || lead.number || '@example.com',
    'bench',
    CASE WHEN NOT lead.is_waiting AND bench_share(lead.number, 59) < 0.03
        THEN ARRAY[bench_id('partner', 1 + ({partners} * bench_share(lead.number, 60))::integer % {partners})] END
FROM (
    SELECT
        number,
        number > {window} AS is_waiting,
        (1000 + (9000 * bench_share(number, 61))::integer % 9000) AS postcode,
        CASE
            WHEN number > {window} THEN now() - interval '2 days' * bench_share(number, 62)
            WHEN number > 0 THEN now() - interval '10 minutes' - interval '29 days' * (1 - number::float8 / {window})
            ELSE now() - interval '31 days' + interval '29 days' * (number::float8 / {window})
        END AS created_at,
        CASE
            WHEN number > {window} THEN 'new'
            -- Of the leads before the window one in a hundred is still open.
            WHEN number <= 0 AND bench_share(number, 63) < 0.01 THEN 'in_progress'
            WHEN number <= 0 THEN (ARRAY['rejected', 'completed', 'won', 'lost', 'lost'])
                [1 + (5 * bench_share(number, 64))::integer % 5]
            ELSE (ARRAY['new', 'accepted', 'in_progress', 'in_progress', 'rejected', 'completed', 'won', 'won', 'lost'])
                [1 + (9 * bench_share(number, 64))::integer % 9]
        END AS status
    FROM generate_series(1 - {history}::bigint, {window} + {waiting}) AS number
) AS lead
ORDER BY lead.number
"""

# None to six for each lead that has a partner; two in three are contacts.
_ACTIVITIES = """
INSERT INTO lead_activities (id, lead_id, type, description, created_at)
SELECT
    bench_id('activity', number * 10 + place),
    bench_id('lead', number),
    (ARRAY['phone_call', 'email_sent', 'whatsapp', 'phone_call', 'note', 'status_change'])
        [1 + (6 * bench_share(number * 10 + place, 70))::integer % 6],
    'What was said and agreed upon',
    least(now(), lead.created_at + bench_share(number * 10 + place, 71) ^ 2 * interval '10 days')
FROM generate_series(1 - {history}::bigint, {window}) AS number
JOIN leads AS lead ON lead.id = bench_id('lead', number)
CROSS JOIN generate_series(1, (6 * bench_share(number, 72))::integer) AS place
ORDER BY number, place
"""

_FEEDBACK = """
INSERT INTO lead_feedback (id, lead_id, partner_id, rating, created_at)
SELECT
    gen_random_uuid(), lead.id, lead.user_id, 1 + (5 * bench_share(number, 80))::integer % 5,
    least(now(), lead.created_at + interval '5 days')
FROM generate_series(1 - {history}::bigint, {window}) AS number
JOIN leads AS lead ON lead.id = bench_id('lead', number)
WHERE bench_share(number, 81) < 0.1
"""

_TICKETS = """
INSERT INTO support_tickets (id, lead_id, partner_id, type, subject, created_at)
SELECT
    gen_random_uuid(), lead.id, lead.user_id,
    CASE WHEN bench_share(number, 90) < 0.5 THEN 'complaint' ELSE 'question' END, 'About a lead',
    least(now(), lead.created_at + interval '3 days')
FROM generate_series(1 - {history}::bigint, {window}) AS number
JOIN leads AS lead ON lead.id = bench_id('lead', number)
WHERE bench_share(number, 91) < 0.04
"""

_COUNTERS = """
UPDATE profiles AS partner
SET open_leads = counted.open_leads, last_assigned_at = counted.last_assigned_at
FROM (
    SELECT
        user_id,
        count(*) FILTER (WHERE status IN ('new', 'accepted', 'in_progress')) AS open_leads,
        max(assigned_at) AS last_assigned_at
    FROM leads WHERE user_id IS NOT NULL GROUP BY user_id
) AS counted
WHERE partner.id = counted.user_id
"""


def fill(session: Connection, *, partners: int, window: int, history: int = 0, waiting: int = 0) -> None:
    """Fill a migrated database.

    `partners`; `window`: leads of the last 30 days, with a partner; `history`: leads before them; `waiting`: leads
    without a partner. The statistics are refreshed.
    """
    sizes = {"partners": partners, "window": window, "history": history, "waiting": waiting}
    for table in _TABLES:
        session.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
    session.execute(_HELPERS)
    session.execute(_INDUSTRIES)
    session.execute(literal(_PARTNERS, sizes))
    session.execute(literal(_LEADS, sizes))
    # The statements below find the leads by their ids.
    session.execute("ANALYZE leads")
    session.execute(literal(_ACTIVITIES, sizes))
    session.execute(literal(_FEEDBACK, sizes))
    session.execute(literal(_TICKETS, sizes))
    session.execute(_COUNTERS)
    session.execute(read_sql("returns_backfill.sql").encode())
    for table in _TABLES:
        session.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table)))
    session.execute("VACUUM (ANALYZE)")
    session.execute("SELECT refresh_partner_performance_stats('bench')")
    session.execute("VACUUM (ANALYZE) partner_performance_stats")


def literal(statement: str, values: dict[str, int]) -> bytes:
    """The statement with the numbers in place, so that the planner knows them."""
    return statement.format(**values).encode()
