"""Files between preview and confirmation.

They are kept in the session store, each under a key of its own: every web process finds them there, they expire, and
nothing lies about on a disk.
"""

import base64
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings

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
    store = _store()
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
    key: str = store.session_key
    return key


def find(key: str, *, owner: str) -> Upload:
    """The file of this key. Raises `UploadGone`."""
    held = _store(key).load()
    if held.get(_OWNER) != owner:
        raise UploadGone(key)
    return Upload(name=held["name"], data=base64.b64decode(held["data"]), seen=held["seen"])


def drop(key: str) -> None:
    """Forget the file of this key."""
    _store(key).delete(key)


def _store(key: str | None = None) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(key)
