"""SQL of an import: temporary tables, checks across rows and files, and the inserts.

The four temporary tables hold the files unchanged, each row with its line number. `first_contact_at` and the counters
of open leads are left to the triggers.
"""

from dataclasses import dataclass
from typing import LiteralString

from leads.vocabulary import CONTACT_TYPES, LeadStatus

CONTACT_TYPE_VALUES = [str(value) for value in CONTACT_TYPES]
DECIDED_STATUS_VALUES = [str(LeadStatus.WON), str(LeadStatus.LOST)]

# A limit for web requests must not end an import.
NO_TIME_LIMIT: LiteralString = "SET LOCAL statement_timeout = 0"
ONE_AT_A_TIME: LiteralString = "SELECT pg_advisory_xact_lock(hashtext('leads.history_import'))"

TEMPORARY_TABLES: tuple[LiteralString, ...] = (
    """
    CREATE TEMPORARY TABLE import_profiles (line integer, id uuid, name text, is_active_for_routing boolean)
    ON COMMIT DROP
    """,
    """
    CREATE TEMPORARY TABLE import_leads (
        line integer, id uuid, user_id uuid, status text, industry text, province text, postcode text,
        created_at timestamptz, accepted_at timestamptz, first_contact_at timestamptz, deal_value numeric
    )
    ON COMMIT DROP
    """,
    """
    CREATE TEMPORARY TABLE import_lead_activities (
        line integer, id uuid, lead_id uuid, type text, description text, created_by uuid, created_at timestamptz
    )
    ON COMMIT DROP
    """,
    """
    CREATE TEMPORARY TABLE import_outcomes (
        line integer, lead_id uuid, outcome text, decided_at timestamptz, lost_reason text, amount_requested numeric
    )
    ON COMMIT DROP
    """,
)
ANALYZE_TEMPORARY: LiteralString = "ANALYZE import_profiles, import_leads, import_lead_activities, import_outcomes"
DROP_TEMPORARY: LiteralString = "DROP TABLE import_profiles, import_leads, import_lead_activities, import_outcomes"


@dataclass(frozen=True, slots=True)
class Check:
    """A check for rows that contradict another row: the query returns line and value, at most `%(most)s` of them."""

    file: str
    field: str
    message: str
    query: LiteralString


CHECKS = (
    Check(
        "profiles",
        "id",
        "is there again",
        """
        SELECT line, format('%%s (first in line %%s)', id, first) FROM (
            SELECT line, id, min(line) OVER (PARTITION BY id) AS first FROM import_profiles
        ) AS numbered WHERE line > first ORDER BY line LIMIT %(most)s
        """,
    ),
    Check(
        "leads",
        "id",
        "is there again",
        """
        SELECT line, format('%%s (first in line %%s)', id, first) FROM (
            SELECT line, id, min(line) OVER (PARTITION BY id) AS first FROM import_leads
        ) AS numbered WHERE line > first ORDER BY line LIMIT %(most)s
        """,
    ),
    Check(
        "leads",
        "user_id",
        "is no partner, neither in profiles.csv nor in the database",
        """
        SELECT lead.line, lead.user_id::text FROM import_leads AS lead
        WHERE lead.user_id IS NOT NULL
            AND NOT EXISTS (SELECT FROM import_profiles AS partner WHERE partner.id = lead.user_id)
            AND NOT EXISTS (SELECT FROM profiles AS partner WHERE partner.id = lead.user_id)
        ORDER BY lead.line LIMIT %(most)s
        """,
    ),
    Check(
        "leads",
        "accepted_at",
        "is before the lead's created_at",
        """
        SELECT line, accepted_at::text FROM import_leads WHERE accepted_at < created_at
        ORDER BY line LIMIT %(most)s
        """,
    ),
    Check(
        "leads",
        "first_contact_at",
        "is before the lead's created_at",
        """
        SELECT line, first_contact_at::text FROM import_leads WHERE first_contact_at < created_at
        ORDER BY line LIMIT %(most)s
        """,
    ),
    Check(
        "lead_activities",
        "id",
        "is there again",
        """
        SELECT line, format('%%s (first in line %%s)', id, first) FROM (
            SELECT line, id, min(line) OVER (PARTITION BY id) AS first FROM import_lead_activities
        ) AS numbered WHERE line > first ORDER BY line LIMIT %(most)s
        """,
    ),
    Check(
        "lead_activities",
        "lead_id",
        "is no lead, neither in leads.csv nor in the database",
        """
        SELECT activity.line, activity.lead_id::text FROM import_lead_activities AS activity
        WHERE NOT EXISTS (SELECT FROM import_leads AS lead WHERE lead.id = activity.lead_id)
            AND NOT EXISTS (SELECT FROM leads AS lead WHERE lead.id = activity.lead_id)
        ORDER BY activity.line LIMIT %(most)s
        """,
    ),
    Check(
        "lead_activities",
        "created_by",
        "is no partner, neither in profiles.csv nor in the database",
        """
        SELECT activity.line, activity.created_by::text FROM import_lead_activities AS activity
        WHERE activity.created_by IS NOT NULL
            AND NOT EXISTS (SELECT FROM import_profiles AS partner WHERE partner.id = activity.created_by)
            AND NOT EXISTS (SELECT FROM profiles AS partner WHERE partner.id = activity.created_by)
        ORDER BY activity.line LIMIT %(most)s
        """,
    ),
    Check(
        "outcomes",
        "lead_id",
        "is there again",
        """
        SELECT line, format('%%s (first in line %%s)', lead_id, first) FROM (
            SELECT line, lead_id, min(line) OVER (PARTITION BY lead_id) AS first FROM import_outcomes
        ) AS numbered WHERE line > first ORDER BY line LIMIT %(most)s
        """,
    ),
    Check(
        "outcomes",
        "lead_id",
        "is not in leads.csv",
        """
        SELECT outcome.line, outcome.lead_id::text FROM import_outcomes AS outcome
        WHERE NOT EXISTS (SELECT FROM import_leads AS lead WHERE lead.id = outcome.lead_id)
        ORDER BY outcome.line LIMIT %(most)s
        """,
    ),
    Check(
        "outcomes",
        "outcome",
        "contradicts leads.csv",
        """
        SELECT outcome.line, format('%%s (lead: %%s)', outcome.outcome, lead.status)
        FROM import_outcomes AS outcome JOIN import_leads AS lead ON lead.id = outcome.lead_id
        WHERE outcome.outcome <> lead.status
        ORDER BY outcome.line LIMIT %(most)s
        """,
    ),
    Check(
        "outcomes",
        "decided_at",
        "is before the lead's created_at",
        """
        SELECT outcome.line, outcome.decided_at::text
        FROM import_outcomes AS outcome JOIN import_leads AS lead ON lead.id = outcome.lead_id
        WHERE outcome.decided_at < lead.created_at
        ORDER BY outcome.line LIMIT %(most)s
        """,
    ),
)

MICROSECONDS_TO_NOW: LiteralString = """
    SELECT (1000000 * extract(EPOCH FROM clock_timestamp() - max(moment)))::bigint FROM (
        SELECT greatest(max(created_at), max(accepted_at), max(first_contact_at)) AS moment FROM import_leads
        UNION ALL
        SELECT max(created_at) FROM import_lead_activities
        UNION ALL
        SELECT max(decided_at) FROM import_outcomes
    ) AS newest
"""

TOO_EARLY = tuple(
    Check(
        file,
        field,
        "lies before 1970 when the newest time of the files becomes now",
        f"""
        SELECT line, {field}::text FROM import_{file}
        WHERE {field} + %(shift)s * interval '1 microsecond' < '1970-01-01T00:00:00Z' ORDER BY line LIMIT %(most)s
        """,  # noqa: S608  # names of our own
    )
    for file, field in (
        *(("leads", name) for name in ("created_at", "accepted_at", "first_contact_at")),
        ("lead_activities", "created_at"),
        ("outcomes", "decided_at"),
    )
)

# Existing rows are not changed. They are removed first, so that a repeated import neither locks nor writes a row.
FORGET_KNOWN: tuple[LiteralString, ...] = (
    "DELETE FROM import_profiles AS file USING profiles AS known WHERE known.id = file.id",
    "DELETE FROM import_leads AS file USING leads AS known WHERE known.id = file.id",
    "DELETE FROM import_lead_activities AS file USING lead_activities AS known WHERE known.id = file.id",
)

# Every writer locks leads before partners: the trigger on activities would otherwise lock these leads too late.
LOCK_LEADS: LiteralString = """
    SELECT count(*) FROM (
        SELECT FROM leads WHERE id IN (SELECT lead_id FROM import_lead_activities)
        ORDER BY id FOR NO KEY UPDATE
    ) AS locked
"""

# %(shift)s is in microseconds: an interval in days would follow the session's daylight saving time.
INSERTS: tuple[tuple[str, LiteralString], ...] = (
    (
        "profiles",
        """
        INSERT INTO profiles (id, company_name, is_active_for_routing)
        SELECT id, coalesce(name, ''), is_active_for_routing FROM import_profiles ORDER BY line
        ON CONFLICT (id) DO NOTHING
        """,
    ),
    (
        "industries",
        """
        INSERT INTO industries (name)
        SELECT DISTINCT ON (lower(lead.industry)) lead.industry FROM import_leads AS lead
        WHERE lead.industry IS NOT NULL
            AND NOT EXISTS (SELECT FROM industries AS known WHERE lower(known.name) = lower(lead.industry))
        ORDER BY lower(lead.industry), lead.line
        """,
    ),
    (
        "leads",
        """
        INSERT INTO leads (
            id, user_id, status, industry_id, province, postcode, created_at, accepted_at, first_contact_at, deal_value,
            decided_at
        )
        SELECT lead.id, lead.user_id, lead.status, industry.id, lead.province, lead.postcode,
            lead.created_at + %(shift)s * interval '1 microsecond',
            lead.accepted_at + %(shift)s * interval '1 microsecond',
            lead.first_contact_at + %(shift)s * interval '1 microsecond',
            lead.deal_value,
            outcome.decided_at + %(shift)s * interval '1 microsecond'
        FROM import_leads AS lead
        LEFT JOIN import_outcomes AS outcome
            ON outcome.lead_id = lead.id AND outcome.outcome = ANY(%(decided_statuses)s)
        LEFT JOIN (
            SELECT DISTINCT ON (lower(name)) id, lower(name) AS name FROM industries ORDER BY lower(name), id
        ) AS industry ON industry.name = lower(lead.industry)
        ORDER BY lead.line
        ON CONFLICT (id) DO NOTHING
        """,
    ),
    (
        "lead_activities",
        """
        INSERT INTO lead_activities (id, lead_id, type, description, created_by, created_at)
        SELECT id, lead_id, type, description, created_by, created_at + %(shift)s * interval '1 microsecond'
        FROM import_lead_activities ORDER BY line
        ON CONFLICT (id) DO NOTHING
        """,
    ),
)

# References are checked at the end of a transaction: checked here, they are a visible step, and an error is located.
CHECK_REFERENCES: LiteralString = "SET CONSTRAINTS ALL IMMEDIATE"

# Counted before known leads are removed, or a repeated import would report no industries.
COUNT_INDUSTRIES: LiteralString = "SELECT count(DISTINCT lower(industry)) FROM import_leads"

COUNT_CLAMPED: LiteralString = """
    SELECT count(*) FROM (
        SELECT FROM import_lead_activities AS activity
        JOIN import_leads AS lead ON lead.id = activity.lead_id
        WHERE activity.type = ANY(%(contact_types)s) AND lead.first_contact_at IS NULL
        GROUP BY lead.id, lead.created_at
        HAVING min(activity.created_at) < lead.created_at
    ) AS clamped
"""
