"""A stopped PostgreSQL with the migrated test database, from which each session's server is copied.

Making one takes many times as long as copying it. It is kept in pytest's cache under a name made from all that it is
made of, so that a change of any migration gives another one.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from config.local.accounts import Account, server_account
from config.local.binaries import Binaries, find_binaries
from config.local.ports import temporary_port
from config.local.postgres import NAME, Cluster
from tests.local.temporary import guarded, temporary_folder

ROOT = Path(__file__).resolve().parents[1]
DATABASE = f"test_{NAME}"
"""Django's name for the test database."""

SOURCES = (
    "*/migrations/*.py",
    "leads/*/migrations/*.py",
    "migrations_sql/*",
    # What the migrations install besides.
    "*/triggers.py",
    "*/triggers/*.py",
    "*/*/triggers.py",
    "core/auth/tokens.py",
    "leads/vocabulary.py",
    # Groups are made after the migrations.
    "config/apps.py",
    "config/roles.py",
    "config/settings.py",
    # How the server is made.
    "config/local/*.py",
    "tests/migrated.py",
)


def migrated_cluster(cache: Path) -> Path:
    """The folder of the stopped server (see `Cluster.home`) in `cache`; made, if it is not there yet.

    Raises NoPostgresError, PostgresError, CalledProcessError.
    """
    account = server_account()
    folder = temporary_folder(account)
    try:
        binaries = find_binaries(account=account, copies=folder)
        kept = cache / fingerprint(binaries)
        with _locked(cache):
            if not kept.exists():
                for outdated in cache.glob(f"*-{binaries.source}-{binaries.major}"):
                    shutil.rmtree(outdated)
                _make(kept, folder=folder, account=account, binaries=binaries)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return kept


def fingerprint(binaries: Binaries) -> str:
    """A name for what is made of the present sources, packages and programs."""
    made_of = hashlib.sha256(f"{binaries.major}.{binaries.minor}".encode())
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern) if path.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        made_of.update(f"\n{path.relative_to(ROOT)} {content}".encode())
    for package in sorted(f"{found.name} {found.version}" for found in distributions()):
        made_of.update(f"\n{package}".encode())
    return f"{made_of.hexdigest()[:16]}-{binaries.source}-{binaries.major}"


def _make(kept: Path, *, folder: Path, account: Account, binaries: Binaries) -> None:
    home = folder / "postgres"
    cluster = Cluster(binaries=binaries, home=home, account=account, ports=[temporary_port()], durable=False)
    url = cluster.start().url
    server = cluster.postmaster()
    assert server is not None
    with guarded(server.pid, number=signal.SIGQUIT, folder=folder):
        with psycopg.connect(url, autocommit=True) as session:
            session.execute(f"CREATE DATABASE {DATABASE}".encode())
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--run-syncdb", "--verbosity=0"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": urlsplit(url)._replace(path=f"/{DATABASE}").geturl()},
            check=True,
        )
        cluster.stop()
        # The next server has a port of its own.
        (cluster.data / "local.conf").unlink()
        # Whole or not at all.
        partial = kept.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(home, partial, ignore=shutil.ignore_patterns("log"))
        partial.chmod(0o700)
        partial.rename(kept)


@contextmanager
def _locked(cache: Path) -> Iterator[None]:
    """Only one process makes a cluster; the others wait for it."""
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
