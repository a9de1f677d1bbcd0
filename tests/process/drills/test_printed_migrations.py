"""What `sqlmigrate` prints is what `migrate` runs, so that a person can read it first, or run it."""

from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.process.drills.contents import rules
from tests.process.drills.databases import OUR_APPS, Server, Session, django_on

# A row that breaks a rule of today.
OLD_ROW = "INSERT INTO profiles (id, max_open_leads) VALUES (gen_random_uuid(), -1)"
AFTER = ("leads", "0001_legacy_baseline")


def migrated(session: Session) -> None:
    """By `migrate`, as ever."""
    call_command("migrate", *AFTER, verbosity=0)
    session.execute(OLD_ROW)
    call_command("migrate", verbosity=0)


def printed(session: Session) -> None:
    """Ours by the printed SQL alone, in one transaction."""
    call_command("migrate", "auth", verbosity=0)
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan([key for key in executor.loader.graph.leaf_nodes() if key[0] in OUR_APPS])
    with session.transaction():
        # Tables with checks that wait for the end of the transaction cannot be altered.
        session.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for migration, _ in plan:
            text = StringIO()
            call_command("sqlmigrate", migration.app_label, migration.name, no_color=True, stdout=text)
            session.execute(text.getvalue().replace("BEGIN;\n--", "--").removesuffix("COMMIT;\n").encode())
            if (migration.app_label, migration.name) == AFTER:
                session.execute(OLD_ROW)
    for app in OUR_APPS:
        call_command("migrate", app, fake=True, verbosity=0)
    call_command("migrate", verbosity=0)


def test_the_printed_sql_makes_the_same_database(server: Server) -> None:
    found = {}
    for way in (migrated, printed):
        with server.database() as name, server.session(name) as session, django_on(name):
            way(session)
            # Sequences are left out: those of Django's own tables count what was done, not what there is.
            found[way] = {key: text for key, text in rules(session).items() if key[0] != "sequence"}

    assert found[printed] == found[migrated]
    not_valid = [name for (kind, name), text in found[printed].items() if kind == "constraint" and text[0] == "f"]
    assert not_valid == ["profiles profiles_max_open_leads_not_negative"]
