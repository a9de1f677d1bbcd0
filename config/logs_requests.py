"""One log line for each request, and the values that all of its lines share."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware
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
