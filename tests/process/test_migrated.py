"""The kept copy of the migrated database is never that of other sources, and is what migrations make."""

from importlib.metadata import Distribution
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from pytest_django.plugin import DjangoDbBlocker

from config.local.binaries import Binaries
from tests import migrated
from tests.migrated import DATABASE, ROOT, SOURCES, fingerprint
from tests.process.drills.contents import rules
from tests.process.drills.databases import Server, Session, django_on, rows

BINARIES = Binaries(folder=Path("/nowhere"), major=17, minor=2, source="machine")
ROWS = (
    """
    SELECT name, array(
        SELECT codename FROM auth_permission JOIN auth_group_permissions AS link ON permission_id = auth_permission.id
        WHERE group_id = auth_group.id ORDER BY 1
    ) FROM auth_group ORDER BY 1
    """,
    """
    SELECT app_label, model, codename, auth_permission.name
    FROM auth_permission JOIN django_content_type AS type ON type.id = content_type_id ORDER BY 1, 2, 3
    """,
    "SELECT app, name FROM django_migrations ORDER BY 1, 2",
    "SELECT to_jsonb(policy) - '{id,created_at,activated_at}'::text[] FROM routing_policies AS policy",
)


class OtherVersion(Distribution):
    """A package that was not installed before."""

    name = "sqlparse"
    version = "99"

    def read_text(self, filename: str) -> str | None:
        return None

    def locate_file(self, path: object) -> Path:
        return Path(str(path))


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("leads/migrations/0001_initial.py", "migrations_sql/view_v1.sql", "config/roles.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("old")
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    return tmp_path


def test_the_same_sources_have_the_same_name(tree: Path) -> None:
    assert fingerprint(BINARIES) == fingerprint(BINARIES)


@pytest.mark.parametrize(
    "name",
    [
        *("leads/migrations/0001_initial.py", "leads/migrations/0002_new.py", "support/migrations/0001_initial.py"),
        *("migrations_sql/view_v1.sql", "migrations_sql/view_v2.sql", "config/roles.py"),
    ],
)
def test_a_file_that_changes_or_comes_along_gives_another_name(tree: Path, name: str) -> None:
    before = fingerprint(BINARIES)
    (tree / name).parent.mkdir(parents=True, exist_ok=True)
    (tree / name).write_text("new")

    assert fingerprint(BINARIES) != before


def test_another_package_or_server_gives_another_name(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(BINARIES)
    minor = fingerprint(Binaries(folder=Path("/nowhere"), major=17, minor=3, source="machine"))
    monkeypatch.setattr(migrated, "distributions", lambda: [OtherVersion()])

    assert len({before, minor, fingerprint(BINARIES)}) == 3


def test_every_migration_of_ours_is_among_the_sources() -> None:
    sources = {path for pattern in SOURCES for path in ROOT.glob(pattern)}
    modules = {type(migration).__module__ for migration in MigrationLoader(None).disk_migrations.values()}
    ours = {ROOT / f"{name.replace('.', '/')}.py" for name in modules if (ROOT / name.split(".")[0]).is_dir()}

    assert ours
    assert ours <= sources


def test_the_copy_is_what_migrations_make(
    migrated_home: Path | None, database_url: str, django_db_blocker: DjangoDbBlocker
) -> None:
    if migrated_home is None:
        pytest.skip("the session's database is no copy: it was made anew, or the server is somebody else's")
    server = Server(database_url)
    with server.database() as name, django_db_blocker.unblock(), django_on(name):
        call_command("migrate", run_syncdb=True, verbosity=0)
        with server.session(name) as fresh, server.session(DATABASE) as copy:
            assert contents(copy) == contents(fresh)


def contents(session: Session) -> tuple[dict[tuple[str, str], str], list[object]]:
    # A sequence counts what was done, not what there is.
    found = {key: text for key, text in rules(session).items() if key[0] != "sequence"}
    return found, [rows(session, query) for query in ROWS]
