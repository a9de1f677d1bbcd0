"""The format of all API errors: `{"code": ..., "detail": ..., "fields": {...}}`.

`code` is stable and for programs, `detail` is for people and is translated, and `fields` names each wrong field with
its problems. Some errors add members of their own.
"""

import sys
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import serializers, status
from rest_framework.exceptions import (
    APIException,
    AuthenticationFailed,
    ErrorDetail,
    NotAuthenticated,
    Throttled,
    ValidationError,
)
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core.api.busy import busy, is_busy
from core.api.inputs import MOST_FIELDS_NAMED
from core.api.throttling import count_refusal
from core.violations import ConstraintViolated

API_PREFIX = "/api/"


class ProblemSerializer(serializers.Serializer[dict[str, Any]]):
    """An error, for the schema."""

    code = serializers.CharField(help_text="What went wrong, for programs.")
    detail = serializers.CharField(help_text="What went wrong, for people.")
    fields = serializers.DictField(  # type: ignore[assignment]  # the member's name; the declared fields are read from `_declared_fields`
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Per field what is wrong with it; empty when it is not about a field.",
    )


class ConflictSerializer(ProblemSerializer):
    """A conflict, for the schema: members that some of its codes add."""

    status = serializers.CharField(required=False, help_text="Of `transition_refused`: the status that the lead is in.")
    allowed_actions = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Of `transition_refused`: what can be done instead."
    )
    rule = serializers.CharField(required=False, help_text="Of `invalid_lead` and `invalid_profile`: the rule.")


class Conflict(APIException):
    """Status 409: the request is valid, but not in the current state. `members` are added to the response."""

    status_code = status.HTTP_409_CONFLICT

    def __init__(self, *, code: str, detail: str, members: Mapping[str, object] | None = None) -> None:
        super().__init__(detail=detail, code=code)
        self.members = members or {}


class PayloadTooLarge(APIException):
    """Status 413."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("The request is too large.")
    default_code = "too_large"


class LengthRequired(APIException):
    """Status 411: DRF takes a body without a length for an empty one, and would silently lose it."""

    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_detail = gettext_lazy("Send the length of the request.")
    default_code = "length_required"


def problem_response(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """Handle exceptions for DRF; return None for an error of ours, which `server_error` handles."""
    if isinstance(exc, RequestDataTooBig):
        exc = PayloadTooLarge()
    elif isinstance(exc, ConstraintViolated):
        exc = Conflict(code=exc.code, detail=exc.message, members={"rule": exc.rule})
    elif isinstance(exc, AuthenticationFailed | NotAuthenticated):
        try:
            count_refusal(context["request"])
        except Throttled as throttled:
            exc = throttled
    response = exception_handler(exc, context)  # type: ignore[arg-type]  # the stubs demand a dict
    if response is None:
        return None
    if isinstance(exc, ValidationError):
        fields = dict(islice(flatten(exc.detail).items(), MOST_FIELDS_NAMED))
        response.data = problem(code="invalid", detail=_("The request has mistakes."), fields=fields)
        return response
    detail = response.data["detail"]
    response.data = problem(code=detail.code, detail=str(detail))
    if isinstance(exc, Conflict):
        response.data.update(exc.members)
    return response


def problem(*, code: str, detail: str, fields: Mapping[str, list[str]] | None = None) -> dict[str, Any]:
    """Return the body of an error."""
    return {"code": code, "detail": detail, "fields": dict(fields or {})}


def flatten(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Flatten DRF's nested messages to one list for each field; `a.0.b` is field b of the first element of a."""
    if isinstance(detail, ErrorDetail):
        return {path or "non_field_errors": [str(detail)]}
    flat: dict[str, list[str]] = {}
    children = detail.items() if isinstance(detail, Mapping) else enumerate(detail)
    for key, child in children:
        # A list's own messages belong to the field with the list; its nested elements have keys of their own.
        is_message = isinstance(child, ErrorDetail) and not isinstance(detail, Mapping)
        below = path if is_message else f"{path}.{key}".lstrip(".")
        for name, messages in flatten(child, below).items():
            flat.setdefault(name, []).extend(messages)
    return flat


def is_api(request: HttpRequest) -> bool:
    """Return whether the response is for a program."""
    return request.path.startswith(API_PREFIX)


def _json(code: str, detail: str, http_status: int) -> JsonResponse:
    return JsonResponse(problem(code=code, detail=detail), status=http_status)


@csrf_exempt
def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """Handle every URL below `/api/` without a view, even while DEBUG shows pages for the others."""
    return _json("not_found", _("There is nothing at this address. Mind the slash at its end."), 404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handle a request that did not reach a view, as Django's handler400."""
    if is_api(request):
        return _json("bad_request", _("The request cannot be read."), 400)
    return defaults.bad_request(request, exception)


def odd_parameters(names: Iterable[str]) -> HttpResponse:
    """Refuse query parameters with a NUL character, which PostgreSQL cannot store."""
    fields = {name.replace("\x00", ""): [_("It holds a zero character, which cannot be stored.")] for name in names}
    return JsonResponse(problem(code="invalid", detail=_("The request has mistakes."), fields=fields), status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handle a missing permission, as Django's handler403."""
    if is_api(request):
        return _json("permission_denied", _("This is not allowed."), 403)
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handle an unknown address, as Django's handler404."""
    if is_api(request):
        return _json("not_found", _("There is nothing at this address."), 404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Handle an error of ours, as Django's handler500, without details; those are in the log.

    Called while the exception is handled, whether a view or a middleware raised it.
    """
    if is_busy(sys.exc_info()[1]):
        return busy(request, as_json=is_api(request))
    if is_api(request):
        return _json("error", _("Something went wrong on our side."), 500)
    return defaults.server_error(request)
