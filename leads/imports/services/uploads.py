"""Uploaded files between preview and confirmation.

They are stored in the session table, each under a key of its own: every web process finds them there, they expire, and
nothing is left on a disk.
"""

import base64
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

LIFETIME = timedelta(hours=1)
_OWNER = "import_owner"


class UploadGone(LookupError):
    """The file does not exist: it was imported, has expired, or belongs to somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file waiting for confirmation; `seen` is the fingerprint of its preview."""

    name: str
    data: bytes
    seen: str


def keep(upload: Upload, *, owner: str) -> str:
    """Store the file for its owner; return its key."""
    store = SessionStore()
    store.clear_expired()
    store.update(
        {
            _OWNER: owner,
            "name": upload.name,
            "data": base64.b64encode(upload.data).decode("ascii"),
            "seen": upload.seen,
        }
    )
    store.set_expiry(LIFETIME)
    store.create()
    return str(store.session_key)


def take(key: str, *, owner: str) -> Upload:
    """Return the file with this key, and delete it with the transaction.

    If two requests take it at once (a double click), the second waits and finds nothing. Raises `UploadGone`.
    """
    row = Session.objects.select_for_update().filter(session_key=key, expire_date__gt=timezone.now()).first()
    held = {} if row is None else row.get_decoded()
    if row is None or held.get(_OWNER) != owner:
        raise UploadGone(key)
    row.delete()
    return Upload(name=held["name"], data=base64.b64decode(held["data"]), seen=held["seen"])
