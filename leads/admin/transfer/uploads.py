"""Files between preview and confirmation.

They are kept in the table of the sessions, each under a key of its own: every web process finds them there, they
expire, and nothing lies about on a disk.
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
    """There is no such file: it was imported or has expired, or it is somebody else's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that waits to be confirmed; `seen` is the fingerprint of what its preview showed."""

    name: str
    data: bytes
    seen: str


def keep(upload: Upload, *, owner: str) -> str:
    """Keep the file for its owner; returns its key."""
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
    """The file of this key, which is there no longer once the transaction has ended.

    Of two at the same moment (somebody clicks twice) the second waits, and finds nothing. Raises `UploadGone`.
    """
    row = Session.objects.select_for_update().filter(session_key=key, expire_date__gt=timezone.now()).first()
    held = {} if row is None else row.get_decoded()
    if row is None or held.get(_OWNER) != owner:
        raise UploadGone(key)
    row.delete()
    return Upload(name=held["name"], data=base64.b64decode(held["data"]), seen=held["seen"])
