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

# Away from 5432, where a PostgreSQL of the machine may start later than ours.
PORTS = range(15_432, 15_532)


@dataclass(frozen=True, slots=True)
class Database:
    """The running database. `cluster` is its server if it is ours; `new`: this process started it."""

    url: str
    cluster: Cluster | None
    description: str
    new: bool

    def stop(self) -> None:
        """Stop the server if it is ours."""
        if self.cluster is not None:
            self.cluster.stop()

    def is_in_use(self) -> bool:
        """Whether anybody is connected to the server."""
        with psycopg.connect(self.url) as connection:
            clients = connection.execute(
                "SELECT count(*) FROM pg_catalog.pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_catalog.pg_backend_pid()"
            ).fetchone()
        return clients is None or clients[0] > 0


def start_database() -> Database:
    """Have the database up and `.local/env` name it.

    Raises PlaceError, NoUnprivilegedAccountError, NoPostgresError, PostgresError.
    """
    make_local_folder()
    url = os.environ.get("DATABASE_URL")
    if url:
        write_environment(database_url=None)
        return Database(url=url, cluster=None, description="the database of DATABASE_URL", new=False)
    with _one_at_a_time():
        account = server_account(owner_of=databases_folder())
        folder = make_databases_folder(account)
        majors = [int(path.parent.name) for path in folder.glob("*/data") if path.parent.name.isdigit()]
        binaries = find_binaries(account=account, copies=folder, majors_with_data=majors)
        cluster = Cluster(binaries=binaries, home=folder / str(binaries.major), account=account, ports=PORTS)
        started = cluster.start()
        write_environment(database_url=started.url)
    source = "of this machine" if binaries.source == "machine" else "of the Python package"
    description = f"PostgreSQL {binaries.major}.{binaries.minor} {source}, data in {cluster.home}"
    return Database(url=started.url, cluster=cluster, description=description, new=started.new)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Keep two starts of the same checkout apart. The system frees the lock when its process ends, however it ends."""
    with (LOCAL / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
