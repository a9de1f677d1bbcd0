"""Database time limits of the web processes: no request waits longer than a person would.

Commands, workers and beat have none: a refresh or an import may take its time.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from psycopg.pq import TransactionStatus

_Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


def limit_waiting() -> None:
    """Limit waiting, working and idling of every connection that this process opens from now on."""
    connection_created.connect(_limit, dispatch_uid="config.web.database")


def _limits() -> dict[str, float]:
    """Return milliseconds by the name of PostgreSQL's setting; 0 means no limit."""
    return {
        "lock_timeout": settings.WEB_LOCK_SECONDS * 1000,
        "statement_timeout": settings.WEB_STATEMENT_SECONDS * 1000,
        "idle_in_transaction_session_timeout": settings.WEB_IDLE_TRANSACTION_SECONDS * 1000,
    }


def _statement(*, local: bool) -> str:
    return "; ".join(f"SET {'LOCAL' if local else 'SESSION'} {name} = {value:.0f}" for name, value in _limits().items())


def _limit(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    if not settings.DATABASE_POOLED:
        with connection.cursor() as cursor:
            cursor.execute(_statement(local=False))
    elif limit_transaction not in connection.execute_wrappers:
        connection.execute_wrappers.append(limit_transaction)


def limit_transaction(execute: _Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001  # Django calls it so
    """Set the limits at the start of each transaction: behind a pooler, the session then goes to another client."""
    connection = context["connection"]
    session = connection.connection
    if connection.in_atomic_block and session.info.transaction_status == TransactionStatus.IDLE:
        with connection.wrap_database_errors:
            session.execute(_statement(local=True))
    return execute(sql, params, many, context)
