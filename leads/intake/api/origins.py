"""Cross-origin requests: which pages may send leads from a browser (CORS, WHATWG Fetch, section 3.2).

A browser names the page's origin in `Origin`, and sends a preflight request (`OPTIONS`) first. A preflight carries no
token, so it succeeds if any active client has the origin. The request itself must come from an origin of its own
client, whatever it asks for (`authentication`).
"""

from copy import deepcopy
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from core.api.authentication import foreign_origin
from core.api.schema import ALWAYS
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
"""Headers of every response to a page, for the schema."""

_PREFLIGHT: dict[str, Any] = {
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
"""The preflight operation for the schema."""


def add_preflight(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add OPTIONS to the schema, which drf-spectacular leaves out; without a preflight's headers it is not allowed."""
    methods = result["paths"][reverse("api-leads")]
    preflight, answers = deepcopy(_PREFLIGHT), methods["post"]["responses"]
    preflight["responses"].update({status: deepcopy(answers[status]) for status in map(str, ALWAYS)})
    methods["options"] = preflight
    return result


def is_preflight(request: HttpRequest) -> bool:
    """Return whether this is a preflight request."""
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def answer_page(request: HttpRequest) -> HttpResponse:
    """Answer a preflight request; without CORS headers the answer is no."""
    response = HttpResponse(status=204)
    if allow_origin(request, response):
        response["Access-Control-Allow-Methods"] = _METHODS
        response["Access-Control-Allow-Headers"] = _REQUEST_HEADERS
        response["Access-Control-Max-Age"] = _SECONDS_KEPT
    return response


def allow_origin(request: HttpRequest | Request, response: HttpResponseBase) -> bool:
    """Add the CORS headers for the page if its origin is known; return whether it is."""
    patch_vary_headers(response, ("Origin",))
    origin = foreign_origin(request)
    if origin is None or not _is_known(origin):
        return False
    response["Access-Control-Allow-Origin"] = origin
    response["Access-Control-Expose-Headers"] = _ANSWER_HEADERS
    return True


def _is_known(origin: str) -> bool:
    # (PostgreSQL cannot compare a text with a NUL.)
    return (
        "\x00" not in origin
        and IntakeClient.objects.filter(is_active=True, allowed_origins__contains=[origin]).exists()
    )
