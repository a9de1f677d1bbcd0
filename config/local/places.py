"""Folders of the local stack: `.local` in the checkout, and the folder of the databases."""

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
    """Create `.local`, and refuse one that another user created. Raises PlaceError."""
    if not LOCAL.exists():
        _make_folder(LOCAL, mode=0o711)
    if not os.access(LOCAL, os.W_OK | os.X_OK):
        raise PlaceError(f"{LOCAL} belongs to another user. Run as that user, or remove it to start over.")


def databases_folder() -> Path:
    """Return the (future) folder of the databases: `.local/postgres`, a link if they have to be elsewhere."""
    return LOCAL / "postgres"


def make_databases_folder(account: Account) -> Path:
    """Create the databases' folder where the account can reach it and return its real path. Raises PlaceError."""
    folder = databases_folder()
    if not folder.exists():
        # Includes a link whose target is gone.
        folder.unlink(missing_ok=True)
        if account.can_enter(LOCAL):
            _make_folder(folder, mode=0o755)
            account.own(folder)
        else:
            folder.symlink_to(_make_elsewhere(account))
    # Resolved from here on: the link may be in a folder that the account cannot enter.
    real = folder.resolve()
    if not account.can_enter(real):
        raise PlaceError(f"The database server's account cannot enter {real}. Remove it to start over.")
    if account == OWN and not os.access(real, os.W_OK):
        raise PlaceError(f"{real} belongs to another user. Run as that user, or remove .local to start over.")
    return real


def elsewhere_folder() -> Path:
    """Return the folder for this checkout's databases outside of it; only root ever uses it."""
    key = hashlib.sha256(os.fsencode(CHECKOUT)).hexdigest()[:12]
    parent = next((parent for parent in ELSEWHERE if os.access(parent, os.W_OK)), ELSEWHERE[-1])
    return parent / f"leads-local-{CHECKOUT.name}-{key}"


def _make_elsewhere(account: Account) -> Path:
    folder = elsewhere_folder()
    # No link leads here any more: it belongs to a deleted checkout at the same path.
    if folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid in {0, account.uid}:
        shutil.rmtree(folder)
    try:
        _make_folder(folder, mode=0o755)
    except FileExistsError as error:
        raise PlaceError(f"{folder} is wanted for the database, and is somebody else's.") from error
    account.own(folder)
    return folder


def _make_folder(folder: Path, *, mode: int) -> None:
    folder.mkdir()
    # Set afterwards: the umask limits the mode given to mkdir, and the server's account needs access.
    folder.chmod(mode)
