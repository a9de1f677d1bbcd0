"""Disks that can be filled up and freed again, for one database."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import psutil
from psycopg import sql

from config.local.accounts import server_account
from tests.chaos.stack import Stack
from tests.chaos.world import World

DISK_BYTES = 400 * 2**20
LEFT_BYTES = 256 * 2**10
"""Room on a disk that is as good as full."""


# Four pages: about 250 leads are written, at 100 to 130 bytes each, and no page is used again meanwhile.
_LEFT_IN_A_FILE_BYTES = 32 * 2**10
_WAL_FILE_BYTES = 16 * 2**20

# Leads that nobody has anything to do with any more: some fill a page each, and others fill the gaps.
_GROW = """
ALTER TABLE leads ALTER COLUMN message SET STORAGE PLAIN;
INSERT INTO leads (status, message)
SELECT 'lost', repeat('x', 7850) FROM generate_series(1, 2200);
INSERT INTO leads (status) SELECT 'lost' FROM generate_series(1, 8000);
"""


class NoSmallDisk(Exception):
    """This machine does not let us mount a file system; the message says why."""


class Disk(Protocol):
    """Where a world's tables are. `kind` names it."""

    kind: str

    def fill(self) -> None:
        """Leave next to no room."""

    def free(self) -> None:
        """Have plenty of room again."""


class SmallDisk:
    """A file system in memory with a tablespace on it: it gets full as any disk does."""

    kind = "a small file system"

    def __init__(self, mount: Path, stack: Stack, world: World) -> None:
        self._filler = mount / "filler"
        self._mount = mount
        # Nobody may be connected, and nobody is yet.
        with stack.session("postgres") as session:
            database = sql.Identifier(world.dsn.rsplit("/", 1)[1])
            session.execute(sql.SQL("ALTER DATABASE {} SET TABLESPACE chaos_small").format(database))

    def fill(self) -> None:
        """A file takes the room."""
        space = os.statvfs(self._mount)
        with self._filler.open("wb") as filler:
            os.posix_fallocate(filler.fileno(), 0, space.f_bavail * space.f_frsize - LEFT_BYTES)

    def free(self) -> None:
        """The file goes."""
        self._filler.unlink(missing_ok=True)


@contextlib.contextmanager
def small_disk_mount(stack: Stack) -> Iterator[Path]:
    """A mounted file system with the tablespace, for the time of a block; no world may be on it at its end.

    Raises NoSmallDisk where only root could, and we are not, or may not.
    """
    mount = stack.folder / "small-disk"
    mount.mkdir()
    try:
        _run("mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=0755", "tmpfs", str(mount))
    except NoSmallDisk:
        mount.rmdir()
        raise
    try:
        tables = mount / "tables"
        tables.mkdir(mode=0o700)
        server_account().own(tables)
        with stack.session("postgres") as session:
            statement = sql.SQL("CREATE TABLESPACE chaos_small LOCATION {}").format(sql.Literal(str(tables)))
            session.execute(statement)
        yield mount
        with stack.session("postgres") as session:
            session.execute("DROP TABLESPACE chaos_small")
    finally:
        # Lazily: where the block failed, the server still has files open there.
        _run("umount", "--lazy", str(mount))
        mount.rmdir()


class LimitedFiles:
    """No file of the server can get larger: what a full disk is for a table that grows, without a disk of our own.

    The table of the leads is made larger than a file of the write-ahead log (16 MB), which is not to be hit.
    """

    kind = "files that cannot grow"

    def __init__(self, stack: Stack, world: World) -> None:
        self._stack = stack
        self._world = world
        with world.session() as session:
            session.execute(_GROW)

    def fill(self) -> None:
        """Limit the server and all of its processes."""
        with self._world.session() as session:
            row = session.execute("SELECT pg_relation_size('leads')").fetchone()
        if row is None or row[0] <= _WAL_FILE_BYTES:
            raise AssertionError("the table of the leads is not large enough")
        self._limit(row[0] + _LEFT_IN_A_FILE_BYTES)

    def free(self) -> None:
        """No limit."""
        self._limit("unlimited")

    def _limit(self, most: int | str) -> None:
        main, account = psutil.Process(self._stack.postgres.pid), server_account()
        # The main process first: those that start from now on have its limit.
        for process in (main, *main.children()):
            # As the account of the server: to set the limits of others takes more than being root.
            command = ["prlimit", "--pid", str(process.pid), f"--fsize={most}:"]
            done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **account.run_as())
            if done.returncode and process.is_running():
                raise AssertionError(done.stderr)


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except OSError as error:
        raise NoSmallDisk(str(error)) from error
    except subprocess.CalledProcessError as error:
        raise NoSmallDisk(error.stderr.strip() or str(error)) from error
