"""Timestamps that PostgreSQL can hold and Python cannot, in rows older than the rule against them.

Without this, a single such timestamp makes a whole list fail.
"""

from datetime import UTC, datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from psycopg import DataError
from psycopg.abc import Buffer
from psycopg.types.datetime import TimestampLoader

# A day within Python's limits, so that they can be shown in any time zone.
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, tzinfo=UTC)


def read_far_times(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Make a new connection read timestamps outside Python's range as the earliest or latest in that range."""
    zone = connection.timezone

    class FarTimesLoader(BaseTzLoader):  # type: ignore[misc]  # not in the stubs
        timezone = zone

        def load(self, data: Buffer) -> datetime:
            try:
                time: datetime = super().load(data)
            except DataError:
                time = _end(data)
            if EARLIEST <= time <= LATEST:
                return time
            return (EARLIEST if time < EARLIEST else LATEST).astimezone(zone)

    connection.connection.adapters.register_loader("timestamptz", FarTimesLoader)
    connection.connection.adapters.register_loader("timestamp", FarLocalTimesLoader)


class FarLocalTimesLoader(TimestampLoader):
    """The same for timestamps without a time zone, such as the months and days of a list."""

    def load(self, data: Buffer) -> datetime:
        """Return the timestamp, limited to Python's range."""
        try:
            time = super().load(data)
        except DataError:
            return _end(data).replace(tzinfo=None)
        return min(max(time, EARLIEST.replace(tzinfo=None)), LATEST.replace(tzinfo=None))


def _end(data: Buffer) -> datetime:
    text = bytes(data)
    return EARLIEST if text.startswith(b"-") or text.endswith(b"BC") else LATEST
