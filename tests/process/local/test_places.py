import os
from pathlib import Path

import pytest

from config.local import environment, login, places
from config.local.accounts import OWN, Account
from config.local.places import PlaceError

SOMEBODY = Account(uid=os.getuid(), gid=os.getgid())


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `.local` of the test's own."""
    local = tmp_path / "checkout" / ".local"
    local.parent.mkdir()
    monkeypatch.setattr(places, "LOCAL", local)
    monkeypatch.setattr(places, "ELSEWHERE", (tmp_path / "read-only", tmp_path / "elsewhere"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr(environment, "ENV_FILE", local / "env")
    monkeypatch.setattr(environment, "BROKER", local / "broker")
    monkeypatch.setattr(login, "LOGIN_FILE", local / "login")
    return local


@pytest.fixture
def shut_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The account of the server cannot enter the checkout."""
    monkeypatch.setattr(Account, "can_enter", lambda _account, folder: tmp_path / "checkout" not in folder.parents)


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_the_databases_are_in_the_checkout_whatever_the_umask(local: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        places.make_local_folder()
        places.make_local_folder()
        folder = places.make_databases_folder(OWN)
    finally:
        os.umask(before)

    assert folder == local / "postgres"
    assert (local.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o711, 0o755)
    assert places.make_databases_folder(OWN) == folder


@pytest.mark.usefixtures("shut_out")
def test_the_databases_are_elsewhere_when_the_server_cannot_enter_the_checkout(local: Path, tmp_path: Path) -> None:
    places.make_local_folder()

    folder = places.make_databases_folder(SOMEBODY)

    assert folder.parent == tmp_path / "elsewhere"
    assert (local / "postgres").readlink() == folder
    (folder / "data").touch()
    assert places.make_databases_folder(SOMEBODY) == folder
    assert (folder / "data").exists()


@pytest.mark.usefixtures("shut_out")
def test_removing_the_local_folder_starts_over_also_elsewhere(local: Path) -> None:
    places.make_local_folder()
    folder = places.make_databases_folder(SOMEBODY)
    (folder / "data").touch()
    (local / "postgres").unlink()

    assert places.make_databases_folder(SOMEBODY) == folder
    assert not (folder / "data").exists()


@pytest.mark.usefixtures("shut_out")
def test_a_link_whose_target_is_gone_is_made_again(local: Path) -> None:
    places.make_local_folder()
    folder = places.make_databases_folder(SOMEBODY)
    folder.rmdir()

    assert places.make_databases_folder(SOMEBODY) == folder
    assert folder.is_dir()


@pytest.mark.usefixtures("shut_out")
def test_what_is_somebody_elses_elsewhere_is_left_alone(local: Path) -> None:
    places.make_local_folder()
    theirs = places.elsewhere_folder()
    theirs.write_text("not ours")

    with pytest.raises(PlaceError, match="somebody else"):
        places.make_databases_folder(SOMEBODY)

    assert theirs.read_text() == "not ours"


@pytest.mark.usefixtures("local")
def test_folders_of_another_user_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    places.make_local_folder()
    places.make_databases_folder(OWN)
    monkeypatch.setattr(os, "access", lambda _path, mode: mode == os.X_OK)

    with pytest.raises(PlaceError, match="another user"):
        places.make_local_folder()
    with pytest.raises(PlaceError, match="another user"):
        places.make_databases_folder(OWN)


def test_a_database_folder_out_of_reach_is_refused(local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places.make_local_folder()
    places.make_databases_folder(OWN)
    monkeypatch.setattr(Account, "can_enter", lambda _account, _folder: False)

    with pytest.raises(PlaceError, match="cannot enter"):
        places.make_databases_folder(SOMEBODY)


def test_the_settings_are_made_once_and_follow_the_database(local: Path) -> None:
    places.make_local_folder()

    environment.write_environment(database_url="postgres://one")
    first = environment.read_environment()
    environment.write_environment(database_url=None)
    unchanged = environment.read_environment()
    environment.write_environment(database_url="postgres://two")
    second = environment.read_environment()

    assert first == unchanged == {**second, "DATABASE_URL": "postgres://one"}
    assert second["DATABASE_URL"] == "postgres://two"
    assert len(first["SECRET_KEY"]) >= 50
    assert (local / "env").stat().st_mode & 0o777 == 0o600
    assert (local / "broker" / "queue").is_dir()


def test_what_somebody_added_to_the_settings_stays(local: Path) -> None:
    places.make_local_folder()
    (local / "env").write_text("# a note\nDEBUG = true\nLOG_LEVEL=DEBUG\n\nno pair\n")

    environment.write_environment(database_url=None)

    values = environment.read_environment()
    assert (values["DEBUG"], values["LOG_LEVEL"], values["SECURE"]) == ("true", "DEBUG", "false")


def test_the_login_is_kept(local: Path) -> None:
    places.make_local_folder()
    assert login.read_login() is None

    login.write_login("made-up")

    assert login.read_login() == "made-up"
    assert (local / "login").stat().st_mode & 0o777 == 0o600
