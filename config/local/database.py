"""The database of the local stack: the one that DATABASE_URL names, or a server of our own."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from config.local.accounts import server_account
from config.local.binaries import find_binaries
from config.local.environment import write_environment
from config.local.places import LOCAL, databases_folder, make_databases_folder, make_local_folder
from config.local.postgres import Cluster
from config.local.users import APPLICATION, make_users

# Not 5432, where the machine's own PostgreSQL may start later than ours.
PORTS = range(15_432, 15_532)


@dataclass(frozen=True, slots=True)
class Database:
    """The running database. `cluster` is its server if it is ours; `new` means that this process started it.

    `owner_url` is for migrations; the application's URL is in `.local/env`, with the role `application_role`. Where the
    environment names the database, both are what it says, and the role is None.
    """

    server_url: str
    owner_url: str
    application_role: str | None
    cluster: Cluster | None
    description: str
    new: bool

    def stop(self) -> None:
        """Stop the server if it is ours."""
        if self.cluster is not None:
            self.cluster.stop()

    def is_in_use(self) -> bool:
        """Return whether anybody is connected to the server."""
        with psycopg.connect(self.server_url) as connection:
            clients = connection.execute(
                "SELECT count(*) FROM pg_catalog.pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_catalog.pg_backend_pid()"
            ).fetchone()
        return clients is None or clients[0] > 0


def start_database() -> Database:
    """Start the database and make `.local/env` name it.

    Raises PlaceError, NoUnprivilegedAccountError, NoPostgresError, PostgresError.
    """
    make_local_folder()
    url = os.environ.get("DATABASE_URL")
    if url:
        write_environment(database_url=None)
        return Database(
            server_url=url,
            owner_url=url,
            application_role=None,
            cluster=None,
            description="the database of DATABASE_URL",
            new=False,
        )
    with _one_at_a_time():
        account = server_account(owner_of=databases_folder())
        folder = make_databases_folder(account)
        majors = [int(path.parent.name) for path in folder.glob("*/data") if path.parent.name.isdigit()]
        binaries = find_binaries(account=account, copies=folder, majors_with_data=majors)
        cluster = Cluster(binaries=binaries, home=folder / str(binaries.major), account=account, ports=PORTS)
        started = cluster.start()
        addresses = make_users(server_url=started.url, home=cluster.home)
        write_environment(database_url=addresses.application)
    source = "of this machine" if binaries.source == "machine" else "of the Python package"
    description = f"PostgreSQL {binaries.major}.{binaries.minor} {source}, data in {cluster.home}"
    return Database(
        server_url=started.url,
        owner_url=addresses.owner,
        application_role=APPLICATION,
        cluster=cluster,
        description=description,
        new=started.new,
    )


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Keep two starts in the same checkout apart. The system releases the lock when its process ends."""
    with (LOCAL / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
