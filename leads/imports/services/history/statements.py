"""SQL of an import: temporary tables, checks across rows and files, and the inserts.

The four temporary tables hold the files unchanged, each row with its line number. `first_contact_at` and the counters
of open leads are left to the triggers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import LiteralString

from leads.vocabulary import CONTACT_TYPES, LeadStatus

CONTACT_TYPE_VALUES = [str(value) for value in CONTACT_TYPES]
DECIDED_STATUS_VALUES = [str(LeadStatus.WON), str(LeadStatus.LOST)]

# A limit for web requests must not end an import.
NO_TIME_LIMIT: LiteralString = "SET LOCAL statement_timeout = 0"
ONE_AT_A_TIME: LiteralString = "SELECT pg_advisory_xact_lock(hashtext('leads.history_import'))"

TEMPORARY_TABLES: tuple[LiteralString, ...] = tuple(
    f"CREATE TEMPORARY TABLE import_{columns} ON COMMIT DROP"
    for columns in (
        "profiles (line integer, id uuid, name text, is_active_for_routing boolean)",
        """leads (line integer, id uuid, user_id uuid, status text, industry text, province text, postcode text,
        created_at timestamptz, accepted_at timestamptz, first_contact_at timestamptz, deal_value numeric)""",
        """lead_activities (line integer, id uuid, lead_id uuid, type text, description text, created_by uuid,
        created_at timestamptz)""",
        """outcomes (line integer, lead_id uuid, outcome text, decided_at timestamptz, lost_reason text,
        amount_requested numeric)""",
    )
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


def _repeated(file: LiteralString, key: LiteralString = "id") -> Check:
    """Return the check for rows whose key an earlier line has."""
    return Check(
        file,
        key,
        "is there again",
        f"""
        SELECT line, format('%%s (first in line %%s)', {key}, first) FROM (
            SELECT line, {key}, min(line) OVER (PARTITION BY {key}) AS first FROM import_{file}
        ) AS numbered WHERE line > first ORDER BY line LIMIT %(most)s
        """,  # noqa: S608  # names of our own
    )


def _unknown(
    file: LiteralString, column: LiteralString, known: LiteralString, message: str, *, everywhere: bool = True
) -> Check:
    """Return the check for references to a row that neither the file of `known` nor, `everywhere`, its table has."""
    also: LiteralString = f"AND NOT EXISTS (SELECT FROM {known} AS known WHERE known.id = file.{column})"
    return Check(
        file,
        column,
        message,
        f"""
        SELECT file.line, file.{column}::text FROM import_{file} AS file
        WHERE file.{column} IS NOT NULL
            AND NOT EXISTS (SELECT FROM import_{known} AS other WHERE other.id = file.{column})
            {also if everywhere else ""}
        ORDER BY file.line LIMIT %(most)s
        """,  # noqa: S608  # names of our own
    )


def _too_early(column: LiteralString) -> Check:
    """Return the check for times of leads before their creation."""
    return Check(
        "leads",
        column,
        "is before the lead's created_at",
        f"SELECT line, {column}::text FROM import_leads WHERE {column} < created_at ORDER BY line LIMIT %(most)s",  # noqa: S608  # as above
    )


_NO_PARTNER = "is no partner, neither in profiles.csv nor in the database"

CHECKS = (
    _repeated("profiles"),
    _repeated("leads"),
    _unknown("leads", "user_id", "profiles", _NO_PARTNER),
    _too_early("accepted_at"),
    _too_early("first_contact_at"),
    _repeated("lead_activities"),
    _unknown("lead_activities", "lead_id", "leads", "is no lead, neither in leads.csv nor in the database"),
    _unknown("lead_activities", "created_by", "profiles", _NO_PARTNER),
    _repeated("outcomes", "lead_id"),
    _unknown("outcomes", "lead_id", "leads", "is not in leads.csv", everywhere=False),
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


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows of one file that differ from those of the same id in the database: line, id, fields, and their number.

    A field differs if the file has a value and the database another one or none. Fields that are empty in the file are
    ignored: people and triggers may have filled them since. Times are not compared if they are shifted, because each
    import shifts by another amount.
    """

    file: str
    query: LiteralString


def _comparison(
    file: LiteralString,
    fields: Sequence[LiteralString],
    *,
    otherwise: Mapping[LiteralString, tuple[LiteralString, LiteralString]] = MappingProxyType({}),
    join: LiteralString = "",
) -> Comparison:
    """Compare these fields; `otherwise` has the expressions in the file and in the table of those that are unlike."""
    pairs = {name: otherwise.get(name, (f"file.{name}", f"known.{name}")) for name in fields}
    differing: LiteralString = ", ".join(
        f"CASE WHEN {'%(times)s AND ' if name.endswith('_at') else ''}{value} IS NOT NULL"
        f" AND {present} IS DISTINCT FROM {value} THEN '{name}' END"
        for name, (value, present) in pairs.items()
    )
    return Comparison(
        file,
        f"""
        SELECT line, id::text, fields, count(*) OVER () FROM (
            SELECT file.line, file.id, array_remove(ARRAY[{differing}], NULL) AS fields
            FROM import_{file} AS file JOIN {file} AS known ON known.id = file.id {join}
        ) AS compared
        WHERE cardinality(fields) > 0 ORDER BY line LIMIT %(most)s
        """,  # noqa: S608  # names of our own
    )


COMPARISONS = (
    _comparison("profiles", ("name", "is_active_for_routing"), otherwise={"name": ("file.name", "known.company_name")}),
    _comparison(
        "leads",
        (
            *("user_id", "status", "industry", "province", "postcode"),
            *("created_at", "accepted_at", "first_contact_at", "deal_value"),
        ),
        otherwise={"industry": ("lower(file.industry)", "lower(industry.name)")},
        join="LEFT JOIN industries AS industry ON industry.id = known.industry_id",
    ),
    _comparison("lead_activities", ("lead_id", "type", "description", "created_by", "created_at")),
    Comparison(
        "outcomes",
        """
        SELECT file.line, file.lead_id::text, ARRAY['decided_at'], count(*) OVER ()
        FROM import_outcomes AS file JOIN leads AS known ON known.id = file.lead_id
        WHERE %(times)s AND file.outcome = ANY(%(decided_statuses)s)
            AND file.decided_at IS NOT NULL AND known.decided_at IS DISTINCT FROM file.decided_at
        ORDER BY file.line LIMIT %(most)s
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
