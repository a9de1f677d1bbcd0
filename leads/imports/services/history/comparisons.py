"""SQL that compares rows of the files with the rows of the same id in the database.

A field differs if the file has a value and the database another one or none. Fields that are empty in the file are
ignored: people and triggers may have filled them since. Times are not compared if they are shifted, because each import
shifts by another amount.
"""

from dataclasses import dataclass
from typing import LiteralString


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows of one file that differ: line, id, names of the fields, and in each row the total number."""

    file: str
    query: LiteralString


COMPARISONS = (
    Comparison(
        "profiles",
        """
        SELECT line, id::text, fields, count(*) OVER () FROM (
            SELECT file.line, file.id, array_remove(ARRAY[
                CASE WHEN file.name IS NOT NULL AND known.company_name IS DISTINCT FROM file.name THEN 'name' END,
                CASE WHEN known.is_active_for_routing IS DISTINCT FROM file.is_active_for_routing
                    THEN 'is_active_for_routing' END
            ], NULL) AS fields
            FROM import_profiles AS file JOIN profiles AS known ON known.id = file.id
        ) AS compared
        WHERE cardinality(fields) > 0 ORDER BY line LIMIT %(most)s
        """,
    ),
    Comparison(
        "leads",
        """
        SELECT line, id::text, fields, count(*) OVER () FROM (
            SELECT file.line, file.id, array_remove(ARRAY[
                CASE WHEN file.user_id IS NOT NULL AND known.user_id IS DISTINCT FROM file.user_id
                    THEN 'user_id' END,
                CASE WHEN known.status IS DISTINCT FROM file.status THEN 'status' END,
                CASE WHEN file.industry IS NOT NULL AND lower(industry.name) IS DISTINCT FROM lower(file.industry)
                    THEN 'industry' END,
                CASE WHEN file.province IS NOT NULL AND known.province IS DISTINCT FROM file.province
                    THEN 'province' END,
                CASE WHEN file.postcode IS NOT NULL AND known.postcode IS DISTINCT FROM file.postcode
                    THEN 'postcode' END,
                CASE WHEN %(times)s AND known.created_at IS DISTINCT FROM file.created_at THEN 'created_at' END,
                CASE WHEN %(times)s AND file.accepted_at IS NOT NULL
                    AND known.accepted_at IS DISTINCT FROM file.accepted_at THEN 'accepted_at' END,
                CASE WHEN %(times)s AND file.first_contact_at IS NOT NULL
                    AND known.first_contact_at IS DISTINCT FROM file.first_contact_at THEN 'first_contact_at' END,
                CASE WHEN file.deal_value IS NOT NULL AND known.deal_value IS DISTINCT FROM file.deal_value
                    THEN 'deal_value' END
            ], NULL) AS fields
            FROM import_leads AS file
            JOIN leads AS known ON known.id = file.id
            LEFT JOIN industries AS industry ON industry.id = known.industry_id
        ) AS compared
        WHERE cardinality(fields) > 0 ORDER BY line LIMIT %(most)s
        """,
    ),
    Comparison(
        "lead_activities",
        """
        SELECT line, id::text, fields, count(*) OVER () FROM (
            SELECT file.line, file.id, array_remove(ARRAY[
                CASE WHEN known.lead_id IS DISTINCT FROM file.lead_id THEN 'lead_id' END,
                CASE WHEN known.type IS DISTINCT FROM file.type THEN 'type' END,
                CASE WHEN file.description IS NOT NULL AND known.description IS DISTINCT FROM file.description
                    THEN 'description' END,
                CASE WHEN file.created_by IS NOT NULL AND known.created_by IS DISTINCT FROM file.created_by
                    THEN 'created_by' END,
                CASE WHEN %(times)s AND known.created_at IS DISTINCT FROM file.created_at THEN 'created_at' END
            ], NULL) AS fields
            FROM import_lead_activities AS file JOIN lead_activities AS known ON known.id = file.id
        ) AS compared
        WHERE cardinality(fields) > 0 ORDER BY line LIMIT %(most)s
        """,
    ),
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
