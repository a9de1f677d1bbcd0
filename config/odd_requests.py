"""Requests with values that no page expects: a clear refusal, or the unfiltered list, instead of a server error."""

from collections.abc import Callable, Iterator
from typing import Any

import structlog
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from core.api.errors import bad_request, is_api, odd_parameters

logger = structlog.get_logger(__name__)

_NUL = "\x00"
_OUT_OF_RANGE = (DataError, OverflowError)


class OddRequestMiddleware:
    """Refuse what PostgreSQL cannot store, and handle values that neither it nor Python can compute with.

    It runs after the CSRF check, which reads the form in any case, and before anything that reads a session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any(_NUL in text for text in _address(request)):
            raise BadRequest("a zero character in the address or a cookie")
        if is_api(request):
            odd = [name for name, texts in request.GET.lists() if any(_NUL in text for text in (name, *texts))]
            if odd:
                return odd_parameters(odd)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Refuse a form with a NUL character. The API takes no forms and reports errors in JSON itself."""
        if not is_api(request) and any(_NUL in text for _, texts in request.POST.lists() for text in texts):
            raise BadRequest("a zero character in a form")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Handle an out-of-range filter, search or page number; anything else is an error of ours."""
        if request.method not in {"GET", "HEAD"} or not request.GET:
            return None
        match = request.resolver_match
        is_list = match is not None and match.app_names == ["admin"] and (match.url_name or "").endswith("_changelist")
        if is_list and isinstance(exception, (*_OUT_OF_RANGE, ValueError)) and ERROR_FLAG not in request.GET:
            logger.warning("odd_request", error=type(exception).__name__)
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")
        if isinstance(exception, _OUT_OF_RANGE):
            logger.warning("odd_request", error=type(exception).__name__)
            return bad_request(request, exception)
        return None


def _address(request: HttpRequest) -> Iterator[str]:
    yield request.path_info
    yield from request.COOKIES.values()
    if not is_api(request):
        for name, texts in request.GET.lists():
            yield name
            yield from texts
