"""Column types that Django does not have."""

import uuid
from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.db import models


class TransactionIdField(models.TextField):  # type: ignore[type-arg]  # the library's generics exist in its stubs only
    """A transaction id, as PostgreSQL's `xid8`, which never wraps around; a string in Python."""

    def db_type(self, connection: object) -> str:
        """Return the column's type."""
        return "xid8"


class StoredJSONField(models.JSONField):
    """JSON stored as written: PostgreSQL's `json`, which is validated but not decomposed like `jsonb`."""

    def db_type(self, connection: object) -> str:
        """Return the column's type."""
        return "json"

    def from_db_value(self, value: Any, expression: object, connection: object) -> Any:
        """Return the value as parsed by the driver: Django disables that for `jsonb`, but not for `json`."""
        return value


def random_id() -> "models.UUIDField[uuid.UUID, uuid.UUID]":
    """Return the primary key of most tables: a random UUID, made by Python or else by the database."""
    return models.UUIDField(
        db_default=RandomUUID(), default=uuid.uuid4, editable=False, primary_key=True, serialize=False
    )
