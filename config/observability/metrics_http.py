"""Counts and durations of requests, for `/metrics`.

The web processes store their counts in files of one folder (see `config.web.processes`); a single process, in memory.
"""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from prometheus_client import Counter, Histogram

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS = Counter(
    "marketplace_http_requests", "Requests that were answered.", ("method", "view", "status"), registry=None
)
SECONDS = Histogram(
    "marketplace_http_request_seconds",
    "Time from a request to its answer.",
    ("method", "view"),
    buckets=_SECONDS,
    registry=None,
)


class RequestMetricsMiddleware:
    """Count every request under its view's name: views are few, addresses are not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        method = request.method if request.method in _METHODS else "other"
        # Neither static files nor unknown addresses have a view.
        view = request.resolver_match.view_name if request.resolver_match else "none"
        REQUESTS.labels(method, view, response.status_code).inc()
        SECONDS.labels(method, view).observe(time.perf_counter() - began)
        return response
