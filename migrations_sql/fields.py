"""Column types that Django does not have."""

from typing import Any

from django.db import models


class TransactionIdField(models.TextField):  # type: ignore[type-arg]  # the library's generics exist in its stubs only
    """The number of a transaction, as PostgreSQL's `xid8`, which never wraps around; as text in Python."""

    def db_type(self, connection: object) -> str:
        """The column's type."""
        return "xid8"


class StoredJSONField(models.JSONField):
    """JSON as it was written: PostgreSQL's `json`, which is checked and stored, and not taken apart like `jsonb`."""

    def db_type(self, connection: object) -> str:
        """The column's type."""
        return "json"

    def from_db_value(self, value: Any, expression: object, connection: object) -> Any:
        """The value as the driver has read it: Django has it leave `jsonb` alone, but not `json`."""
        return value
