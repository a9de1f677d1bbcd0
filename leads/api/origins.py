"""Requests from other sites' pages: which pages may send leads from a browser (CORS, WHATWG Fetch, section 3.2).

A browser says in `Origin` where a page is from, and asks beforehand (`OPTIONS`) whether it may send its request. That
question comes without a token, so it is answered by whether any active client has the origin. The request itself has to
be from an origin of its own client, whatever it asks for (`authentication`).
"""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from leads.api.browsers import foreign_origin
from leads.models import IntakeClient

_SECONDS_KEPT = "600"
_METHODS = "POST"
_REQUEST_HEADERS = "Authorization, Content-Type, Idempotency-Key"
_ANSWER_HEADERS = "Idempotency-Replayed, Location, Retry-After"

CORS_HEADERS = tuple(
    OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, response=True, description=description)
    for name, description in (
        ("Access-Control-Allow-Origin", "The origin of the page that asks, if a client has it."),
        ("Access-Control-Expose-Headers", "The headers that the page may read."),
    )
)
"""For the schema: what every answer to a page has."""

QUESTION = {
    "operationId": "leads_preflight",
    "summary": "Ask whether a page may send leads",
    "description": (
        "A browser asks this by itself (CORS), and without a token: everybody gets 204. The headers say whether the "
        "page's origin is one of an intake client's; without them the browser does not send the lead."
    ),
    "tags": ["leads"],
    "security": [{}],
    "parameters": [
        {"name": "Origin", "in": "header", "required": True, "schema": {"type": "string"}},
        {
            "name": "Access-Control-Request-Method",
            "in": "header",
            "required": True,
            "schema": {"type": "string", "enum": [_METHODS]},
        },
    ],
    "responses": {
        "204": {
            "description": "The headers say what is allowed.",
            "headers": {
                name: {"schema": {"type": "string"}}
                for name in (
                    "Access-Control-Allow-Origin",
                    "Access-Control-Allow-Methods",
                    "Access-Control-Allow-Headers",
                    "Access-Control-Max-Age",
                )
            },
        },
    },
}
"""The operation of the schema; drf-spectacular knows no OPTIONS."""


def is_preflight(request: HttpRequest) -> bool:
    """Whether a browser asks beforehand."""
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def answer_page(request: HttpRequest) -> HttpResponse:
    """The answer to a browser's question; without our headers it says no."""
    response = HttpResponse(status=204)
    if allow_origin(request, response):
        response["Access-Control-Allow-Methods"] = _METHODS
        response["Access-Control-Allow-Headers"] = _REQUEST_HEADERS
        response["Access-Control-Max-Age"] = _SECONDS_KEPT
    return response


def allow_origin(request: HttpRequest | Request, response: HttpResponseBase) -> bool:
    """Add what the browser needs to show this answer to the page, if the page's origin is known; whether it is."""
    patch_vary_headers(response, ("Origin",))
    origin = foreign_origin(request)
    if origin is None or not _is_known(origin):
        return False
    response["Access-Control-Allow-Origin"] = origin
    response["Access-Control-Expose-Headers"] = _ANSWER_HEADERS
    return True


def _is_known(origin: str) -> bool:
    # (A text with a NUL is none that PostgreSQL could compare.)
    return (
        "\x00" not in origin
        and IntakeClient.objects.filter(is_active=True, allowed_origins__contains=[origin]).exists()
    )
