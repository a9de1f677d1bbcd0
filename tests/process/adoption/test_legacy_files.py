"""The SQL files themselves: each builds a database, from nothing, on whichever PostgreSQL there is."""

import pytest

from tests.process.adoption.checksums import differences, take_contents, take_snapshot
from tests.process.adoption.databases import Databases, variants

pytestmark = pytest.mark.usefixtures("unblocked")


@pytest.mark.parametrize("variant", variants())
def test_a_variant_loads_with_hundreds_of_rows(variant: str, databases: Databases) -> None:
    contents = take_contents(databases.legacy(variant))

    schema = "marketplace" if variant == "other_schema" else "public"
    assert len(contents[f"{schema}.profiles"]) >= 44
    assert len(contents[f"{schema}.leads"]) >= 303
    assert len(contents[f"{schema}.lead_activities"]) >= 400


def test_reading_leaves_no_trace_and_writing_the_same_value_does(databases: Databases) -> None:
    with databases.copy(databases.legacy("baseline")) as database, database.session() as session:
        before = take_snapshot(database)
        assert take_snapshot(database) == before

        session.execute("UPDATE profiles SET regions = regions")

        assert take_snapshot(database).rows != before.rows
        assert take_snapshot(database).catalog == before.catalog


def test_a_value_that_changes_is_found_and_another_type_for_it_is_not(databases: Databases) -> None:
    with databases.copy(databases.legacy("status_enum")) as database, database.session() as session:
        before = take_contents(database)

        session.execute("DROP MATERIALIZED VIEW partner_performance_stats")
        session.execute("DROP INDEX leads_new; ALTER TABLE leads DROP CONSTRAINT accepted_has_partner")
        session.execute("ALTER TABLE leads ALTER COLUMN status DROP DEFAULT")
        session.execute("ALTER TABLE leads ALTER COLUMN status TYPE text USING status::text")
        assert differences(before, take_contents(database)) == []

        session.execute("UPDATE leads SET province = 'Drenthe' WHERE id = md5('lead 1')::uuid")
        session.execute("DELETE FROM lead_activities WHERE id = md5('activity 1 0')::uuid")
        assert len(differences(before, take_contents(database))) == 2
