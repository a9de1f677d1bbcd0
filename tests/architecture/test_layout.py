import functools
import os
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TOP_LEVEL = {
    *("manage.py", "pyproject.toml", "Makefile", "docker-compose.yml", "Dockerfile"),
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"),
    *("requirements", "docs", "config", "migrations_sql", "tests"),
    *("core", "leads", "feedback", "support", "performance", "router"),
}


def is_ignored(path: str) -> bool:
    """Whether a line of `.gitignore` is about the path; the lines are names or start at the top, with `*` at most."""
    lines = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if line[:1] not in {"", "#"}]
    name = path.rpartition("/")[2]
    return any(fnmatch(f"/{path}", line) if line.startswith("/") else fnmatch(name, line) for line in lines)


@functools.cache
def project_files() -> list[Path]:
    """The files of the project, committed or about to be."""
    found = []
    for folder, folders, files in os.walk(ROOT):
        inside = Path(folder).relative_to(ROOT)
        folders[:] = [name for name in folders if name != ".git" and not is_ignored((inside / name).as_posix())]
        found += [inside / name for name in files if name != ".git" and not is_ignored((inside / name).as_posix())]
    return found


def test_what_is_ignored_is_no_file_of_the_project() -> None:
    assert all(map(is_ignored, (".venv", ".local", "leads/__pycache__", ".coverage.host.1")))
    assert not any(map(is_ignored, ("leads", "docs/.venv", "coverage.py")))
    assert Path("tests/architecture/test_layout.py") in project_files()


def test_nothing_but_the_agreed_names_is_at_the_top() -> None:
    names = {path.parts[0] for path in project_files()}

    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL


def test_the_locks_name_no_place_to_install_from() -> None:
    for lock in (ROOT / "requirements").iterdir():
        text = lock.read_text()

        assert "://" not in text
        assert "--index" not in text
        assert "--find-links" not in text
        assert "--extra-index-url" not in text


def test_the_dev_lock_installs_what_production_runs() -> None:
    pins = {name: pinned(ROOT / "requirements" / f"{name}.txt") for name in ("production", "dev")}

    assert pins["production"] <= pins["dev"]


def pinned(lock: Path) -> set[str]:
    return {line.rstrip("\\ ") for line in lock.read_text().splitlines() if line and line[0] not in "# "}
