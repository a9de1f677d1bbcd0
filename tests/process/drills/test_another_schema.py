"""Our tables in another schema than `public`, with somebody else's tables of the same names in `public`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from migrations_sql.operations import NoUsableSchema
from performance.models import PartnerPerformanceStats
from performance.queries import stats_as_of
from performance.services.refresh import refresh_statistics
from router.assignment import LeadAssignmentService
from tests.factories.marketplace import make_lead, make_partner
from tests.process.drills.databases import Server, Session, django_on, rows, value
from tests.process.drills.dumps import Dumps

PATH = "marketplace,public"
OUR_APPS = ("router", "performance", "privacy", "feedback", "support", "notifications", "intake", "leads", "core")
PARTNER, LEAD = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"

_SOMEBODY_ELSES = """
CREATE SCHEMA marketplace;
CREATE TABLE public.leads (id serial PRIMARY KEY, title text, status text);
CREATE TABLE public.profiles (id integer PRIMARY KEY, name text, open_leads integer);
CREATE TABLE public.lead_activities (id integer PRIMARY KEY);
CREATE MATERIALIZED VIEW public.partner_performance_stats AS SELECT 1 AS partner_id;
CREATE FUNCTION public.refresh_partner_performance_stats() RETURNS void LANGUAGE sql AS 'SELECT NULL::void';
CREATE FUNCTION public.is_contact_activity(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
INSERT INTO public.leads (title, status) VALUES ('tin', 'new');
INSERT INTO public.profiles VALUES (1, 'somebody', 7);
"""

_OBJECTS = """
SELECT
    'relation',
    relation.relname,
    concat_ws(' ', relation.relkind, relation.relhastriggers, (
        SELECT string_agg(attname, ' ' ORDER BY attname) FROM pg_attribute
        WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
    ))
FROM pg_class AS relation WHERE relation.relnamespace = '{schema}'::regnamespace
UNION ALL
SELECT 'function', proc.proname || '(' || oidvectortypes(proc.proargtypes) || ')', md5(proc.prosrc)
FROM pg_proc AS proc WHERE proc.pronamespace = '{schema}'::regnamespace
UNION ALL
SELECT 'constraint', constr.conname, pg_get_constraintdef(constr.oid)
FROM pg_constraint AS constr WHERE constr.connamespace = '{schema}'::regnamespace
ORDER BY 1, 2
"""


def objects(session: Session, schema: str) -> list[tuple[str, str, str]]:
    """(kind, name, definition) of what a schema holds."""
    return [(kind, name, text) for kind, name, text in rows(session, _OBJECTS.format(schema=schema))]


def names(session: Session, schema: str, *, kind: str) -> set[str]:
    return {name for found, name, _ in objects(session, schema) if found == kind}


def somebody_elses(session: Session) -> tuple[list[tuple[str, str, str]], ...]:
    """All that `public` holds, with its rows."""
    tables = ("leads", "profiles", "lead_activities", "partner_performance_stats")
    return (objects(session, "public"), *(rows(session, f"TABLE public.{table}") for table in tables))


def qualified(session: Session) -> Session:
    """The session as `pg_restore` has it: every name needs its schema."""
    session.execute("SET search_path = ''")
    return session


@pytest.fixture(scope="module")
def migrated(server: Server) -> Iterator[str]:
    """A database that `migrate` was run on, with the schema in DATABASE_URL; at the end `public` is as it was."""
    with server.database() as name:
        with server.session(name) as session:
            session.execute(_SOMEBODY_ELSES)
            before = somebody_elses(session)
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity=0"],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": server.url(name, search_path=PATH)},
            check=True,
        )
        yield name
        with server.session(name) as session:
            assert somebody_elses(session) == before


@pytest.fixture
def market(server: Server, migrated: str) -> Iterator[Session]:
    """A session beside Django's on a copy of that database. It has the usual search path, with `public` only."""
    with (
        server.database(template=migrated) as name,
        server.session(name) as session,
        django_on(name, search_path=PATH),
    ):
        before = somebody_elses(session)
        yield session
        assert somebody_elses(session) == before


def test_everything_of_ours_is_in_the_first_schema_of_the_path(market: Session) -> None:
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}

    assert ours <= names(market, "marketplace", kind="relation")
    assert {
        "is_contact_activity(text)",
        "partner_performance_stats_as_of()",
        "partner_performance_stats_at(timestamp with time zone)",
        "refresh_partner_performance_stats(text)",
    } <= names(market, "marketplace", kind="function")


def test_no_function_of_ours_names_public(market: Session) -> None:
    sources = rows(
        market,
        "SELECT proname, prosrc, array_to_string(proconfig, ' ') FROM pg_proc"
        " WHERE pronamespace = 'marketplace'::regnamespace",
    )

    assert len(sources) > 12
    assert [name for name, *text in sources if "public" in " ".join(filter(None, text))] == []


def test_nothing_is_left_to_migrate(market: Session) -> None:
    call_command("migrate", check_unapplied=True, verbosity=0)
    call_command("makemigrations", check_changes=True, verbosity=0)


@pytest.mark.parametrize("search_path", ["marketplace, public", "public, marketplace", "''"])
def test_the_rules_hold_whatever_the_search_path_of_the_writer(market: Session, search_path: str) -> None:
    market.execute(f"SET search_path = {search_path}")
    market.execute(f"INSERT INTO marketplace.profiles (id, max_open_leads) VALUES ('{PARTNER}', 1)")
    market.execute(f"INSERT INTO marketplace.leads (id) VALUES ('{LEAD}'), (gen_random_uuid())")

    market.execute(f"UPDATE marketplace.leads SET user_id = '{PARTNER}' WHERE id = '{LEAD}'")
    market.execute(f"INSERT INTO marketplace.lead_activities (lead_id, type) VALUES ('{LEAD}', 'whatsapp')")
    with pytest.raises(psycopg.errors.CheckViolation, match="is at its cap"):
        market.execute(f"UPDATE marketplace.leads SET user_id = '{PARTNER}' WHERE user_id IS NULL")
    with pytest.raises(psycopg.errors.RestrictViolation):
        market.execute("UPDATE marketplace.routing_policies SET region_weight = 99")
    with pytest.raises(psycopg.errors.CheckViolation, match="has to be active"):
        market.execute("UPDATE marketplace.routing_policies SET is_active = false")
    with pytest.raises(psycopg.errors.CheckViolation, match="lead_activities_type_known"):
        market.execute(f"INSERT INTO marketplace.lead_activities (lead_id, type) VALUES ('{LEAD}', 'smoke signal')")

    assert rows(market, "SELECT open_leads FROM marketplace.profiles") == [(1,)]
    assert rows(market, "SELECT count(first_contact_at), count(assigned_at) FROM marketplace.leads") == [(1, 1)]


def test_the_statistics_are_refreshed_and_read(market: Session) -> None:
    partner = make_partner()
    make_lead(partner=partner)

    results = [refresh_statistics(triggered_by="test") for _ in range(2)]

    assert [result.mode for result in results] == ["plain", "concurrent"]
    assert stats_as_of() == results[-1].as_of
    assert PartnerPerformanceStats.objects.get(partner=partner).open_leads_count == 1
    refresh = "SELECT mode FROM marketplace.refresh_partner_performance_stats('somebody')"
    assert value(qualified(market), refresh) == "concurrent"


def test_a_lead_is_assigned_and_its_decision_replayed(market: Session) -> None:
    refresh_statistics(triggered_by="test")
    partner = make_partner(max_open_leads=None)
    lead = make_lead()
    service = LeadAssignmentService()

    (decision,) = service.assign([lead.id])

    lead.refresh_from_db()
    assert lead.partner_id == partner.id
    assert decision.outcome == "assigned"
    assert rows(market, "SELECT user_id FROM marketplace.leads") == [(partner.id,)]


def test_it_is_dumped_and_restored(market: Session, server: Server, dumps: Dumps) -> None:
    refresh_statistics(triggered_by="test")
    make_lead(partner=make_partner())
    with server.database() as name:
        dumps.by_archive(market.info.dbname, name)

        with server.session(name) as session, django_on(name, search_path=PATH):
            assert objects(session, "marketplace") == objects(market, "marketplace")
            assert somebody_elses(session) == somebody_elses(market)
            make_lead(partner=make_partner())
            assert rows(session, "SELECT open_leads FROM marketplace.profiles") == [(1,), (1,)]
            assert refresh_statistics(triggered_by="test").mode == "concurrent"


def test_everything_goes_back(market: Session) -> None:
    for app in OUR_APPS:
        call_command("migrate", app, "zero", verbosity=0)

    # A proxy stands for a table of somebody else.
    models = [model for app in OUR_APPS for model in apps.get_app_config(app).get_models()]
    ours = {model._meta.db_table for model in models if not model._meta.proxy}
    assert not ours & names(market, "marketplace", kind="relation")
    # pgtrigger leaves the functions of its triggers, which nothing calls any more.
    functions = names(market, "marketplace", kind="function")
    assert {name for name in functions if not name.startswith("pgtrigger_")} == set()

    call_command("migrate", verbosity=0)
    assert ours <= names(market, "marketplace", kind="relation")


def test_sqlmigrate_prints_the_schema(market: Session) -> None:
    printed = StringIO()

    call_command("sqlmigrate", "performance", "0002", stdout=printed)

    assert "CREATE MATERIALIZED VIEW marketplace.partner_performance_stats AS" in printed.getvalue()
    assert "public." not in printed.getvalue()


# -- Where the path comes from, and names that need quotes


def test_the_path_can_be_the_databases_own_setting(server: Server) -> None:
    schema = "Märkte-platz 2"
    with server.database() as name, server.session(name) as session:
        session.execute(f'CREATE SCHEMA "{schema}"')
        session.execute(f'ALTER DATABASE {name} SET search_path = "{schema}", public')
        with django_on(name):
            call_command("migrate", verbosity=0)
            make_lead(partner=make_partner())
            modes = [refresh_statistics(triggered_by="test").mode for _ in range(2)]
            as_of = stats_as_of()

        assert modes == ["plain", "concurrent"]
        assert as_of is not None
        assert as_of <= datetime.now(UTC)
        assert rows(session, f'SELECT open_leads_count FROM "{schema}".partner_performance_stats') == [(1,)]
        assert names(session, "public", kind="relation") == set()


@pytest.mark.parametrize("schema", ["it's", "50%", "a.b", "$function$", 'say "x"', "line\nbreak", "pg_temp"])
def test_a_schema_whose_name_could_break_the_sql_is_refused(server: Server, schema: str) -> None:
    quoted = '"' + schema.replace('"', '""') + '"'
    with server.database() as name, server.session(name) as session:
        if schema != "pg_temp":
            session.execute(f"CREATE SCHEMA {quoted}")
        session.execute(f"ALTER DATABASE {name} SET search_path = {quoted}")
        with django_on(name), pytest.raises(NoUsableSchema, match="letters, digits"):
            call_command("sqlmigrate", "performance", "0002")


def test_a_path_without_a_schema_is_refused(server: Server) -> None:
    with (
        server.database() as name,
        django_on(name, search_path="nowhere"),
        pytest.raises(NoUsableSchema, match=r"The search path \(nowhere\) names no schema"),
    ):
        call_command("sqlmigrate", "performance", "0002")
