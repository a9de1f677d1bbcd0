import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TOP_LEVEL = {
    *("manage.py", "pyproject.toml", "Makefile", "docker-compose.yml", "Dockerfile"),
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md"),
    *("requirements", "docs", "config", "migrations_sql", "tests"),
    *("leads", "feedback", "support", "performance", "router"),
}


def project_files() -> list[Path]:
    """The files of the project, committed or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip(f"this is no git checkout: {listed.stderr.strip()}")
    return [Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


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
