"""Response while others hold locks that a request needs: 503, and when to try again.

Web processes wait for a lock, a statement or a transaction for a few seconds only (see the settings); a request that
gave up has changed nothing.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.translation import gettext as _
from psycopg import errors

RETRY_SECONDS = 5
_BUSY = (
    errors.LockNotAvailable,
    errors.QueryCanceled,
    errors.IdleInTransactionSessionTimeout,
    errors.DeadlockDetected,
)


def is_busy(error: BaseException | None) -> bool:
    """Return whether the database gave up waiting, in this error or one that led to it."""
    while error is not None:
        if isinstance(error, _BUSY):
            return True
        error = error.__cause__
    return False


def busy(request: HttpRequest, *, as_json: bool) -> HttpResponse:
    """Return status 503, for a program or for people."""
    response = (
        JsonResponse(
            {"code": "busy", "detail": _("Others are at work on this. Nothing was changed: try again."), "fields": {}},
            status=503,
        )
        if as_json
        else HttpResponse(loader.get_template("503.html").render(), status=503)
    )
    response["Retry-After"] = str(RETRY_SECONDS)
    return response
