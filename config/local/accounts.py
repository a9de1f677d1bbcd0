"""The operating system account that a database server runs under.

PostgreSQL refuses to run as root. Started by root (a container, a CI machine) it gets an unprivileged account, which
often cannot enter the folder of the checkout, for example below /root; hence `can_enter`.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

# `postgres` exists where PostgreSQL is installed, `nobody` practically everywhere.
UNPRIVILEGED_NAMES = ("postgres", "nobody")


class NoUnprivilegedAccountError(Exception):
    """Root asked for a server, and the machine has no unprivileged account to run it under."""


class RunAs(TypedDict):
    """The arguments of `subprocess` that set the account of a child process."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


@dataclass(frozen=True, slots=True)
class Account:
    """An account other than our own, or our own when both numbers are None."""

    uid: int | None = None
    gid: int | None = None

    def run_as(self) -> RunAs:
        """Return arguments for `subprocess.run` and `Popen`."""
        return {"user": self.uid, "group": self.gid, "extra_groups": None if self.uid is None else []}

    def own(self, path: Path) -> None:
        """Change the owner of the path to this account; do nothing for our own."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """Return whether the account can reach the folder through all of its parents."""
        if self.uid is None:
            return os.access(folder, os.X_OK)
        # Asked of the system rather than computed from modes, because access lists and mounts matter as well.
        entered = subprocess.run(
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
            cwd="/",
            stderr=subprocess.DEVNULL,
            check=False,
            **self.run_as(),
        )
        return entered.returncode == 0


OWN = Account()


def server_account(*, owner_of: Path | None = None) -> Account:
    """Return the account for a server: our own or, when running as root, an unprivileged one.

    `owner_of` names an existing data folder: as root, its owner is the account, unless that is root too. Raises
    NoUnprivilegedAccountError.
    """
    if os.geteuid() != 0:
        return OWN
    if owner_of is not None and owner_of.exists():
        owner = owner_of.stat()
        if owner.st_uid != 0:
            return Account(uid=owner.st_uid, gid=owner.st_gid)
    for name in UNPRIVILEGED_NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise NoUnprivilegedAccountError(
        f"PostgreSQL does not run as root, and none of the accounts {', '.join(UNPRIVILEGED_NAMES)} exists. "
        "Run as an ordinary user."
    )
