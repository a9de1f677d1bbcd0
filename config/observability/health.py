"""The health endpoints `/healthz` and `/readyz`, for monitoring."""

from typing import NotRequired, TypedDict

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.observability.background_tasks import task_states
from leads.services.dispatch import BROKER_ERRORS, impatient_connection
from performance.queries import stats_age_seconds

_OK = "ok"


class Check(TypedDict):
    """Result of a check: `ok` or the problem; a check of an age adds the age and its limit, in seconds."""

    status: str
    age_seconds: NotRequired[float]
    limit_seconds: NotRequired[int]


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Return 200 while the process responds. Nothing else is checked: a restart would not repair a database."""
    return JsonResponse({"status": _OK})


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Return 200 if leads can be accepted and routed with fresh statistics, else 503 with the problem."""
    database = _database()
    answers = database["status"] == _OK
    checks = {
        "database": database,
        "statistics": _statistics() if answers else _found("not checked"),
        "sweep": _sweep() if answers else _found("not checked"),
        "broker": _broker(),
    }
    good = all(check["status"] == _OK for check in checks.values())
    return JsonResponse({"status": _OK if good else "unavailable", "checks": checks}, status=200 if good else 503)


def _found(status: str) -> Check:
    return {"status": status}


def _judged(age_seconds: float, *, limit_seconds: int, otherwise: str) -> Check:
    """Return `ok` for an age up to the limit."""
    status = otherwise if age_seconds > limit_seconds else _OK
    return {"status": status, "age_seconds": round(age_seconds, 1), "limit_seconds": limit_seconds}


def _database() -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return _found("does not answer")
    return _found(_OK)


def _statistics() -> Check:
    """Check the age of the rows in `partner_performance_stats`."""
    try:
        age = stats_age_seconds(now=timezone.now())
    except DatabaseError:
        return _found("are not installed")
    if age is None:
        return _found("were never computed")
    return _judged(age, limit_seconds=settings.STATS_MAX_AGE_SECONDS, otherwise="are too old")


def _sweep() -> Check:
    """Check the time since the last successful sweep; a new or just updated installation has time for its first."""
    try:
        state = task_states([settings.SWEEP_TASK])[settings.SWEEP_TASK]
    except DatabaseError:
        return _found("is not installed")
    return _judged(
        state.seconds_since_success, limit_seconds=settings.SWEEP_MAX_AGE_SECONDS, otherwise="has not succeeded"
    )


def _broker() -> Check:
    try:
        with impatient_connection() as broker:
            # Opens the connection and runs a query.
            _ = broker.default_channel
    except BROKER_ERRORS:
        return _found("does not answer")
    return _found(_OK)
