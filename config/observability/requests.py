"""Log line of each request, and its count and duration for `/metrics`.

The web processes store their counts in files of one folder (see `config.web.processes`); a single process, in memory.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django_structlog.middlewares import RequestMiddleware
from prometheus_client import Counter, Histogram
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

HEADER = "X-Request-ID"
_NAMED_IN_ADDRESS = ("lead_id", "partner_id", "decision_id")


class RequestLogMiddleware(RequestMiddleware):
    """Bind the request's id, and the lead named in its address; the response has the id as a header, too.

    Neither the query nor the sender's address is logged: a search may hold a name.
    """

    def prepare(self, request: HttpRequest) -> None:
        clear_contextvars()
        request.META[_BEGAN] = time.perf_counter()
        super().prepare(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> None:
        ids = {name: str(kwargs[name]) for name in _NAMED_IN_ADDRESS if name in kwargs}
        match = request.resolver_match
        bind_contextvars(view=match.view_name if match else None, **ids)

    def process_got_request_exception(self, sender: type[Any], request: HttpRequest, **kwargs: Any) -> None:
        _bind_duration(request)
        super().process_got_request_exception(sender, request, **kwargs)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response[HEADER] = get_contextvars()["request_id"]
        _bind_duration(request)
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


_BEGAN = "leads.request_began"


def _bind_duration(request: HttpRequest) -> None:
    bind_contextvars(duration_ms=round((time.perf_counter() - request.META[_BEGAN]) * 1000, 1))


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
