"""The way back takes all that the migrations made, and the way forth makes the same again."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.process.drills.databases import OUR_APPS, Server, django_on
from tests.process.drills.dumps import Dumps, normalised


def test_all_the_way_back_and_forth_again_is_the_same_schema(server: Server, dumps: Dumps) -> None:
    with server.database() as name, django_on(name):
        others = {app for app, _ in MigrationLoader(connection).graph.leaf_nodes()} - set(OUR_APPS)
        for app in sorted(others):
            call_command("migrate", app, verbosity=0)
        without_ours = normalised(dumps.schema(name))
        call_command("migrate", verbosity=0)
        at_once = normalised(dumps.schema(name))

        for app in OUR_APPS:
            call_command("migrate", app, "zero", verbosity=0)
        after_the_way_back = normalised(dumps.schema(name))
        call_command("migrate", verbosity=0)

        assert normalised(dumps.schema(name)).splitlines() == at_once.splitlines()
        assert after_the_way_back.splitlines() == without_ours.splitlines()
        assert at_once != without_ours
