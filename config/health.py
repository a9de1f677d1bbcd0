"""`/healthz` and `/readyz`, for the machines that watch the product."""

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from leads.services.dispatch import BROKER_ERRORS, impatient_connection
from performance.queries import stats_age_seconds

_OK = "ok"


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """200 while the process answers. It asks nobody else: a restart would not mend a database."""
    return JsonResponse({"status": _OK})


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when leads can be taken in and routed by fresh statistics, else 503 with what is wrong."""
    database = _database()
    checks = {
        "database": database,
        "statistics": _statistics() if database == _OK else "not checked",
        "broker": _broker(),
    }
    good = all(result == _OK for result in checks.values())
    return JsonResponse({"status": _OK if good else "unavailable", "checks": checks}, status=200 if good else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return _OK


def _statistics() -> str:
    """The age of the rows in `partner_performance_stats`, against the setting."""
    try:
        age_seconds = stats_age_seconds(now=timezone.now())
    except DatabaseError:
        return "are not installed"
    if age_seconds is None:
        return "were never computed"
    if age_seconds > settings.STATS_MAX_AGE_SECONDS:
        return f"are {age_seconds:.0f} seconds old"
    return _OK


def _broker() -> str:
    try:
        with impatient_connection() as broker:
            # Opens the connection and asks for an answer.
            _ = broker.default_channel
    except BROKER_ERRORS:
        return "does not answer"
    return _OK
