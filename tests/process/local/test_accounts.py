import os
from pathlib import Path

import pytest

from config.local import accounts
from config.local.accounts import OWN, Account, NoUnprivilegedAccountError, server_account

IS_ROOT = os.geteuid() == 0


def test_an_ordinary_user_runs_servers_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    account = server_account(owner_of=tmp_path)

    assert account == OWN
    assert account.run_as() == {"user": None, "group": None, "extra_groups": None}
    account.own(tmp_path)
    assert tmp_path.stat().st_uid == os.getuid()
    assert account.can_enter(tmp_path)
    assert not account.can_enter(tmp_path / "missing")


def test_root_has_servers_run_by_an_unprivileged_account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(accounts, "UNPRIVILEGED_NAMES", ("no-such-account", "nobody"))

    account = server_account(owner_of=tmp_path / "missing")

    assert account.uid not in {None, 0}
    assert account.run_as() == {"user": account.uid, "group": account.gid, "extra_groups": []}


def test_root_without_an_account_to_use_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(accounts, "UNPRIVILEGED_NAMES", ())

    with pytest.raises(NoUnprivilegedAccountError, match="ordinary user"):
        server_account()


@pytest.mark.skipif(not IS_ROOT, reason="only root can give files away")
def test_root_leaves_existing_data_with_its_owner(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12346)

    assert server_account(owner_of=tmp_path) == Account(uid=12345, gid=12346)


@pytest.mark.skipif(not IS_ROOT, reason="only root can ask for another account")
def test_another_account_cannot_enter_a_private_folder(tmp_path: Path) -> None:
    account = server_account(owner_of=tmp_path)
    tmp_path.chmod(0o700)

    assert not account.can_enter(tmp_path)
    assert account.can_enter(Path("/"))
    account.own(tmp_path)
    assert tmp_path.stat().st_uid == account.uid
