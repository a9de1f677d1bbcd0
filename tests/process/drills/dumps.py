"""Dumping a database and restoring it, with the programs that belong to the server."""

import re
import subprocess
from pathlib import Path

from config.local.accounts import Account
from config.local.binaries import Binaries, machine_binaries, wheel_binaries
from tests.process.drills.databases import Server, value

PROGRAMS = ("pg_dump", "pg_restore", "psql")
HEADER = """\
-- pg_dump --schema-only, without comments, blank lines, settings, the digits that follow the name of an app, and what
-- differs between releases and builds of PostgreSQL.
"""
# pgtrigger's names end with five digits of a hash of the app and the model; comments hold one of the trigger's text.
_HASH = re.compile(r"\b(pgtrigger_\w+)_[0-9a-f]{5}\b")
_NOISE = re.compile(
    r"--.*|\\(un)?restrict .*|SET .*|SELECT pg_catalog\.set_config.*|COMMENT ON TRIGGER .*|.* SET COMPRESSION lz4;|"
)
# Since release 16 a view is printed without the name of its only table.
_ONLY_TABLE = re.compile(r"\bstats\.")


class Dumps:
    """`pg_dump` and its kin against a server; files go to `folder`. A program that fails or warns fails the test."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._programs = _programs(server, folder)

    def by_archive(self, source: str, target: str, *options: str) -> None:
        """`pg_dump --format=custom`, then `pg_restore`; the options go to the latter."""
        archive = self._folder / f"{source}.dump"
        if not archive.exists():
            self._run("pg_dump", "--format=custom", f"--file={archive}", self._server.url(source))
        self._restore(archive, target, *options)

    def of_rows(self, source: str, target: str, *options: str, without: str = "") -> None:
        """`pg_dump --data-only`, which puts the tables in the order of their foreign keys, then `pg_restore`.

        The rows of the table `without` stay behind.
        """
        archive = self._folder / f"{source}.rows.dump"
        left_out = [f"--exclude-table-data={without}"] if without else []
        arguments = ("--format=custom", "--data-only", f"--file={archive}", *left_out)
        self._run("pg_dump", *arguments, self._server.url(source))
        self._restore(archive, target, *options)

    def by_script(self, source: str, target: str) -> None:
        """`pg_dump` as SQL, then `psql`."""
        script = self._folder / f"{source}.sql"
        self._run("pg_dump", f"--file={script}", self._server.url(source))
        self._run(
            "psql",
            *("--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1", f"--file={script}"),
            self._server.url(target),
        )

    def schema(self, source: str) -> str:
        """`pg_dump --schema-only`, without owners and rights."""
        script = self._folder / f"{source}.schema.sql"
        self._run("pg_dump", "--schema-only", "--no-owner", f"--file={script}", self._server.url(source))
        return script.read_text(encoding="utf-8")

    def _restore(self, archive: Path, target: str, *options: str) -> None:
        self._run("pg_restore", "--exit-on-error", f"--dbname={self._server.url(target)}", *options, str(archive))

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs.program(program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        assert done.stdout == ""


def normalised(dump: str) -> str:
    """Return the statements of a dump of the schema, in their order there."""
    lines = (line.rstrip() for line in dump.splitlines())
    text = "\n".join(line for line in lines if not _NOISE.fullmatch(line.strip()))
    return HEADER + _ONLY_TABLE.sub("", _HASH.sub(r"\1", text)) + "\n"


def _programs(server: Server, folder: Path) -> Binaries:
    """Those of the server's own release, from this machine."""
    with server.session("postgres") as session:
        major = int(value(session, "SHOW server_version_num")) // 10_000
    ours = Account()
    for binaries in (*machine_binaries(account=ours), *wheel_binaries(account=ours, copies=folder)):
        if binaries.major == major and all((binaries.folder / program).exists() for program in PROGRAMS):
            return binaries
    # Only where DATABASE_URL names a server: those that the tests start come with their programs.
    raise AssertionError(f"no {', '.join(PROGRAMS)} of PostgreSQL {major} on this machine")
