"""Of every column that could hold words, somebody has said whether it tells who asked."""

import pytest
from django.db import connection

from leads.privacy.personal_data import LEADS, PERSONAL_TABLES
from tests.integration.privacy.columns import CLEAN

pytestmark = pytest.mark.django_db

# Whatever is no number, time, id or yes or no. Of arrays and domains the type of what is in them.
_COLUMNS = """
SELECT relation.relname, attribute.attname, pg_catalog.format_type(attribute.atttypid, NULL)
FROM pg_attribute AS attribute
JOIN pg_class AS relation ON relation.oid = attribute.attrelid AND relation.relkind IN ('r', 'p')
JOIN pg_type AS type ON type.oid = attribute.atttypid
LEFT JOIN pg_type AS element ON element.oid = type.typelem AND type.typcategory = 'A'
WHERE relation.relnamespace = current_schema()::regnamespace AND attribute.attnum > 0 AND NOT attribute.attisdropped
    AND coalesce(element.typcategory, type.typcategory) NOT IN ('N', 'D', 'B', 'T')
    AND coalesce(element.typname, type.typname) NOT IN ('uuid', 'xid8')
ORDER BY 1, 2
"""


def columns() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        return [(table, column) for table, column, _ in cursor.fetchall()]


def test_of_every_column_it_is_said_whether_it_tells_who_asked() -> None:
    personal = {(table.name, column) for table in PERSONAL_TABLES for column in table.becomes}
    gone = {table.name for table in PERSONAL_TABLES if table.is_deleted}
    clean = {(table, column) for table, names in CLEAN.items() for column in names}
    found = {place for place in columns() if place[0] not in gone}

    assert sorted(found - personal - clean) == []
    assert sorted(clean - found) == []
    assert sorted(personal & clean) == []


def test_a_new_column_is_noticed() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE leads ADD COLUMN house_number text, ADD birthday json, ADD photo bytea, ADD kin text[]"
        )

    added = {column for table, column in columns() if table == LEADS.name}

    assert {"house_number", "birthday", "photo", "kin"} <= added


def test_every_table_that_refers_to_a_lead_is_declared_or_holds_ids_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT table_name FROM information_schema.columns"
            " WHERE column_name = 'lead_id' AND table_schema = current_schema()"
        )
        tables = {table for (table,) in cursor.fetchall()}

    declared = {table.name for table in PERSONAL_TABLES}
    assert tables - declared == {"lead_assignment_logs", "partner_notifications"}
