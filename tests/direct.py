"""Tests that need a direct connection to PostgreSQL also where the suite runs through a pooler in transaction mode."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.db import connection

# The beginning of a test's name, and why a pooler cannot stand in between.
REASONS = {
    "tests/process/adoption/": "a takeover goes over a direct connection, and logs in as roles of its own",
    "tests/process/drills/": "migrations, dumps and databases of the tests' own go over a direct connection",
    "tests/process/commands/test_import_history.py::": "finds the session of a process by its name, "
    "which one of the pooler's keeps for who comes next",
    "tests/integration/performance/test_refresh_beside_others.py::": "sets limits on its session, which is the "
    "pooler's and goes to others",
    "tests/integration/performance/test_others_beside_refresh.py::": "likewise",
    "tests/integration/router/test_demo.py::test_command_goes_on_after_the_database_was_away": "ends the sessions of "
    "all clients, which are the pooler's: it answers its clients with errors of its own, or hides that from them",
}


def reason_for_direct_connection(test: str) -> str | None:
    """Why the test needs a direct connection; None for one that does not."""
    return next((reason for beginning, reason in REASONS.items() if test.startswith(beginning)), None)


@contextmanager
def over_direct_connection(*, port: int) -> Iterator[None]:
    """Have Django here, and in processes started meanwhile, use the server's own port."""
    url = urlsplit(os.environ["DATABASE_URL"])
    before = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = port
    os.environ["DATABASE_URL"] = url._replace(netloc=f"{url.netloc.rpartition(':')[0]}:{port}").geturl()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["PORT"] = before
        os.environ["DATABASE_URL"] = url.geturl()
