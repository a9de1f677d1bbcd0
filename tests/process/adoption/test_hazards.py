"""Each thing that adoption would break, lose or change in silence is named by inspection, with a way out.

Every case is made and looked at in one transaction that is rolled back, in one old database for all.
"""

from collections.abc import Iterator

import pytest
from django.core.management.base import CommandError
from django.db import connection, transaction

from config.adoption.findings import Inspection
from config.adoption.inspection import inspect_within
from tests.process.adoption.cases import BY_VARIANT
from tests.process.adoption.checksums import take_snapshot
from tests.process.adoption.commands import adopt, inspect
from tests.process.adoption.databases import Databases

pytestmark = pytest.mark.usefixtures("unblocked")

FUNCTION = "CREATE FUNCTION theirs() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {} RETURN NEW; END $$;"
ON_LEADS = " CREATE TRIGGER theirs BEFORE INSERT OR UPDATE ON leads FOR EACH ROW EXECUTE FUNCTION theirs()"
ON_PROFILES = ON_LEADS.replace("leads", "profiles")
STALE = "function theirs() may fail then, or do something else"
REGIONS = "ALTER TABLE profiles ALTER regions TYPE text USING array_to_string(regions, ',');"
PRICES = "DROP MATERIALIZED VIEW partner_performance_stats; ALTER TABLE leads ALTER price_at_purchase TYPE float8;"
LOCAL = "DROP MATERIALIZED VIEW partner_performance_stats; ALTER TABLE leads ALTER created_at TYPE timestamp;"

AROUND_TABLES = {
    "CREATE RULE r AS ON DELETE TO leads WHERE old.status = 'accepted' DO INSTEAD NOTHING": "the rule r changes what",
    "CREATE RULE r AS ON INSERT TO profiles DO ALSO NOTIFY news; ALTER TABLE profiles DISABLE RULE r": (
        "the rule r changes"
    ),
    "CREATE TABLE leads_archive () INHERITS (leads); INSERT INTO leads_archive DEFAULT VALUES": (
        "leads_archive inherits from leads"
    ),
    "CREATE TABLE base (note text); ALTER TABLE leads ADD note text; ALTER TABLE leads INHERIT base": (
        "leads inherits from base"
    ),
    "CREATE TABLE every (LIKE industries) PARTITION BY LIST (name);"
    " ALTER TABLE every ATTACH PARTITION industries DEFAULT": ("industries is a partition of every"),
    "ALTER TABLE lead_activities SET UNLOGGED": "lead_activities is unlogged",
    "CREATE TYPE shape AS (id uuid, name text); ALTER TABLE industries OF shape": (
        "industries is a table of the type shape"
    ),
    "CREATE TABLE drafts (id integer, lead leads)": "drafts.lead holds whole rows of leads",
    "CREATE TABLE drafts (id integer, leads leads[])": "drafts.leads holds whole rows of leads",
    "ALTER TABLE leads ADD message text GENERATED ALWAYS AS (province || postcode) STORED": (
        "leads.message is generated"
    ),
    "CREATE SCHEMA old; ALTER TABLE leads SET SCHEMA old; SET LOCAL search_path TO public, old": (
        "leads is in the schema old, other tables are in public"
    ),
    "CREATE TABLE words (word text PRIMARY KEY); INSERT INTO words SELECT DISTINCT status FROM leads;"
    " ALTER TABLE leads ADD FOREIGN KEY (status) REFERENCES words": "refers to words, which lacks lost, won",
    "ALTER TABLE leads ADD tenant integer; UPDATE leads SET tenant = 1;"
    " ALTER TABLE leads ADD CONSTRAINT known CHECK (tenant IS NOT NULL)": "the check known of leads refuses rows",
    "CREATE DOMAIN tenant AS integer NOT NULL DEFAULT 1; ALTER TABLE leads ADD tenant tenant DEFAULT 1;"
    " ALTER TABLE leads ALTER tenant DROP DEFAULT; ALTER DOMAIN tenant DROP DEFAULT": "leads.tenant needs a value",
    "CREATE FUNCTION set_first_contact_at() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';"
    " CREATE TRIGGER trigger_set_first_contact_at AFTER INSERT ON lead_activities"
    " EXECUTE FUNCTION set_first_contact_at();"
    " CREATE ROLE nobody_here; GRANT ALL ON SCHEMA public TO nobody_here; SET LOCAL ROLE nobody_here": (
        "the function set_first_contact_at() belongs to somebody else"
    ),
    "CREATE ROLE nobody_here; GRANT USAGE ON SCHEMA public TO nobody_here; REVOKE CREATE ON SCHEMA public FROM PUBLIC;"
    " SET LOCAL ROLE nobody_here": "may not make tables in the schema public",
}

VALUES = {
    PRICES + "UPDATE leads SET price_at_purchase = 'Infinity' WHERE id = md5('lead 1')::uuid": (
        "leads.price_at_purchase: 1 rows hold infinity, or what is not a number"
    ),
    PRICES + "UPDATE leads SET price_at_purchase = 'NaN' WHERE id = md5('lead 1')::uuid": "what is not a number",
    PRICES + "UPDATE leads SET price_at_purchase = 1e15 WHERE id = md5('lead 1')::uuid": "more than fits into numeric",
    PRICES + "UPDATE leads SET price_at_purchase = 12.345 WHERE id = md5('lead 1')::uuid": "which would be rounded",
    "UPDATE leads SET price_at_purchase = 'NaN' WHERE id = md5('lead 1')::uuid": "what is not a number",
    "UPDATE leads SET created_at = 'infinity' WHERE id = md5('lead 1')::uuid": "leads.created_at: 1 rows hold infinity",
    "UPDATE leads SET accepted_at = '-infinity'": "leads.accepted_at: 303 rows hold infinity",
    "UPDATE leads SET created_at = '20000-01-01' WHERE id = md5('lead 1')::uuid": "a time that nobody can mean",
    LOCAL + "UPDATE leads SET created_at = 'infinity' WHERE id = md5('lead 1')::uuid": "leads.created_at: 1 rows hold",
    "UPDATE profiles SET regions = '{{Utrecht,Gelderland}}' WHERE id = md5('partner 1')::uuid": (
        "profiles.regions: 1 rows hold lists of lists"
    ),
    REGIONS + """UPDATE profiles SET regions = '[["Utrecht"],["Gelderland"]]' WHERE id = md5('partner 1')::uuid""": (
        "profiles.regions: 1 rows hold what is no plain list"
    ),
    REGIONS
    + "UPDATE profiles SET regions = '{{Utrecht},{Gelderland}}' WHERE id = md5('partner 1')::uuid": "no plain list",
    REGIONS
    + "UPDATE profiles SET regions = '[0:1]={Utrecht,Drenthe}' WHERE id = md5('partner 1')::uuid": "no plain list",
    REGIONS
    + """UPDATE profiles SET regions = '{"Utrecht": true}' WHERE id = md5('partner 1')::uuid""": "no plain list",
    'ALTER TABLE lead_activities ADD metadata json; UPDATE lead_activities SET metadata = \'{"a": "\\u0000"}\'': (
        "the character \\u0000, which jsonb cannot hold"
    ),
    'ALTER TABLE lead_activities ADD metadata json; UPDATE lead_activities SET metadata = \'{"a": 1, "a": 2}\'': (
        "a key twice, of which jsonb keeps one"
    ),
    "ALTER TABLE profiles ALTER max_open_leads TYPE bigint; UPDATE profiles SET max_open_leads = 1::bigint << 40": (
        "profiles.max_open_leads: 44 rows hold a number beyond 2147483647"
    ),
}

ENUMS = {
    FUNCTION.format("NEW.status := coalesce(NEW.status, 'new'::lead_status);") + ON_LEADS: STALE,
    FUNCTION.format("IF NEW.status >= 'accepted' THEN NEW.accepted_at := now(); END IF;") + ON_LEADS: STALE,
    FUNCTION.format("IF 'accepted' < NEW.status THEN NEW.accepted_at := now(); END IF;") + ON_LEADS: STALE,
    FUNCTION.format("NEW.status := greatest(OLD.status, NEW.status);") + ON_LEADS: STALE,
    FUNCTION.format("PERFORM enum_last(NEW.status);") + ON_LEADS: STALE,
    "CREATE FUNCTION theirs() RETURNS text LANGUAGE sql AS 'SELECT id FROM leads ORDER BY province, status LIMIT 1'": (
        STALE
    ),
    "CREATE FUNCTION theirs() RETURNS text LANGUAGE plpgsql AS"
    " 'DECLARE found leads.status%TYPE; BEGIN RETURN found; END'": STALE,
    "CREATE PROCEDURE theirs() LANGUAGE plpgsql AS 'BEGIN PERFORM NULL::Lead_Status; END'": "theirs() may fail then",
    "CREATE FUNCTION theirs(wanted lead_status[]) RETURNS text LANGUAGE sql AS 'SELECT 1'": (
        "function theirs(lead_status[]) uses its type lead_status"
    ),
    "CREATE FUNCTION theirs() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT max(status)::text FROM leads; END": (
        "function theirs() uses it"
    ),
    "CREATE ROLE nobody_here; GRANT ALL ON SCHEMA public TO nobody_here; SET LOCAL ROLE nobody_here": (
        "the type lead_status belongs to"
    ),
    "CREATE TABLE history (status lead_status)": "column status of table history uses its type",
    "CREATE TABLE history (status text DEFAULT 'new'::lead_status)": "default value for column status of table history",
    "ALTER TABLE leads ADD previous lead_status": "column previous of table leads uses its type",
    "CREATE DOMAIN open_status AS lead_status CHECK (VALUE <> 'completed')": "type open_status uses its type",
    "CREATE TYPE change AS (was lead_status)": "column was of composite type change uses its type",
    "CREATE TYPE span AS RANGE (subtype = lead_status)": "type span uses its type",
    "CREATE CAST (varchar AS lead_status) WITH INOUT AS IMPLICIT": "cast from character varying to lead_status",
    "CREATE CAST (lead_status AS varchar) WITH INOUT AS IMPLICIT": "cast from lead_status to character varying",
    "CREATE VIEW ranked AS SELECT id FROM leads ORDER BY status": "view ranked uses it",
    "CREATE VIEW words AS SELECT 'new'::lead_status AS word": "view words uses its type",
    "CREATE STATISTICS odd ON (status > 'new'), province FROM leads": "statistics object odd uses its type",
    FUNCTION.format("") + "CREATE TRIGGER t AFTER UPDATE OF status ON leads FOR EACH ROW EXECUTE FUNCTION theirs()": (
        "trigger t on table leads"
    ),
    FUNCTION.format("") + "CREATE TRIGGER t AFTER UPDATE ON leads FOR EACH ROW"
    " WHEN (OLD.status < NEW.status) EXECUTE FUNCTION theirs()": "trigger t on table leads uses it",
    "CREATE POLICY p ON leads USING (status > 'new')": "policy p on table leads uses it",
    "CREATE PUBLICATION p FOR TABLE leads (id, status)": "in publication p uses it",
    "ALTER TABLE leads ADD CONSTRAINT later CHECK (status >= 'new' OR user_id IS NULL)": "the check later would fail",
    "CREATE INDEX later ON leads (id) WHERE status > 'new'": "the index later would fail",
    "CREATE INDEX later ON leads (status, (status > 'new'))": "the index later would fail",
    "CREATE TABLE words (word lead_status PRIMARY KEY); INSERT INTO words SELECT unnest(enum_range(NULL::lead_status));"
    " ALTER TABLE leads ADD CONSTRAINT known FOREIGN KEY (status) REFERENCES words": "the foreign key known of leads",
}

OTHER_TYPES = {
    REGIONS + FUNCTION.format("NEW.regions := upper(NEW.regions);") + ON_PROFILES: STALE,
    REGIONS + "CREATE FUNCTION theirs() RETURNS bigint LANGUAGE sql AS"
    " 'SELECT count(*) FROM profiles WHERE regions LIKE ''%Utrecht%'''": STALE,
    REGIONS + "DO $$ BEGIN EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()); END $$;"
    " CREATE ROLE nobody_here; GRANT ALL ON SCHEMA public TO nobody_here; SET LOCAL ROLE nobody_here": (
        "may not make temporary functions"
    ),
    LOCAL + FUNCTION.format("NEW.accepted_at := NEW.created_at AT TIME ZONE 'UTC';") + ON_LEADS: STALE,
    LOCAL + "CREATE INDEX by_day ON leads (date_trunc('day', created_at))": "the index by_day would fail",
    LOCAL + "ALTER TABLE leads ADD CONSTRAINT late CHECK (created_at > '2001-01-01'::timestamp)": (
        "the check late would"
    ),
    "ALTER TABLE lead_activities ADD metadata json;"
    + FUNCTION.format("PERFORM json_typeof(NEW.metadata);")
    + ON_LEADS.replace("leads", "lead_activities"): STALE,
    "ALTER TABLE lead_activities ADD metadata json CONSTRAINT shape CHECK (json_typeof(metadata) = 'object')": (
        "the check shape would fail"
    ),
    "ALTER TABLE leads ADD deal_value money CONSTRAINT paid CHECK (deal_value > '0'::money)": (
        "the check paid would fail"
    ),
}


@pytest.fixture
def plain(databases: Databases, unblocked: None) -> Iterator[None]:
    """An old database with the status as text."""
    with databases.look_at(databases.legacy("baseline")):
        yield


@pytest.fixture
def with_enum(databases: Databases, unblocked: None) -> Iterator[None]:
    """An old database with the status as an enum, without anything else in the way."""
    with databases.look_at(BY_VARIANT["status_enum"].ready(databases)):
        yield


def inspected(change: str) -> Inspection:
    """What inspection says after the change, which is undone."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
        found = inspect_within(cursor, timezone="UTC")
        transaction.set_rollback(True)
    return found


def assert_named(change: str, reason: str) -> None:
    found = inspected(change)
    named = [blocker for blocker in found.blockers if reason in blocker.what]
    assert len(named) == 1, [blocker.what for blocker in found.blockers]
    assert named[0].way_out


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("change", AROUND_TABLES | VALUES | OTHER_TYPES)
def test_what_stands_in_the_way_is_named(change: str) -> None:
    assert_named(change, (AROUND_TABLES | VALUES | OTHER_TYPES)[change])


@pytest.mark.usefixtures("with_enum")
@pytest.mark.parametrize("change", ENUMS)
def test_what_would_not_survive_the_enum_is_named(change: str) -> None:
    assert_named(change, ENUMS[change])


@pytest.mark.usefixtures("with_enum")
@pytest.mark.parametrize(
    "change",
    [
        "SELECT",
        FUNCTION.format("IF NEW.status <> 'new' AND NEW.status IS DISTINCT FROM OLD.status THEN NULL; END IF;")
        + ON_LEADS,
        (
            "CREATE FUNCTION theirs() RETURNS text LANGUAGE sql AS"
            " 'SELECT status::text FROM leads WHERE status IN (''new'', ''accepted'') ORDER BY created_at'"
        ),
        "CREATE FUNCTION theirs() RETURNS text LANGUAGE sql AS 'SELECT status FROM pages WHERE status > 3'",
        "CREATE INDEX i ON leads (status, lower(province)) WHERE status IN ('new', 'accepted') AND status IS NOT NULL",
        "ALTER TABLE leads ADD CONSTRAINT c CHECK (user_id IS NOT NULL OR status = 'new' OR status::text ~ 'e')",
        "CREATE INDEX i ON leads (status)",
        "CREATE UNIQUE INDEX i ON leads (id, status)",
    ],
)
def test_what_means_the_same_about_text_is_no_reason_to_refuse(change: str) -> None:
    found = inspected(f"CREATE TABLE pages (status integer); {change}")

    assert [blocker.what for blocker in found.blockers] == []
    assert any("sort by it" in warning for warning in found.warnings)


@pytest.mark.usefixtures("plain")
def test_times_without_a_zone_in_a_database_of_another_zone_are_pointed_out() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCAL)
        found = inspect_within(cursor, timezone="Asia/Tokyo")
        transaction.set_rollback(True)

    assert any("SET timezone = 'Asia/Tokyo'" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (next(iter(ENUMS)), STALE),
        ("CREATE RULE r AS ON DELETE TO leads WHERE old.status = 'accepted' DO INSTEAD NOTHING", "the rule r changes"),
    ],
)
def test_adoption_refuses_with_the_words_of_inspection_and_changes_nothing(
    change: str, reason: str, databases: Databases
) -> None:
    with databases.copy(BY_VARIANT["status_enum"].ready(databases)) as database, database.session() as session:
        session.execute(change.encode())
        before = take_snapshot(database)

        report, status = inspect()
        with pytest.raises(CommandError, match="Nothing was changed") as refused:
            adopt()

        assert take_snapshot(database) == before
    assert status == 1
    assert any(reason in blocker["what"] for blocker in report["blockers"])
    for blocker in report["blockers"]:
        assert f"{blocker['what']}\n    way out: {blocker['way_out']}" in str(refused.value)
