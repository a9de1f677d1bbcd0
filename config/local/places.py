"""Where the local stack keeps its things: `.local` in the checkout, and the folder of the databases."""

import hashlib
import os
import shutil
from pathlib import Path

from config.local.accounts import OWN, Account

CHECKOUT = Path(__file__).resolve().parent.parent.parent
LOCAL = CHECKOUT / ".local"
# Where databases go when the account that runs the server cannot enter the checkout.
ELSEWHERE = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - below it, a folder that must be root's own


class PlaceError(Exception):
    """A folder of the local stack cannot be used; the message says what to do."""


def make_local_folder() -> None:
    """Make `.local`, and refuse one that another user made. Raises PlaceError."""
    LOCAL.mkdir(mode=0o711, exist_ok=True)
    if not os.access(LOCAL, os.W_OK | os.X_OK):
        raise PlaceError(f"{LOCAL} belongs to another user. Run as that user, or remove it to start over.")


def databases_folder() -> Path:
    """The folder of the databases, or where it will be: `.local/postgres`, a link if they have to be elsewhere."""
    return LOCAL / "postgres"


def make_databases_folder(account: Account) -> Path:
    """Make the folder of the databases where the account can reach it, and give its real path. Raises PlaceError."""
    folder = databases_folder()
    if not folder.exists():
        # Also a link whose target is gone.
        folder.unlink(missing_ok=True)
        if account.can_enter(LOCAL):
            folder.mkdir(mode=0o755)
            account.own(folder)
        else:
            folder.symlink_to(_make_elsewhere(account))
    if not account.can_enter(folder):
        raise PlaceError(f"The database server's account cannot enter {folder.resolve()}. Remove it to start over.")
    if account == OWN and not os.access(folder, os.W_OK):
        raise PlaceError(f"{folder} belongs to another user. Run as that user, or remove .local to start over.")
    return folder.resolve()


def elsewhere_folder() -> Path:
    """The place of this checkout's databases outside of it; only root ever uses it."""
    key = hashlib.sha256(os.fsencode(CHECKOUT)).hexdigest()[:12]
    parent = next((parent for parent in ELSEWHERE if os.access(parent, os.W_OK)), ELSEWHERE[-1])
    return parent / f"leads-local-{CHECKOUT.name}-{key}"


def _make_elsewhere(account: Account) -> Path:
    folder = elsewhere_folder()
    # No link leads here any more: what is left belongs to a checkout that was at the same place and is gone.
    if folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid in {0, account.uid}:
        shutil.rmtree(folder)
    folder.mkdir(mode=0o755)
    account.own(folder)
    return folder
